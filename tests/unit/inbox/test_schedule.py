"""Sending later: the times that are offered, and the table of what is done then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from inbox.schedule import (
    Change,
    Drop,
    Go,
    Hold,
    IfChanged,
    IfClosed,
    Past,
    Plan,
    TooFar,
    UseTemplate,
    checked,
    decide,
    plan_of,
    presets,
)

pytestmark = pytest.mark.pure

CLOSED = "SESSION_EXPIRED"
WROTE = Change.CUSTOMER_WROTE
NOW = datetime(2026, 11, 28, 10, 15, tzinfo=UTC)

TABLE = [
    # if_changed, if_window_closed, refusal, change -> what is done
    ("send", "fail", None, None, Go()),
    ("hold", "hold", None, None, Go()),
    ("send", "fail", None, WROTE, Go()),
    ("hold", "fail", None, WROTE, Hold("customer_wrote")),
    ("fail", "hold", None, WROTE, Drop("customer_wrote")),
    ("hold", "template", CLOSED, WROTE, Hold("customer_wrote")),
    ("send", "template", CLOSED, WROTE, UseTemplate()),
    ("send", "template", CLOSED, None, UseTemplate()),
    ("send", "hold", CLOSED, None, Hold("window_closed")),
    ("send", "fail", CLOSED, None, Drop(CLOSED)),
    ("hold", "hold", "RECIPIENT_BLOCKED", WROTE, Drop("RECIPIENT_BLOCKED")),
    ("send", "template", "STALE_EPOCH", None, Drop("STALE_EPOCH")),
]


@pytest.mark.parametrize(("changed", "closed", "refusal", "change", "done"), TABLE)
def test_what_is_done_at_its_time(changed, closed, refusal, change, done) -> None:
    plan = Plan(IfClosed(closed), IfChanged(changed))
    assert decide(plan, refusal=refusal, change=change) == done


def test_a_plan_is_kept_and_read_again() -> None:
    plan = Plan(IfClosed.HOLD, IfChanged.FAIL, uuid4(), None)
    assert plan_of(plan.kept() | {"fallback": None}) == plan
    assert plan_of(None) == Plan()


def offered(now: datetime) -> dict[str, str]:
    return {one.key: f"{one.moment:%a %H:%M}" for one in presets(now)}


PRESETS = [
    ("2026-11-25T10:15", {"evening": "Wed 18:00", "tomorrow": "Thu 09:00", "monday": "Mon 09:00"}),
    ("2026-11-25T17:30", {"tomorrow": "Thu 09:00", "monday": "Mon 09:00"}),  # evening is near
    ("2026-11-29T10:15", {"evening": "Sun 18:00", "tomorrow": "Mon 09:00"}),  # that is Monday
    ("2026-11-30T10:15", {"evening": "Mon 18:00", "tomorrow": "Tue 09:00", "monday": "Mon 09:00"}),
]


@pytest.mark.parametrize(("now", "wanted"), PRESETS)
def test_the_times_that_are_offered(now: str, wanted: dict[str, str]) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    hour = f"{moment + timedelta(hours=1):%a %H:%M}"
    assert offered(moment) == {"hour": hour} | wanted


def test_nine_in_the_morning_is_nine_after_the_clocks_change_too() -> None:
    saturday = datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    tomorrow = next(one.moment for one in presets(saturday) if one.key == "tomorrow")
    assert tomorrow.astimezone(UTC).hour == 8


@pytest.mark.parametrize(
    ("ahead", "wrong"),
    [
        (timedelta(days=60), None),
        (timedelta(days=60, seconds=1), TooFar),
        (timedelta(minutes=-1), None),
        (timedelta(minutes=-1, seconds=-1), Past),
    ],
)
def test_how_far_a_time_may_be(ahead: timedelta, wrong) -> None:
    if wrong is None:
        assert checked(NOW + ahead, at=NOW) == NOW + ahead
    else:
        with pytest.raises(wrong):
            checked(NOW + ahead, at=NOW)
