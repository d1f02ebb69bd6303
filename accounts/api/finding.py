"""From what callers write to the row they mean: numbers, accounts, ids."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import accounts_of, is_bound_to_numbers, numbers_of
from accounts.models import ApiKey, BusinessAccount, PhoneNumber
from accounts.refusals import Refused
from whatsapp.phone import e164


def not_found() -> Refused:
    """One answer for "missing" and "not yours"."""
    return Refused("NOT_FOUND", _("There is no such thing."))


def as_uuid(text: str) -> UUID | None:
    """The UUID that is written there, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def number_named(key: ApiKey, name: str) -> PhoneNumber | None:
    """A number the key reaches, by our id, Meta's id, or the number itself; in this order."""
    numbers = numbers_of(key).select_related("account", "organization")
    own_id = as_uuid(name)
    if own_id is not None:
        return numbers.filter(pk=own_id).first()
    name = name.strip()
    found = numbers.filter(meta_phone_number_id=name).first()
    phone = e164(name if name.startswith("+") else f"+{name}") if name else None
    if found is None and phone is not None:
        found = numbers.filter(phone=phone).first()
    return found


def number_or_404(key: ApiKey, name: str) -> PhoneNumber:
    """The same for an id in a path. Refuses: NOT_FOUND."""
    number = number_named(key, name)
    if number is None or number.removed_at is not None:
        raise not_found()
    return number


def sending_number(key: ApiKey, name: str | None) -> PhoneNumber:
    """The number that sends: the one named in `from`, else the only one the key reaches.

    Refuses: NUMBER_NOT_ALLOWED for one that is unknown, foreign or out of bounds (all alike);
    NO_CONNECTED_ACCOUNT; VALIDATION_ERROR when several could be meant.
    """
    if name is not None:
        number = number_named(key, name)
        if number is None:
            raise Refused(
                "NUMBER_NOT_ALLOWED", _("`from` is not a number of this key."), field="from"
            )
        return number
    here = numbers_of(key).filter(removed_at=None)
    numbers = list(here.select_related("account", "organization")[:2])
    if not numbers:
        raise Refused("NO_CONNECTED_ACCOUNT", _("No WhatsApp number is connected yet."))
    if len(numbers) > 1:
        raise Refused(
            "VALIDATION_ERROR",
            _("Say which number sends: this key has several."),
            field="from",
            detail="required",
        )
    return numbers[0]


def check_service(key: ApiKey, service: str = "cloud") -> None:
    """Refuses: SERVICE_NOT_ALLOWED."""
    if service not in (key.services or ["cloud"]):
        raise Refused("SERVICE_NOT_ALLOWED", _("This key is not for this service."))


def account_or_404(key: ApiKey, name: str) -> BusinessAccount:
    """An account the key reaches, by our id or the WABA id. Refuses: NOT_FOUND."""
    own_id = as_uuid(name)
    which = Q(pk=own_id) if own_id is not None else Q(waba_id=name)
    account = accounts_of(key).filter(which).first()
    if account is None:
        raise not_found()
    return account


def check_may_connect(key: ApiKey, meta_phone_number_id: str) -> None:
    """Refuses: NUMBER_NOT_ALLOWED, to a test key or one bound to numbers, for all but its own."""
    reached = numbers_of(key).filter(meta_phone_number_id=meta_phone_number_id)
    if is_bound_to_numbers(key) and not reached.exists():
        raise Refused(
            "NUMBER_NOT_ALLOWED", _("This key is bound to numbers: it connects no others.")
        )


def check_may_replace_token(key: ApiKey) -> None:
    """Refuses: NUMBER_NOT_ALLOWED for a test key or one bound to numbers: it serves others, too."""
    if is_bound_to_numbers(key):
        raise Refused(
            "NUMBER_NOT_ALLOWED",
            _("This key is bound to numbers: it gives their account no other token."),
            field="access_token",
        )
