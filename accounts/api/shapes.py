"""Keys, accounts and phone numbers as the API shows them; every field is always there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from accounts.models import ApiKey, BusinessAccount, NumberStatus, PhoneNumber
from accounts.shapes import NumberFacts

# The worst status among an account's numbers is the account's.
WORST_FIRST = (
    NumberStatus.ERROR,
    NumberStatus.DISCONNECTED,
    NumberStatus.PENDING_SETUP,
    NumberStatus.ACTIVE,
)


class NumberName(BaseModel):
    """A number where it is only named."""

    id: UUID
    meta_phone_number_id: str
    display_phone_number: str | None


class KeyOut(BaseModel):
    """What a key is and may do."""

    id: UUID
    name: str
    prefix: str
    kind: str
    scopes: list[str]
    services: list[str]
    account_ids: list[str]
    phone_numbers: list[NumberName]
    rate_per_minute: int
    rate_per_hour: int
    profile: str | None


class PingOut(BaseModel):
    """Who am I."""

    pong: bool
    organization_id: UUID
    organization_name: str
    api_key: KeyOut
    time: datetime


class Stats(BaseModel):
    """Counters."""

    messages_sent: int
    messages_received: int


class NumberOfAccount(NumberName):
    """A number in the list of its account."""

    verified_name: str | None
    status: str
    quality_rating: str


class AccountOut(BaseModel):
    """A WhatsApp Business Account."""

    id: UUID
    waba_id: str
    name: str | None
    currency: str | None
    timezone: str | None
    status: str
    status_message: str | None
    status_reason: str | None
    templates_synced_at: datetime | None
    phone_numbers: list[NumberOfAccount]
    stats: Stats
    last_message_at: datetime | None
    created_at: datetime


class FlatAccountOut(BaseModel):
    """A number as a row of the flat list of accounts."""

    id: UUID
    status: str
    status_message: str | None
    waba_id: str
    phone_number_id: str
    display_phone_number: str | None
    verified_name: str | None
    quality_rating: str
    messages_sent: int
    messages_received: int
    last_message_at: datetime | None
    created_at: datetime


class BotName(BaseModel):
    """An assistant where it is only named."""

    id: UUID
    name: str


class NumberOut(BaseModel):
    """A phone number."""

    id: UUID
    account_id: UUID
    waba_id: str
    provider: str
    sandbox: bool
    meta_phone_number_id: str
    display_phone_number: str | None
    phone: str | None
    verified_name: str | None
    label: str | None
    status: str
    status_message: str | None
    status_reason: str | None
    quality_rating: str
    messaging_limit: str | None
    throughput: str | None
    coexistence: bool
    bot: BotName | None
    auto_reply: bool
    start_mode: str
    default_team_id: UUID | None
    read_receipts: str
    closing_soon_minutes: int
    country_code: str | None
    stats: Stats
    messages_sent: int
    messages_received: int
    last_message_at: datetime | None
    created_at: datetime


def number_name(number: PhoneNumber) -> NumberName:
    """A number where it is only named."""
    return NumberName(
        id=number.pk,
        meta_phone_number_id=number.meta_phone_number_id,
        display_phone_number=number.display_phone_number or None,
    )


def key_out(key: ApiKey, numbers: Sequence[PhoneNumber]) -> KeyOut:
    """A key with the numbers it reaches: those it is bound to, or all."""
    return KeyOut(
        id=key.pk,
        name=key.name,
        prefix=key.prefix,
        kind=key.kind,
        scopes=key.scopes,
        services=key.services,
        account_ids=key.account_ids,
        phone_numbers=[number_name(number) for number in numbers],
        rate_per_minute=key.rate_per_minute,
        rate_per_hour=key.rate_per_hour,
        profile=key.profile or None,
    )


def account_out(
    account: BusinessAccount, numbers: Sequence[PhoneNumber], facts: Sequence[NumberFacts]
) -> AccountOut:
    """An account with these of its numbers, and the counters of each."""
    moments = [one.last_message_at for one in facts if one.last_message_at is not None]
    worst = next((one for status in WORST_FIRST for one in numbers if one.status == status), None)
    return AccountOut(
        id=account.pk,
        waba_id=account.waba_id,
        name=account.name or None,
        currency=account.currency or None,
        timezone=account.time_zone or None,
        status=worst.status if worst else NumberStatus.PENDING_SETUP,
        status_message=worst.status_message or None if worst else None,
        status_reason=worst.status_reason or None if worst else None,
        templates_synced_at=account.templates_synced_at,
        phone_numbers=[_of_account(number) for number in numbers],
        stats=Stats(
            messages_sent=sum(one.messages_sent for one in facts),
            messages_received=sum(one.messages_received for one in facts),
        ),
        last_message_at=max(moments, default=None),
        created_at=account.created_at,
    )


def _of_account(number: PhoneNumber) -> NumberOfAccount:
    return NumberOfAccount(
        **number_name(number).model_dump(),
        verified_name=number.verified_name or None,
        status=number.status,
        quality_rating=number.quality_rating,
    )


def flat_account_out(number: PhoneNumber, facts: NumberFacts) -> FlatAccountOut:
    """A number, with its account, as one row."""
    return FlatAccountOut(
        id=number.pk,
        status=number.status,
        status_message=number.status_message or None,
        waba_id=number.account.waba_id,
        phone_number_id=number.meta_phone_number_id,
        display_phone_number=number.display_phone_number or None,
        verified_name=number.verified_name or None,
        quality_rating=number.quality_rating,
        messages_sent=facts.messages_sent,
        messages_received=facts.messages_received,
        last_message_at=facts.last_message_at,
        created_at=number.created_at,
    )


def number_out(number: PhoneNumber, facts: NumberFacts) -> NumberOut:
    """A phone number with its account."""
    counted = Stats(messages_sent=facts.messages_sent, messages_received=facts.messages_received)
    bot = BotName(id=number.bot_id, name=number.bot_name) if number.bot_id else None
    return NumberOut(
        **number_name(number).model_dump(),
        **counted.model_dump(),
        account_id=number.account_id,
        waba_id=number.account.waba_id,
        provider="cloud",
        sandbox=number.sandbox,
        phone=number.phone or None,
        verified_name=number.verified_name or None,
        label=number.label or None,
        status=number.status,
        status_message=number.status_message or None,
        status_reason=number.status_reason or None,
        quality_rating=number.quality_rating,
        messaging_limit=number.messaging_limit or None,
        throughput=number.throughput or None,
        coexistence=number.coexistence,
        bot=bot,
        auto_reply=number.auto_reply,
        start_mode=number.start_mode,
        default_team_id=number.default_team_id,
        read_receipts=number.read_receipts,
        closing_soon_minutes=number.closing_soon_minutes,
        country_code=number.country_code or None,
        stats=counted,
        last_message_at=facts.last_message_at,
        created_at=number.created_at,
    )
