"""One look at a connection: Meta is asked, the apps above are asked, the checks are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.crypto import WrongPlace
from accounts.doctor import judging, judging_webhooks, rhythm
from accounts.doctor.facts import (
    MetaFacts,
    NoAnswer,
    NoToken,
    Own,
    Queue,
    Reception,
    Refusal,
    Rhythm,
    Subscription,
    Token,
    Traffic,
)
from accounts.doctor.verdicts import Name, Verdict
from accounts.graph import NoToken as AccountWithoutToken
from accounts.graph import client_for
from accounts.models import NumberStatus, PhoneNumber
from whatsapp.answers import Json, PhoneNumberFacts
from whatsapp.client import CloudApi
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown
from whatsapp.setup_calls import TokenFacts

T = TypeVar("T")


def callback_url() -> str:
    """Our address for webhooks, as it stands at Meta."""
    return f"{settings.PUBLIC_URL}/webhooks/whatsapp/"


def queue_of(number: PhoneNumber, *, at: datetime) -> Queue:
    """What waits to be sent, from the app above that has it."""
    asked: Callable[..., Queue] = import_string(settings.DOCTOR_CHECKS["queue"])
    return asked(number, at=at)


@dataclass
class Examination:
    """The checks of one number, made in order; nothing is written, no transaction is open.

    usual: the rhythm as it is known; learns: whether it is to be learned anew.
    """

    number: PhoneNumber
    at: datetime
    usual: Rhythm
    learns: bool
    facts: MetaFacts = field(default_factory=lambda: MetaFacts(NoToken()))
    verdicts: dict[Name, Verdict] = field(default_factory=dict)

    def run(self) -> Iterator[list[Verdict]]:
        """Verdicts as they come, those of one question to Meta together."""
        own, client = _own(self.number), _client(self.number)
        self.facts = MetaFacts(_token(client, self.number))
        yield self._judged(
            judging.token(self.facts, own, at=self.at), judging.permissions(self.facts)
        )
        if client is not None and judging.may_ask(self.facts):
            self.facts = _of_account(self.facts, client, self.number)
        yield self._judged(
            judging.account_visible(self.facts, own),
            judging.number_registered(self.facts, own),
            judging.webhook_subscription(self.facts),
            judging.webhook_override(self.facts, own),
            judging.quality(self.facts, own),
            judging.payment(self.facts, own),
        )
        yield from self._of_webhooks()

    def _of_webhooks(self) -> Iterator[list[Verdict]]:
        reception: Reception = import_string(settings.DOCTOR_CHECKS["reception"])(
            self.number, at=self.at
        )
        has_address = judging.has_address(self.facts)
        yield self._judged(
            judging_webhooks.challenge(
                reception, has_address=has_address, callback=callback_url(), at=self.at
            ),
            judging_webhooks.signature(reception),
        )
        zone = ZoneInfo(self.number.organization.time_zone)
        traffic: Traffic = import_string(settings.DOCTOR_CHECKS["traffic"])(
            self.number, at=self.at, counts_hours=self.learns
        )
        if traffic.by_hour is not None:
            self.usual = rhythm.learned(traffic.by_hour, at=self.at, zone=zone)
        yield self._judged(
            judging_webhooks.last_inbound(
                traffic,
                self.usual,
                self.verdicts,
                listening_since=reception.listening_since,
                at=self.at,
                zone=zone,
            ),
            judging_webhooks.last_status(traffic, self.verdicts),
        )

    def _judged(self, *found: Verdict) -> list[Verdict]:
        self.verdicts |= {verdict.name: verdict for verdict in found}
        return list(found)

    @property
    def described(self) -> dict[str, str]:
        """What Meta says of the number itself, as `describe_number` takes it."""
        told = self.facts.number
        if not isinstance(told, PhoneNumberFacts):
            return {}
        known = {
            "verified_name": told.verified_name,
            "quality_rating": told.quality_rating,
            "messaging_limit": told.messaging_limit,
            "throughput": told.throughput,
        }
        return {name: value[: MOST[name]] for name, value in known.items() if value}


MOST = {"verified_name": 200, "quality_rating": 12, "messaging_limit": 24, "throughput": 16}


def _own(number: PhoneNumber) -> Own:
    stopped_for = number.status_reason if number.status == NumberStatus.ERROR else ""
    return Own(callback_url(), number.account.waba_id, stopped_for, number.coexistence)


def _client(number: PhoneNumber) -> CloudApi | None:
    try:
        return client_for(number.account)
    except (AccountWithoutToken, WrongPlace, ValueError):  # or sealed with a key that is gone
        return None


def _token(client: CloudApi | None, number: PhoneNumber) -> Token:
    if client is None:
        return NoToken()
    return asked(lambda: client.token_facts(number.account.access_token))


def _of_account(facts: MetaFacts, client: CloudApi, number: PhoneNumber) -> MetaFacts:
    waba_id, meta_id = number.account.waba_id, number.meta_phone_number_id
    listed = asked(lambda: any(row.id == meta_id for row in client.phone_numbers(waba_id)))
    told = asked(lambda: client.phone_number(meta_id))
    apps = asked(lambda: client.subscribed_apps(waba_id))
    found = apps if isinstance(apps, Refusal | NoAnswer) else _subscription(apps, facts.token)
    return replace(facts, listed=listed, number=told, subscription=found)


def _subscription(apps: list[Json], token: Token) -> Subscription:
    own = token.app_id if isinstance(token, TokenFacts) else settings.META_APP_ID
    for row in apps:
        app: Any = row.get("whatsapp_business_api_data")
        if isinstance(app, dict) and (not own or str(app.get("id")) == own):
            return Subscription(True, str(row.get("override_callback_uri") or ""))
    return Subscription(False)


def asked(call: Callable[[], T]) -> T | Refusal | NoAnswer:
    """What a call to Meta comes to, as a value."""
    try:
        return call()
    except CloudApiError as error:
        refusal = Refusal(error.code, error.subcode, error.details, error.fbtrace_id or "")
        return NoAnswer(f"#{error.code}") if judging.is_trouble(refusal) else refusal
    except (NotSent, OutcomeUnknown) as error:
        return NoAnswer(error.reason)
