"""Opening hours: lines of them, and what they mean at an instant, in odd nights too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.opening import BadHours, Opening, Span, collisions, spans_of, text_of

pytestmark = pytest.mark.pure

OFFICE = ("09:00-12:30, 14:00-18:00",) * 5 + ("", "")
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def opening(week=OFFICE, zone: str = BERLIN, **holidays: str) -> Opening:
    days = {date.fromisoformat(f"2026-{day[1:3]}-{day[3:]}"): spans_of(line)
            for day, line in holidays.items()}  # fmt: skip
    return Opening(ZoneInfo(zone), tuple(spans_of(line) for line in week), days)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def told(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%m-%dT%H:%M}" if moment else None


@pytest.mark.parametrize(
    ("line", "spans", "again"),
    [
        ("", [], ""),
        ("9-17", [(540, 1020)], "09:00-17:00"),
        ("14:00 – 18:00,09:00-12:30", [(540, 750), (840, 1080)], "09:00-12:30, 14:00-18:00"),
        ("00:00-24:00", [(0, 1440)], "00:00-24:00"),
        ("22:00-02:00", [(1320, 1560)], "22:00-02:00"),
        ("09:00-12:00, 12:00-13:00", [(540, 720), (720, 780)], "09:00-12:00, 12:00-13:00"),
    ],
)
def test_a_line_is_read_and_written_again(line, spans, again):
    assert list(spans_of(line)) == spans
    assert text_of(spans_of(line)) == again
    assert spans_of(again) == spans_of(line)


@pytest.mark.parametrize(
    ("line", "code", "piece"),
    [
        ("nine to five", "unreadable", "nine to five"),
        ("09:00-12:30, later", "unreadable", "later"),
        ("09:60-12:00", "unreadable", "09:60-12:00"),
        ("09:00-24:30", "unreadable", "09:00-24:30"),
        ("09:00-09:00", "empty", "09:00-09:00"),
        ("09:00-12:30, 12:00-18:00", "overlap", "09:00-12:30, 12:00-18:00"),
        ("22:00-02:00, 23:00-24:00", "overlap", "22:00-02:00, 23:00-24:00"),
    ],
)
def test_what_is_not_clear_is_named(line, code, piece):
    with pytest.raises(BadHours) as found:
        spans_of(line)
    assert (found.value.code, found.value.piece) == (code, piece)


def test_a_night_that_runs_into_the_next_day_is_named_by_its_day():
    night, early = (Span(1320, 1620),), (Span(120, 300),)
    assert collisions((night, early, (), (), (), (), ())) == (0,)
    assert collisions((early, (), (), (), (), (), night)) == (6,)
    assert collisions((night, (Span(180, 300),), (), (), (), (), ())) == ()


# 2026-11-23 is a Monday; Berlin is at UTC+1 in winter, UTC+2 in summer.
@pytest.mark.parametrize(
    ("moment", "is_open", "opens", "closes"),
    [
        ("2026-11-23T07:59", False, "11-23T08:00", None),
        ("2026-11-23T08:00", True, "11-23T13:00", "11-23T11:30"),
        ("2026-11-23T11:30", False, "11-23T13:00", None),
        ("2026-11-23T16:59", True, "11-24T08:00", "11-23T17:00"),
        ("2026-11-27T17:00", False, "11-30T08:00", None),
        ("2026-07-24T16:30", False, "07-27T07:00", None),
    ],
)
def test_an_instant_in_a_plain_week(moment, is_open, opens, closes):
    hours, now = opening(), at(moment)
    assert hours.is_open(now) is is_open
    assert told(hours.opens_at(now)) == opens
    assert told(hours.closes_at(now)) == closes


NIGHTS = ("22:00-06:00",) * 7
ALWAYS = ("00:00-24:00",) * 7


@pytest.mark.parametrize(
    ("week", "zone", "holidays", "start", "end", "hours"),
    [
        (OFFICE, BERLIN, {}, "2026-11-23T00:00", "2026-11-30T00:00", 37.5),
        (OFFICE, BERLIN, {}, "2026-11-23T10:00", "2026-11-23T14:00", 2.5),
        (OFFICE, BERLIN, {}, "2026-11-28T00:00", "2026-11-29T23:00", 0),
        (OFFICE, BERLIN, {}, "2026-11-23T14:00", "2026-11-23T10:00", 0),
        # Clocks forward on 29 March: the night has seven hours; back on 25 October: nine.
        (NIGHTS, BERLIN, {}, "2026-03-28T12:00", "2026-03-29T12:00", 7),
        (NIGHTS, BERLIN, {}, "2026-10-24T12:00", "2026-10-25T12:00", 9),
        (NIGHTS, "UTC", {}, "2026-03-28T12:00", "2026-03-29T12:00", 8),
        (ALWAYS, NEW_YORK, {}, "2026-03-08T05:00", "2026-03-09T04:00", 23),
        (ALWAYS, NEW_YORK, {}, "2026-11-01T04:00", "2026-11-02T05:00", 25),
        # An hour that is there twice: opens the first time, closes the last.
        (("01:15-01:45",) * 7, NEW_YORK, {}, "2026-11-01T04:00", "2026-11-02T05:00", 1.5),
        # An hour that is not there is the one after.
        (("02:15-02:45",) * 7, NEW_YORK, {}, "2026-03-08T05:00", "2026-03-09T04:00", 0.5),
        # A holiday: closed, or other hours; the night before it still ends in the morning.
        (OFFICE, BERLIN, {"d1224": ""}, "2026-12-24T00:00", "2026-12-25T00:00", 0),
        (OFFICE, BERLIN, {"d1224": "10-12"}, "2026-12-24T00:00", "2026-12-25T00:00", 2),
        (NIGHTS, BERLIN, {"d1224": ""}, "2026-12-23T23:00", "2026-12-24T23:00", 6),
        (OFFICE, BERLIN, {"d1128": "10-12"}, "2026-11-28T00:00", "2026-11-29T00:00", 2),
    ],
)
def test_open_time_between_two_instants(week, zone, holidays, start, end, hours):
    assert opening(week, zone, **holidays).seconds_between(at(start), at(end)) == hours * 3600


@pytest.mark.parametrize(
    ("week", "start", "minutes", "due"),
    [
        (OFFICE, "2026-11-23T08:00", 60, "11-23T09:00"),
        (OFFICE, "2026-11-23T11:00", 60, "11-23T13:30"),
        (OFFICE, "2026-11-27T16:30", 60, "11-30T08:30"),
        (OFFICE, "2026-11-28T12:00", 30, "11-30T08:30"),
        (ALWAYS, "2026-11-28T12:00", 30, "11-28T12:30"),
        (("",) * 7, "2026-11-28T12:00", 30, None),
    ],
)
def test_when_so_much_open_time_is_over(week, start, minutes, due):
    assert told(opening(week).after(at(start), minutes * 60)) == due


def test_who_never_closes_has_no_closing_time():
    always = opening(ALWAYS)
    assert always.is_open(at("2026-11-23T23:00"))
    assert always.closes_at(at("2026-11-23T23:00")) is None
    assert always.opens_at(at("2026-11-23T23:00")) is None
