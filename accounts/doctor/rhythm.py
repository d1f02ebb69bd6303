"""When silence is unusual: the number's own rhythm, hour by hour of the week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median
from typing import Final

from accounts.doctor.facts import Rhythm

HOURS: Final = 168
WEEKS: Final = 4
FEWEST_WEEKS: Final = 3
HOUR: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=7)
# Nothing where so many are usual: by chance once in 20,000 times, if customers came independently.
# They do not, quite (a newsletter, a match on television), so the level is far above 5 %.
UNUSUAL: Final = 10.0


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has come since; `expected` messages are usual in that time."""

    since: datetime
    expected: float


def learned(by_hour: Mapping[datetime, int], *, at: datetime, zone: tzinfo) -> Rhythm:
    """What is usual, from the counts of the last four weeks.

    by_hour: messages by the hour they came in, hours without any left out. The median over the
    weeks: one newsletter makes no rhythm, and one holiday ends none.
    """
    start = at - WEEKS * timedelta(days=7)
    counted: defaultdict[int, list[int]] = defaultdict(list)
    first = min((hour for hour in by_hour if hour >= start), default=None)
    if first is None:
        return Rhythm()
    weeks = min(
        WEEKS, (at - first) // timedelta(days=7) + ((at - first) % timedelta(days=7) > HOUR)
    )
    for hour, count in by_hour.items():
        if start <= hour < at:
            counted[hour_of_week(hour, zone)].append(count)
    return Rhythm(tuple(_usual(counted[hour], weeks) for hour in range(HOURS)), weeks)


def _usual(counts: list[int], weeks: int) -> float:
    # An hour comes once in each week; those that are not in the counts had none.
    return float(median([*counts, *[0] * (weeks - len(counts))])) if counts else 0.0


def hour_of_week(moment: datetime, zone: tzinfo) -> int:
    """0 for Monday from 0 to 1 o'clock, in that zone."""
    local = moment.astimezone(zone)
    return local.weekday() * 24 + local.hour


def expected(rhythm: Rhythm, since: datetime, until: datetime, *, zone: tzinfo) -> float:
    """How many messages are usual between two moments, parts of hours by their length."""
    total, moment = 0.0, max(since, until - LONGEST)
    while moment < until:
        ends = min(moment.replace(minute=0, second=0, microsecond=0) + HOUR, until)
        total += rhythm.hours[hour_of_week(moment, zone)] * ((ends - moment) / HOUR)
        moment = ends
    return total


def silence(
    rhythm: Rhythm,
    *,
    last_inbound_at: datetime | None,
    listening_since: datetime | None,
    at: datetime,
    zone: tzinfo,
) -> Silence | None:
    """Whether nothing has come for unusually long; None: no, or too little is known.

    listening_since: before that we may have missed messages ourselves.
    """
    if rhythm.weeks < FEWEST_WEEKS or last_inbound_at is None or listening_since is None:
        return None
    since = max(last_inbound_at, listening_since)
    usual = expected(rhythm, since, at, zone=zone)
    return Silence(since, usual) if usual >= UNUSUAL else None
