"""Phone numbers: connected, paused when Meta refuses them or an admin says so, active again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import BusinessAccount, NumberStatus, PhoneNumber
from accounts.models.numbers import BY_USER
from accounts.refusals import Refused
from whatsapp.phone import e164

# A `status_reason`: every number of the account needs the new token.
TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a code, no secret
DESCRIBED = frozenset(
    {"label", "verified_name", "quality_rating", "messaging_limit", "throughput", "sandbox"}
    | {"coexistence"}
)


@transactional
def upsert_number(
    account: BusinessAccount,
    *,
    meta_phone_number_id: str,
    display_phone_number: str = "",
    token_is_new: bool = False,
    set_up: bool = True,
    by: Actor,
    at: datetime,
) -> PhoneNumber:
    """The number with Meta's id, made when it is new; it is active as soon as there is a token.

    token_is_new: a fresh token of the account repairs a number in `error`. set_up: False for one
    whose steps at Meta come next (`finish_setup`); its status stays.
    Refuses: NUMBER_ALREADY_CONNECTED when it belongs to another organization.
    """
    number = (
        PhoneNumber.objects.select_for_update(of=("self",), no_key=True)
        .filter(meta_phone_number_id=meta_phone_number_id)
        .first()
    )
    if number is None:
        number = PhoneNumber(
            organization_id=account.organization_id, meta_phone_number_id=meta_phone_number_id
        )
    elif number.organization_id != account.organization_id:
        raise Refused(
            "NUMBER_ALREADY_CONNECTED", _("This phone number belongs to another organization.")
        )
    before = (number.account_id, number.display_phone_number, number.status)
    number.account = account
    if display_phone_number:
        number.display_phone_number = display_phone_number
        number.phone = e164(display_phone_number) or ""
    if set_up:
        _settle_status(number, token_is_new=token_is_new)
    after = (number.account_id, number.display_phone_number, number.status)
    if number._state.adding or after != before:
        number.save()
        announce_number(number, by=by, at=at)
    return number


def _settle_status(number: PhoneNumber, *, token_is_new: bool) -> None:
    waits_for_token = number.status == NumberStatus.PENDING_SETUP and number.account.access_token
    repaired = number.status == NumberStatus.ERROR and token_is_new
    if waits_for_token or repaired:
        number.status = NumberStatus.ACTIVE
        number.status_reason = number.status_message = ""
        number.paused_until = None


@transactional
def describe_number(
    number_id: UUID, *, by: Actor, at: datetime, **facts: str | bool
) -> PhoneNumber:
    """Stores what Meta or an admin says of a number: any of `DESCRIBED`."""
    if unknown := facts.keys() - DESCRIBED:
        raise TypeError(f"a number is not described by {sorted(unknown)}")
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    changed = [name for name, value in facts.items() if getattr(number, name) != value]
    for name in changed:
        setattr(number, name, facts[name])
    if changed:
        number.save(update_fields=changed)
        announce_number(number, by=by, at=at)
    return number


@transactional
def pause_number(number_id: UUID, *, reason: str, message: str, by: Actor, at: datetime) -> None:
    """Stops sending from this number; its queued messages wait. Inbound is still accepted.

    One that an admin stopped stays so: a new token would repair an error, and must not start it.
    reason: a `status_reason` of the REST contract. message: the sentence for an admin.
    """
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    known = number.status == NumberStatus.ERROR and number.status_reason == reason
    if known or number.status == NumberStatus.DISCONNECTED:
        return
    number.status = NumberStatus.ERROR
    number.status_reason = reason
    number.status_message = message
    number.save(update_fields=["status", "status_reason", "status_message"])
    announce_number(number, by=by, at=at)


@transactional
def pause_numbers_of(
    account_id: UUID, *, reason: str, message: str, by: Actor, at: datetime
) -> None:
    """Stops every number that sends with the token of this account."""
    numbers = PhoneNumber.objects.filter(account=account_id, status=NumberStatus.ACTIVE)
    for number_id in numbers.order_by("pk").values_list("pk", flat=True):
        pause_number(number_id, reason=reason, message=message, by=by, at=at)


@transactional
def repair_numbers_of(account_id: UUID, *, by: Actor, at: datetime) -> None:
    """The account has a new token: what stopped for the old one goes on."""
    stopped = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).filter(
        account=account_id, status=NumberStatus.ERROR, status_reason=TOKEN_EXPIRED
    )
    for number in stopped.order_by("pk"):
        activate(number, by=by, at=at)


@transactional
def rest_number(
    number_id: UUID, *, until: datetime, reason: str, message: str, by: Actor, at: datetime
) -> None:
    """Nothing leaves an active number until then; people go on writing, and it goes out later.

    reason, message: as of `pause_number`. Announced when it begins, not when it goes on.
    """
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    if number.status != NumberStatus.ACTIVE:
        return
    begins = number.paused_until is None or number.status_reason != reason
    number.paused_until = until
    number.status_reason = reason
    number.status_message = message
    number.save(update_fields=["paused_until", "status_reason", "status_message"])
    if begins:
        announce_number(number, by=by, at=at)


@transactional
def end_rest(number_id: UUID, *, by: Actor, at: datetime) -> None:
    """A number that rested sends again. One that is stopped stays so."""
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    if number.status == NumberStatus.ACTIVE and number.paused_until is not None:
        activate(number, by=by, at=at)


def activate(number: PhoneNumber, *, by: Actor, at: datetime) -> None:
    """Lets a locked number send."""
    number.status = NumberStatus.ACTIVE
    number.status_reason = number.status_message = ""
    number.paused_until = None
    number.save(update_fields=["status", "status_reason", "status_message", "paused_until"])
    announce_number(number, by=by, at=at)


@transactional
def disconnect_number(number_id: UUID, *, by: Actor, at: datetime) -> None:
    """An admin stops sending from this number, until `resume_number`. What waits is held."""
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    if number.status == NumberStatus.DISCONNECTED:
        return
    number.status = NumberStatus.DISCONNECTED
    number.status_reason = BY_USER
    number.status_message = _("%(name)s paused sending.") % {"name": by.name}
    number.save(update_fields=["status", "status_reason", "status_message"])
    announce_number(number, by=by, at=at)


@transactional
def resume_number(number_id: UUID, *, by: Actor, at: datetime) -> None:
    """The number can send again; what waited goes out in order.

    Refuses: STATE_CONFLICT while its account has no access token.
    """
    number = (
        PhoneNumber.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account")
        .get(pk=number_id)
    )
    if number.status == NumberStatus.ACTIVE and number.paused_until is None:
        return
    if not number.account.access_token:
        raise Refused(
            "STATE_CONFLICT", _("Its account has no access token yet."), status=number.status
        )
    activate(number, by=by, at=at)


@transactional
def set_bot(
    number_id: UUID,
    *,
    bot_id: UUID | None,
    name: str = "",
    enabled: bool = False,
    auto_reply: bool = False,
    start_mode: str = "human",
    by: Actor,
    at: datetime,
) -> PhoneNumber:
    """Links a bot to the number, or unlinks it (bot_id None).

    name, enabled: repeated from the bot, which lives above this app. auto_reply: the number-wide
    switch. start_mode: `ai` or `human`, who starts a conversation.
    Refuses: NO_BOT_LINKED for answers or a start by the assistant without one.
    """
    if bot_id is None and (auto_reply or start_mode == "ai"):
        raise Refused("NO_BOT_LINKED", _("Link an assistant to this number first."))
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    number.bot_id = bot_id
    number.bot_name = name if bot_id else ""
    number.bot_enabled = bot_id is not None and enabled
    number.auto_reply = auto_reply
    number.start_mode = start_mode
    number.save(update_fields=["bot_id", "bot_name", "bot_enabled", "auto_reply", "start_mode"])
    announce_number(number, by=by, at=at)
    return number


def announce_number(
    number: PhoneNumber, *, fields: Iterable[str] = (), by: Actor, at: datetime
) -> None:
    """Says that a number has changed, and whether it can send. fields: what an admin has set."""
    changed: dict[str, Any] = {"fields": sorted(fields)} if fields else {}
    announce(
        "number.changed",
        number.organization_id,
        by=by,
        at=at,
        ids=[number.pk],
        status=str(number.status),
        reason=number.status_reason,
        **changed,
    )
