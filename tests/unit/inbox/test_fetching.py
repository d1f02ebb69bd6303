"""When a file is asked for again: a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox import fetching
from inbox.fetching import GiveUp, TryAgain, after, kept_until
from tests.cast import T0


def wait(fault: str, attempts: int, *, before: str = "") -> float | str:
    fate = after(fault, before=before, attempts=attempts, until=T0 + timedelta(days=7), at=T0)
    if isinstance(fate, TryAgain):
        return (fate.moment - T0).total_seconds()
    return "expired" if fate.expired else "failed"


@pytest.mark.case("F55")
@pytest.mark.parametrize(
    ("fault", "attempts", "before", "expected"),
    [
        (fetching.UNREACHABLE, 1, "", 5),
        (fetching.UNREACHABLE, 2, "", 20),
        (fetching.REFUSED, 4, "", 320),
        (fetching.UNREACHABLE, 50, "", 6 * 3600),
        (fetching.NO_TOKEN, 50, "", 600),
        (fetching.DISK, 50, "", 600),
        (fetching.GONE, 1, "", "expired"),
        (fetching.TOO_LARGE, 1, "", "failed"),
        (fetching.CORRUPT, 1, "", 5),
        (fetching.CORRUPT, 4, fetching.CORRUPT, 320),
        (fetching.CORRUPT, 5, fetching.CORRUPT, "failed"),
        (fetching.CORRUPT, 5, fetching.UNREACHABLE, 1280),  # the first bad copy after a long night
    ],
)
def test_what_follows_a_miss(fault: str, attempts: int, before: str, expected: object) -> None:
    assert wait(fault, attempts, before=before) == expected


def test_seven_days_count_from_metas_time_and_a_late_one_has_a_day() -> None:
    assert kept_until(T0, T0) == T0 + timedelta(days=7)
    assert kept_until(T0, T0 + timedelta(days=6, hours=12)) == T0 + timedelta(days=7, hours=12)
    assert kept_until(T0, T0 + timedelta(days=30)) == T0 + timedelta(days=31)


def test_after_that_it_has_expired() -> None:
    until, late = T0, T0 + timedelta(seconds=1)
    fate = after(fetching.UNREACHABLE, before="", attempts=9, until=until, at=late)
    assert fate == GiveUp(expired=True)
