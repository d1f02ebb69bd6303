"""When a campaign will have ended."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from campaigns.estimate import Quiet, days_of, ends_at

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (time(20), time(8))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("count", "per_s", "begins", "hours", "ends"),
    [
        (0, 80, at(20, 10), (None, None), at(20, 10)),
        (3600, 1, at(20, 10), (None, None), at(20, 11)),
        (3600, 1, at(20, 10), NIGHT, at(20, 11)),
        (3600, 1, at(20, 19, 30), NIGHT, at(21, 8, 30)),  # half an hour is left for the morning
        (3600, 1, at(20, 23), NIGHT, at(21, 9)),
        (3600, 1, at(21, 3), NIGHT, at(21, 9)),
        (3600, 1, at(20, 11, 30), (time(12), time(14)), at(20, 14, 30)),
        (3600 * 13, 1, at(20, 8), NIGHT, at(21, 9)),
        (3600, 1, at(20, 19, 30), (time(20), time(20)), at(20, 20, 30)),  # no rest at all
        # A day with an hour twice.
        (3600 * 5, 1, datetime(2026, 10, 24, 23, tzinfo=BERLIN), (None, None),
         datetime(2026, 10, 25, 3, tzinfo=BERLIN)),
        # Half an hour is sent before the clock goes back.
        (3600, 1, datetime(2026, 10, 24, 19, 30, tzinfo=BERLIN), NIGHT,
         datetime(2026, 10, 25, 8, 30, tzinfo=BERLIN)),
    ],
)  # fmt: skip
def test_it_ends_after_its_rests(count, per_s, begins, hours, ends):
    assert ends_at(count, per_s, begins=begins, quiet=Quiet(*hours, BERLIN)) == ends


def test_what_takes_over_a_year_has_no_end():
    quiet = Quiet(time(8, 1), time(8), BERLIN)
    assert ends_at(100_000, 0.5, begins=at(20, 10), quiet=quiet) is None


@pytest.mark.parametrize(
    ("people", "limit", "days"),
    [
        (1, "TIER_250", 1),
        (250, "TIER_250", 1),
        (251, "TIER_250", 2),
        (5000, "TIER_UNLIMITED", 0),
        (5000, "", 0),
    ],
)
def test_a_limit_of_metas_says_how_many_days(people, limit, days):
    assert days_of(people, limit) == days
