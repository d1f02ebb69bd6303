"""When a business is open: pure, from a week, its zone and its holidays. Knows no Django.

Hours are wall-clock time of one zone. A span belongs to the day on which it begins; it may end on
the next one. A holiday replaces what begins on its day, and leaves what began the evening before.
Where clocks are put forward, an hour that does not exist counts as the one after it; where they are
put back, a span that begins in the repeated hour begins the first time and ends the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

DAY: Final = 24 * 60
FAR: Final = timedelta(days=400)
"""How far ahead is looked: a year with its holidays. What is not open by then counts as never."""

_PIECE: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?")


class Span(NamedTuple):
    """Open from, until: minutes since midnight of the day it begins; until may pass 1,440."""

    start: int
    end: int


Spans = tuple[Span, ...]


class BadHours(Exception):
    """A line of hours that says nothing clear.

    code: unreadable, empty, overlap. piece: the words that it is about.
    """

    def __init__(self, code: str, piece: str) -> None:
        super().__init__(f"{code}: {piece}")
        self.code = code
        self.piece = piece


@dataclass(frozen=True, slots=True)
class Opening:
    """A week (seven days, Monday first), and days that are different."""

    zone: ZoneInfo
    week: tuple[Spans, ...]
    holidays: Mapping[date, Spans] = field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at this instant; the end of a span is already closed."""
        return any(start <= at < end for start, end in self._from(at, until=at))

    def opens_at(self, at: datetime) -> datetime | None:
        """The next opening after this instant; None when there is none within 400 days."""
        return next((start for start, _end in self._from(at, until=at + FAR) if start > at), None)

    def closes_at(self, at: datetime) -> datetime | None:
        """When it closes, for an instant at which it is open; None when it never does."""
        for start, end in self._from(at, until=at + FAR):
            if start <= at < end:
                return end if end < at + FAR else None
        return None

    def seconds_between(self, start: datetime, end: datetime) -> int:
        """Open seconds between two instants; 0 when the second is not later."""
        found = self._from(start, until=end)
        overlaps = (min(end, closes) - max(start, opens) for opens, closes in found)
        return sum(max(0, round(one.total_seconds())) for one in overlaps)

    def after(self, start: datetime, seconds: int) -> datetime | None:
        """The instant when so many open seconds are over; None when that is too far away."""
        left = timedelta(seconds=seconds)
        for opens, closes in self._from(start, until=start + FAR):
            there = closes - max(start, opens)
            if there >= left:
                return max(start, opens) + left
            left -= max(there, timedelta())
        return None

    def _from(self, at: datetime, *, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open stretches that end after `at` and begin by `until`; what touches is joined."""
        held: tuple[datetime, datetime] | None = None
        day, last = self._day_of(at) - timedelta(days=1), self._day_of(until)
        while day <= last:
            for start, end in self._stretches(day):
                if held and start <= held[1]:
                    held = (held[0], max(held[1], end))
                    continue
                if held and held[1] > at:
                    yield held
                held = (start, end)
            day += timedelta(days=1)
        if held and held[1] > at:
            yield held

    def _day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _stretches(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for span in self.holidays.get(day, self.week[day.weekday()]):
            start = self._moments(day, span.start)[0]
            end = max(self._moments(day, span.end))
            if start < end:
                yield start, end

    def _moments(self, day: date, minute: int) -> tuple[datetime, datetime]:
        """The instants that the clock may mean: two where it is put back, else the same twice."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        first, second = (wall.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        return first.astimezone(UTC), second.astimezone(UTC)


def spans_of(text: str) -> Spans:
    """The spans of a line such as "09:00-12:30, 14:00-18:00", in order; of an empty one none.

    An end that is not later than its start is on the next day. Raises: BadHours.
    """
    pieces = [one.strip() for one in text.split(",") if one.strip()]
    spans = sorted(_span(piece) for piece in pieces)
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise BadHours("overlap", text_of([before, after]))
    return tuple(spans)


def _span(piece: str) -> Span:
    match = _PIECE.fullmatch(piece)
    if match is None:
        raise BadHours("unreadable", piece)
    start, end = _minute(match[1], match[2], piece), _minute(match[3], match[4], piece)
    if start in (end, DAY):
        raise BadHours("empty", piece)
    return Span(start, end if end > start else end + DAY)


def _minute(hour: str, minute: str | None, piece: str) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or found > DAY:
        raise BadHours("unreadable", piece)
    return found


def text_of(spans: Sequence[Span]) -> str:
    """The line that `spans_of` reads; "" for a closed day."""
    return ", ".join(f"{_clock(one.start)}-{_clock(one.end)}" for one in spans)


def _clock(minute: int) -> str:
    minute = minute if minute <= DAY else minute - DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def collisions(week: Sequence[Spans]) -> tuple[int, ...]:
    """The days (0 is Monday) whose last span runs into the first one of the day after."""
    return tuple(
        day
        for day, spans in enumerate(week)
        if spans and (after := week[(day + 1) % 7]) and spans[-1].end - DAY > after[0].start
    )
