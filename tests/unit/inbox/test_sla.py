"""Targets: which of them run, since when, and how they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.opening import Opening, spans_of
from inbox.sla import EveryHour, Minutes, Times, running

pytestmark = pytest.mark.pure

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
ALL = Minutes(first_reply=60, next_reply=20, resolution=480)
OFFICE = Opening(ZoneInfo("UTC"), (spans_of("09:00-17:00"),) * 5 + ((), ()))
NEVER = Opening(ZoneInfo("UTC"), ((),) * 7)


CLOSE = "resolution Mon 18:00 running"


def after(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def told(times: Times, minutes: Minutes = ALL, clock=None, *, at: datetime) -> list[str]:
    found = running(times, minutes, clock or EveryHour(), at=at)
    return [f"{one.kind} {one.at:%a %H:%M} {one.state}" for one in found]


@pytest.mark.parametrize(
    ("times", "at", "found"),
    [
        (Times(), TEN, []),
        (Times(TEN, TEN), after(5), ["first_reply Mon 11:00 running", CLOSE]),
        (Times(TEN, TEN), after(46), ["first_reply Mon 11:00 almost", CLOSE]),
        (Times(TEN, TEN), after(60), ["first_reply Mon 11:00 late", CLOSE]),
        (Times(TEN, None, None, answered=True), after(90), [CLOSE]),
        (Times(TEN, after(90), None, answered=True), after(91),
         ["next_reply Mon 11:50 running", CLOSE]),
        # The assistant has answered and called a person: the customer waits since then.
        (Times(TEN, None, after(1)), after(5),
         ["first_reply Mon 11:01 running", CLOSE]),
        (Times(TEN, after(3), after(1)), after(5),
         ["first_reply Mon 11:01 running", CLOSE]),
        (Times(TEN), after(500), ["resolution Mon 18:00 late"]),
    ],
)  # fmt: skip
def test_what_is_due(times, at, found):
    assert told(times, at=at) == found


@pytest.mark.parametrize(
    ("since", "at", "clock", "found"),
    [
        ("2026-11-23T16:30", "2026-11-23T16:31", OFFICE, ["first_reply Tue 09:30 running"]),
        ("2026-11-23T16:30", "2026-11-23T23:00", OFFICE, ["first_reply Tue 09:30 running"]),
        ("2026-11-23T16:30", "2026-11-24T09:20", OFFICE, ["first_reply Tue 09:30 almost"]),
        ("2026-11-28T12:00", "2026-11-29T12:00", OFFICE, ["first_reply Mon 10:00 running"]),
        ("2026-11-23T16:30", "2026-11-23T17:40", EveryHour(), ["first_reply Mon 17:30 late"]),
        ("2026-11-23T16:30", "2026-11-23T17:40", NEVER, []),
    ],
)
def test_opening_hours_stop_the_clock(since, at, clock, found):
    first, now = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (since, at))
    assert told(Times(None, first), Minutes(first_reply=60), clock, at=now) == found
