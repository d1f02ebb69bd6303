"""Sending later: the times that are offered, and what is done where things have changed meanwhile.

What a person or a program chose when it scheduled is kept with the message as a `Plan`; `decide`
is asked once, when the time has come (API 4.7, HANDOFF section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

FURTHEST: Final = timedelta(days=60)
PAST_ALLOWED: Final = timedelta(minutes=1)
EVENING: Final = time(18)
MORNING: Final = time(9)
MONDAY: Final = 0
WINDOW: Final = "SESSION_EXPIRED"


class IfClosed(StrEnum):
    """What becomes of free text whose window is closed at its time."""

    FAIL = "fail"
    HOLD = "hold"
    TEMPLATE = "template"


class IfChanged(StrEnum):
    """What becomes of it when the customer wrote, or a colleague took over, before its time."""

    SEND = "send"
    HOLD = "hold"
    FAIL = "fail"


class Change(StrEnum):
    """What happened between scheduling and the time."""

    CUSTOMER_WROTE = "customer_wrote"
    OWNER_CHANGED = "owner_changed"


class TooFar(ValueError):
    """More than 60 days ahead."""


class Past(ValueError):
    """More than a minute ago."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen, and how things stood then: the customer's last message, and the owner."""

    if_window_closed: IfClosed = IfClosed.FAIL
    if_changed: IfChanged = IfChanged.SEND
    last_inbound_id: UUID | None = None
    assignee_id: UUID | None = None

    def kept(self) -> dict[str, Any]:
        """As it is stored: texts and nulls."""
        return {name: str(value) if value else None for name, value in asdict(self).items()}


def plan_of(kept: Mapping[str, Any] | None) -> Plan:
    """The plan that was stored; without one, that of the API's defaults."""
    if not kept:
        return Plan()
    ids = {name: kept.get(name) for name in ("last_inbound_id", "assignee_id")}
    return Plan(
        IfClosed(kept["if_window_closed"]),
        IfChanged(kept["if_changed"]),
        **{name: UUID(value) if value else None for name, value in ids.items()},
    )


@dataclass(frozen=True, slots=True)
class Go:
    """Into the outbox with it."""


@dataclass(frozen=True, slots=True)
class UseTemplate:
    """The template that was chosen goes in its place."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A person is asked. code: a `hold.code` of the REST contract."""

    code: str


@dataclass(frozen=True, slots=True)
class Drop:
    """It does not go, and says why. code: of the refusal, or a `Change`."""

    code: str


def decide(
    plan: Plan, *, refusal: str | None, change: Change | None
) -> Go | UseTemplate | Hold | Drop:
    """What is done at its time. refusal: the code with which a send would be refused now."""
    if refusal not in (None, WINDOW):
        return Drop(refusal)
    if change is not None and plan.if_changed is not IfChanged.SEND:
        return Hold(change) if plan.if_changed is IfChanged.HOLD else Drop(change)
    if refusal is None:
        return Go()
    match plan.if_window_closed:
        case IfClosed.TEMPLATE:
            return UseTemplate()
        case IfClosed.HOLD:
            return Hold("window_closed")
        case IfClosed.FAIL:
            return Drop(WINDOW)


def checked(wanted: datetime, *, at: datetime) -> datetime:
    """The time, if it can be one: up to a minute ago means now. Raises: TooFar, Past."""
    if wanted > at + FURTHEST:
        raise TooFar
    if wanted < at - PAST_ALLOWED:
        raise Past
    return wanted


@dataclass(frozen=True, slots=True)
class Preset:
    """A time that is offered. key: hour, evening, tomorrow, monday."""

    key: str
    moment: datetime


def presets(now: datetime) -> Iterator[Preset]:
    """In an hour, this evening, tomorrow morning, Monday morning; by the clock of `now`'s zone."""
    whole = now.replace(second=0, microsecond=0)
    yield Preset("hour", whole + timedelta(hours=1))
    if whole + timedelta(hours=1) < _on(now.date(), EVENING, now):
        yield Preset("evening", _on(now.date(), EVENING, now))
    tomorrow = now.date() + timedelta(days=1)
    yield Preset("tomorrow", _on(tomorrow, MORNING, now))
    monday = now.date() + timedelta(days=(MONDAY - now.weekday()) % 7 or 7)
    if monday != tomorrow:
        yield Preset("monday", _on(monday, MORNING, now))


def _on(day: date, clock: time, like: datetime) -> datetime:
    return datetime.combine(day, clock, tzinfo=like.tzinfo)
