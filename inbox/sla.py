"""Which targets run in a conversation, and until when: pure, from its times. Knows no Django.

A reply is due while a customer waits for one; it counts from the first message without an answer,
or from the moment at which a person was called, whichever is earlier. The resolution is due until
the conversation is closed. While the assistant owns it, nothing of people's is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

ALMOST: Final = 0.25
"""With this share of the time left, a target says so."""


class Kind(StrEnum):
    """What is due."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"


class State(StrEnum):
    """How it stands."""

    RUNNING = "running"
    ALMOST = "almost"
    LATE = "late"


class Clock(Protocol):
    """Open hours, as `accounts.opening.Opening` has them."""

    def after(self, start: datetime, seconds: int, /) -> datetime | None: ...

    def seconds_between(self, start: datetime, end: datetime, /) -> int: ...


class EveryHour:
    """The clock without opening hours."""

    def after(self, start: datetime, seconds: int, /) -> datetime | None:
        """So many seconds later."""
        return start + timedelta(seconds=seconds)

    def seconds_between(self, start: datetime, end: datetime, /) -> int:
        """Seconds from one to the other, 0 when the second is not later."""
        return max(0, round((end - start).total_seconds()))


@dataclass(frozen=True, slots=True)
class Times:
    """What has happened since the conversation began, or was last closed.

    started_at: the customer's first message. unanswered_at: their first after our last answer.
    called_at: a person was called and has not answered since. answered: a person has answered.
    """

    started_at: datetime | None = None
    unanswered_at: datetime | None = None
    called_at: datetime | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Minutes:
    """The targets; None for none."""

    first_reply: int | None = None
    next_reply: int | None = None
    resolution: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A target that runs."""

    kind: Kind
    at: datetime
    state: State


def running(times: Times, minutes: Minutes, clock: Clock, *, at: datetime) -> tuple[Due, ...]:
    """The targets that run, the reply before the resolution."""
    waits = [one for one in (times.unanswered_at, times.called_at) if one is not None]
    kind = Kind.NEXT_REPLY if times.answered else Kind.FIRST_REPLY
    reply = minutes.next_reply if times.answered else minutes.first_reply
    wanted = (
        (kind, min(waits, default=None), reply),
        (Kind.RESOLUTION, times.started_at, minutes.resolution),
    )
    found = (_due(*one, clock, at=at) for one in wanted)
    return tuple(one for one in found if one is not None)


def _due(
    kind: Kind, since: datetime | None, minutes: int | None, clock: Clock, *, at: datetime
) -> Due | None:
    if since is None or minutes is None:
        return None
    due = clock.after(since, minutes * 60)
    if due is None:  # it does not open again
        return None
    if at >= due:
        return Due(kind, due, State.LATE)
    left = clock.seconds_between(at, due)
    return Due(kind, due, State.ALMOST if left <= minutes * 60 * ALMOST else State.RUNNING)
