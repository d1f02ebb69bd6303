"""What the settings pages show of API keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _

from accounts import keys
from accounts.models import ApiKey, BusinessAccount, Person, PhoneNumber
from accounts.queries import when
from accounts.scope_words import in_words
from accounts.shapes import KeyRow

ENDS_SOON: Final = timedelta(days=14)


def key_rows(person: Person, *, at: datetime) -> tuple[KeyRow, ...]:
    """The organization's API keys, newest first, those that are over last. Three queries."""
    rows = ApiKey.objects.filter(organization_id=person.organization_id)
    names = _names_of_reaches(person)
    found = [
        key_row(row, names, at=at)
        for row in rows.select_related("user", "created_by").order_by("-created_at", "-pk")
    ]
    return tuple(sorted(found, key=lambda row: row.state not in ("live", "soon")))


def one_key(person: Person, key: ApiKey, *, at: datetime) -> KeyRow:
    """One key with all that is known of it. Two queries, and those of its people."""
    return key_row(key, _names_of_reaches(person), at=at)


def key_row(key: ApiKey, reaches: Mapping[str, str], *, at: datetime) -> KeyRow:
    """reaches: the names of accounts and numbers by id."""
    state = _key_state(key, at=at)
    labels = {
        "live": _("Works"),
        "soon": _("Ends soon"),
        "expired": _("Expired"),
        "revoked": _("Revoked"),
    }
    bound = [*key.account_ids, *key.phone_number_ids]
    return KeyRow(
        id=key.pk,
        name=key.name,
        prefix=key.prefix,
        acts_as=_acts_as(key),
        scopes=in_words(key.scopes),
        reaches=tuple(reaches.get(one, _("one that is gone")) for one in bound),
        rates=_("%(minute)s a minute, %(hour)s an hour")
        % {
            "minute": formats.number_format(key.rate_per_minute, force_grouping=True),
            "hour": formats.number_format(key.rate_per_hour, force_grouping=True),
        },
        is_test=keys.is_test(key),
        has_secret=bool(key.secret_sha256),
        state=state,
        state_label=labels[state],
        expires=when(key.expires_at),
        last_used=when(key.last_used_at),
        created=when(key.created_at),
        created_by=key.created_by.name if key.created_by else "",
    )


def _key_state(key: ApiKey, *, at: datetime) -> str:
    if key.revoked_at:
        return "revoked"
    if not keys.is_live(key, at=at):
        return "expired"
    return "soon" if key.expires_at and key.expires_at - at <= ENDS_SOON else "live"


def _names_of_reaches(person: Person) -> dict[str, str]:
    accounts, numbers = reaches_for_keys(person)
    return dict([*accounts, *numbers])


def reaches_for_keys(person: Person) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a key may be bound to, as (id, name): accounts, numbers. Two queries."""
    accounts = BusinessAccount.objects.filter(organization_id=person.organization_id)
    numbers = PhoneNumber.objects.filter(organization_id=person.organization_id)
    return (
        [(str(one.pk), str(one)) for one in accounts.order_by("name", "waba_id")],
        [(str(one.pk), _number_name(one)) for one in numbers.order_by("created_at", "pk")],
    )


def _number_name(number: PhoneNumber) -> str:
    name = number.label or number.verified_name
    shown = number.display_phone_number or number.meta_phone_number_id
    return f"{name} · {shown}" if name else shown


def _acts_as(key: ApiKey) -> str:
    if key.kind == "human" and key.user is not None:
        return key.user.name
    return _("An assistant") if key.kind == "ai" else _("A program")
