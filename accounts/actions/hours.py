"""Schedules of opening hours: made, changed, deleted, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.rows import check_free, delete_row, writing_row
from accounts.actors import Actor
from accounts.events import transactional
from accounts.models import BusinessHours, Holiday, PhoneNumber, Team
from accounts.opening import Spans, collisions
from accounts.refusals import Refused

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_HOLIDAYS = 60


@dataclass(frozen=True, slots=True)
class OtherDay:
    """A holiday; without spans it is closed."""

    date: date
    name: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that a schedule says. numbers, teams: those of the organization that go by it."""

    name: str
    time_zone: str
    week: Sequence[Spans]
    holidays: Sequence[OtherDay] = ()
    is_default: bool = False
    numbers: frozenset[UUID] = frozenset()
    teams: frozenset[UUID] = frozenset()


@transactional
def create_hours(
    organization_id: UUID, schedule: Schedule, *, by: Actor, at: datetime
) -> BusinessHours:
    """A new schedule. Refuses: ALREADY_EXISTS (name), VALIDATION_ERROR (a weekday, holidays)."""
    row = BusinessHours(organization_id=organization_id)
    with writing_row("hours.created", row, by=by, at=at):
        _write(row, schedule)
    return row


@transactional
def change_hours(hours_id: UUID, schedule: Schedule, *, by: Actor, at: datetime) -> None:
    """Says everything anew. Refuses: as `create_hours`."""
    row = BusinessHours.objects.get(pk=hours_id)
    with writing_row("hours.changed", row, by=by, at=at):
        _write(row, schedule)


@transactional
def delete_hours(hours_id: UUID, *, by: Actor, at: datetime) -> None:
    """Takes it away; numbers and teams that went by it go by the default again."""
    delete_row("hours.deleted", BusinessHours.objects.get(pk=hours_id), by=by, at=at)


def _write(row: BusinessHours, schedule: Schedule) -> None:
    same = BusinessHours.objects.filter(name=schedule.name)
    check_free(same, row, _("Another schedule has this name."), field="name")
    _check(schedule)
    if schedule.is_default:
        ours = BusinessHours.objects.filter(organization=row.organization_id)
        ours.exclude(pk=row.pk).filter(is_default=True).update(is_default=False)
    row.name, row.time_zone = schedule.name, schedule.time_zone
    row.week, row.is_default = list(schedule.week), schedule.is_default
    row.save()
    row.holidays.all().delete()
    Holiday.objects.bulk_create(
        Holiday(hours=row, date=one.date, name=one.name, spans=list(one.spans))
        for one in schedule.holidays
    )
    _assign(row, schedule)


def _check(schedule: Schedule) -> None:
    for day in collisions(schedule.week):
        raise Refused(
            "VALIDATION_ERROR",
            _("The last hours run past midnight into those of the next day."),
            field=WEEKDAYS[day],
        )
    days = [one.date for one in schedule.holidays]
    if len(days) != len(set(days)):
        raise Refused("VALIDATION_ERROR", _("One day stands here twice."), field="holidays")
    if len(days) > MOST_HOLIDAYS:
        raise Refused("VALIDATION_ERROR", _("These are too many days."), field="holidays")


def _assign(row: BusinessHours, schedule: Schedule) -> None:
    for model, wanted in ((PhoneNumber, schedule.numbers), (Team, schedule.teams)):
        rows = model._default_manager.filter(organization=row.organization_id)
        rows.filter(business_hours=row).exclude(pk__in=wanted).update(business_hours=None)
        rows.filter(pk__in=wanted).update(business_hours=row)
