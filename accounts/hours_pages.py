"""What the pages of opening hours and targets show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.hours_forms import DAY_NAMES, spans_from
from accounts.models import BusinessHours, Person, SlaTarget
from accounts.opening import Opening, text_of

ALMOST_A_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class HoursRow:
    """A schedule in the list. now: "Open, until 18:00". days: ("Monday to Friday", "09:00-17:00").

    holidays: those to come, worded, at most five.
    """

    id: UUID
    name: str
    zone: str
    is_default: bool
    is_open: bool
    now: str
    days: tuple[tuple[str, str], ...]
    holidays: tuple[str, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target in the list, all of it worded; "" for none."""

    id: UUID
    whose: str
    first_reply: str
    next_reply: str
    resolution: str
    clock: str


def opening_of(hours: BusinessHours) -> Opening:
    """The schedule as a value. One query, or none where the holidays are prefetched."""
    holidays = {one.date: spans_from(one.spans) for one in hours.holidays.all()}
    return Opening(ZoneInfo(hours.time_zone), tuple(map(spans_from, hours.week)), holidays)


def hours_rows(person: Person, *, at: datetime) -> tuple[HoursRow, ...]:
    """The organization's schedules, by name. Four queries."""
    rows = BusinessHours.objects.filter(organization=person.organization_id)
    rows = rows.prefetch_related("holidays", "numbers", "teams").order_by("name")
    return tuple(_hours_row(row, at=at) for row in rows)


def _hours_row(row: BusinessHours, *, at: datetime) -> HoursRow:
    opening = opening_of(row)
    is_open, now = now_line(opening, at=at)
    today = at.astimezone(opening.zone).date()
    coming = sorted((one for one in row.holidays.all() if one.date >= today), key=lambda x: x.date)
    return HoursRow(
        id=row.pk,
        name=row.name,
        zone=row.time_zone,
        is_default=row.is_default,
        is_open=is_open,
        now=now,
        days=_days(opening),
        holidays=tuple(
            f"{formats.date_format(one.date, 'j M')} {one.name}".strip()
            + f": {text_of(spans_from(one.spans)) or _('closed')}"
            for one in coming[:5]
        ),
        used_by=tuple(str(one) for one in (*row.numbers.all(), *row.teams.all())),
    )


def now_line(opening: Opening, *, at: datetime) -> tuple[bool, str]:
    """Whether it is open, and "Open, until 18:00" or "Closed, opens Monday 09:00" in its zone."""
    if opening.is_open(at):
        closes = opening.closes_at(at)
        if closes is None:
            return True, _("Always open")
        return True, _("Open, until %(time)s") % {"time": _moment(closes, opening, at=at)}
    opens = opening.opens_at(at)
    if opens is None:
        return False, _("Closed, and not open again within a year")
    return False, _("Closed, opens %(time)s") % {"time": _moment(opens, opening, at=at)}


def _moment(moment: datetime, opening: Opening, *, at: datetime) -> str:
    there, today = moment.astimezone(opening.zone), at.astimezone(opening.zone).date()
    clock = f"{there:%H:%M}"
    if there.date() == today:
        return clock
    if there.date() - today <= ALMOST_A_WEEK:
        return f"{DAY_NAMES[there.weekday()]} {clock}"
    return f"{formats.date_format(there.date(), 'j M')} {clock}"


def _days(opening: Opening) -> tuple[tuple[str, str], ...]:
    """Days that follow each other with the same hours are one line."""
    lines: list[tuple[int, int, str]] = []
    for day, spans in enumerate(opening.week):
        text = text_of(spans) or _("closed")
        if lines and lines[-1][2] == text:
            lines[-1] = (lines[-1][0], day, text)
        else:
            lines.append((day, day, text))
    return tuple((_named(first, last), text) for first, last, text in lines)


def _named(first: int, last: int) -> str:
    if first == last:
        return str(DAY_NAMES[first])
    return _("%(first)s to %(last)s") % {"first": DAY_NAMES[first], "last": DAY_NAMES[last]}


def target_rows(person: Person) -> tuple[TargetRow, ...]:
    """The organization's targets, the widest first. One query."""
    rows = SlaTarget.objects.filter(organization=person.organization_id)
    found = list(rows.select_related("team", "phone_number").order_by("created_at"))
    found.sort(key=lambda one: (one.team_id is not None, one.phone_number_id is not None))
    return tuple(_target_row(one) for one in found)


def _target_row(row: SlaTarget) -> TargetRow:
    return TargetRow(
        id=row.pk,
        whose=whose([row.team, row.phone_number]),
        first_reply=duration(row.first_reply_minutes),
        next_reply=duration(row.next_reply_minutes),
        resolution=duration(row.resolution_minutes),
        clock=_("Opening hours") if row.in_business_hours else _("Every hour"),
    )


def whose(narrowed: Sequence[object | None]) -> str:
    """The conversations that a target is for, in words."""
    named = [str(one) for one in narrowed if one is not None]
    return " · ".join(named) or _("All other conversations")


def duration(minutes: int | None) -> str:
    """ "45 min", "2 h", "2 h 30 min", "" for none."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = [
        ngettext("%(n)s h", "%(n)s h", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s min", "%(n)s min", rest) % {"n": rest} if rest else "",
    ]
    return " ".join(filter(None, parts))
