"""What an admin chooses for a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.numbers import announce_number
from accounts.actors import Actor
from accounts.events import transactional
from accounts.models import PhoneNumber, Team
from accounts.refusals import Refused
from whatsapp.phone import is_country

LABEL: Final = 80
CLOSING_SOON: Final = (5, 720)  # minutes
READ_RECEIPTS: Final = ("on_open", "on_reply", "never")
START_MODES: Final = ("ai", "human")


@transactional
def change_number(number_id: UUID, *, by: Actor, at: datetime, **changes: Any) -> PhoneNumber:
    """Sets any of `CHECKS`: label, default_team_id, start_mode, read_receipts,
    closing_soon_minutes, country_code.

    Refuses: VALIDATION_ERROR with the field; NO_BOT_LINKED for a start by the assistant without
    one.
    """
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    check_changes(number, changes)
    changed = [name for name, value in changes.items() if getattr(number, name) != value]
    for name in changed:
        setattr(number, name, changes[name])
    if changed:
        number.save(update_fields=changed)
        announce_number(number, fields=changed, by=by, at=at)
    return number


def check_changes(number: PhoneNumber, changes: Mapping[str, Any]) -> None:
    """Refuses what `change_number` would refuse, and changes nothing."""
    for name, value in changes.items():
        CHECKS[name](number, value)


def _label(_number: PhoneNumber, value: str) -> None:
    if len(value) > LABEL:
        raise _wrong("label", _("At most %(n)s characters.") % {"n": LABEL})


def _team(number: PhoneNumber, value: UUID | None) -> None:
    ours = Team.objects.filter(organization_id=number.organization_id)
    if value is not None and not ours.filter(pk=value).exists():
        raise _wrong("default_team_id", _("There is no such team."))


def _start_mode(number: PhoneNumber, value: str) -> None:
    if value not in START_MODES:
        raise _wrong("start_mode", _("There is no such choice."))
    if value == "ai" and number.bot_id is None:
        raise Refused("NO_BOT_LINKED", _("Link an assistant to this number first."))


def _read_receipts(_number: PhoneNumber, value: str) -> None:
    if value not in READ_RECEIPTS:
        raise _wrong("read_receipts", _("There is no such choice."))


def _closing_soon(_number: PhoneNumber, value: int) -> None:
    least, most = CLOSING_SOON
    if not least <= value <= most:
        sentence = _("Between %(least)s and %(most)s minutes.") % {"least": least, "most": most}
        raise _wrong("closing_soon_minutes", sentence)


def _country(_number: PhoneNumber, value: str) -> None:
    if value and (len(value) > 4 or not is_country(value)):
        raise _wrong("country_code", _("A country's code, such as +254 or KE."))


def _wrong(field: str, sentence: str) -> Refused:
    return Refused("VALIDATION_ERROR", sentence, field=field)


CHECKS: Final[Mapping[str, Callable[[PhoneNumber, Any], None]]] = {
    "label": _label,
    "default_team_id": _team,
    "start_mode": _start_mode,
    "read_receipts": _read_receipts,
    "closing_soon_minutes": _closing_soon,
    "country_code": _country,
}
