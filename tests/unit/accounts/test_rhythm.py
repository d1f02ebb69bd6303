"""When silence is unusual: a shop's own hours decide, not a number of minutes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.doctor.facts import Rhythm
from accounts.doctor.rhythm import expected, hour_of_week, learned, silence

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # 0 o'clock
NAIROBI = ZoneInfo("Africa/Nairobi")
BY_DAY = range(8, 18)


def at(clock: str, day: int = 0) -> datetime:
    """A time of that Monday, or so many days later."""
    hours, minutes = map(int, clock.split(":"))
    return MONDAY + timedelta(days=day, hours=hours, minutes=minutes)


def weeks_of(per_hour: int, *, weeks: int = 4, hours=BY_DAY, days=range(5)) -> dict:
    """Counts of the weeks before that Monday: so many an hour, on working days."""
    starts = [MONDAY - timedelta(days=7 * week) for week in range(1, weeks + 1)]
    return {
        start + timedelta(days=day, hours=hour): per_hour
        for start in starts
        for day in days
        for hour in hours
    }


BUSY = learned(weeks_of(40), at=MONDAY, zone=UTC)
QUIET = learned(weeks_of(1), at=MONDAY, zone=UTC)
NEW = learned(weeks_of(40, weeks=2), at=MONDAY, zone=UTC)
FRIDAY = at("17:59", day=-3)


@pytest.mark.parametrize(
    ("rhythm", "last", "now", "is_silent"),
    [
        (BUSY, FRIDAY, at("07:59"), False),  # the night and the weekend are no alarm
        (BUSY, FRIDAY, at("08:10"), False),  # seven are usual by now: it happens
        (BUSY, FRIDAY, at("10:00"), True),  # eighty are usual
        (BUSY, at("09:50"), at("10:00"), False),
        (BUSY, at("09:30"), at("10:00"), True),
        (BUSY, at("17:59"), at("07:00", day=1), False),
        (BUSY, None, at("12:00"), False),  # nobody has ever written
        (QUIET, FRIDAY, at("12:00"), False),
        (QUIET, FRIDAY, at("18:00"), True),  # a whole day without its ten
        (NEW, FRIDAY, at("12:00"), False),  # two weeks are no rhythm
        (Rhythm(), FRIDAY, at("12:00"), False),
    ],
)
def test_silence_is_judged_by_the_hour_of_the_week(rhythm, last, now, is_silent):
    found = silence(rhythm, last_inbound_at=last, listening_since=FRIDAY, at=now, zone=UTC)
    assert (found is not None) is is_silent


@pytest.mark.parametrize("listening_since", [None, at("09:55")])
def test_what_we_could_not_hear_is_nobodys_silence(listening_since):
    args = {"last_inbound_at": FRIDAY, "at": at("10:00"), "zone": UTC}
    assert silence(BUSY, listening_since=listening_since, **args) is None


def test_a_silence_says_since_when_and_what_is_usual():
    found = silence(
        BUSY, last_inbound_at=at("08:30"), listening_since=FRIDAY, at=at("10:00"), zone=UTC
    )
    assert (found.since, found.expected) == (at("08:30"), pytest.approx(60))


def test_one_newsletter_makes_no_rhythm_and_one_holiday_ends_none():
    counts = weeks_of(40, weeks=4)
    counts[MONDAY - timedelta(days=7) + timedelta(hours=22)] = 900
    del counts[MONDAY - timedelta(days=14) + timedelta(hours=9)]
    rhythm = learned(counts, at=MONDAY, zone=UTC)
    assert (rhythm.hours[22], rhythm.hours[9], rhythm.weeks) == (0, 40, 4)


def test_hours_are_those_of_the_clock_on_the_wall():
    assert hour_of_week(datetime(2026, 11, 22, 22, 0, tzinfo=UTC), NAIROBI) == 1
    rhythm = learned(weeks_of(40), at=MONDAY, zone=NAIROBI)
    assert (rhythm.hours[8], rhythm.hours[11]) == (0, 40)
    assert expected(rhythm, at("08:00"), at("09:30"), zone=NAIROBI) == pytest.approx(60)


def test_a_month_of_silence_is_looked_at_a_week_back():
    assert expected(BUSY, at("0:00", day=-40), MONDAY, zone=UTC) == pytest.approx(40 * 50)
