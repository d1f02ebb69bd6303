"""When a campaign will have ended, and how many a number may begin with in a day. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from campaigns.pace import rests_until

# People whom a number may write to first in 24 hours, by Meta's word for the limit.
# https://developers.facebook.com/docs/whatsapp/messaging-limits (read 2026-11-20).
PEOPLE_A_DAY: Final[Mapping[str, int]] = {
    "TIER_50": 50,
    "TIER_250": 250,
    "TIER_1K": 1_000,
    "TIER_2K": 2_000,
    "TIER_10K": 10_000,
    "TIER_100K": 100_000,
}
# A year of nights: whoever sends so slowly is not told the day.
MOST_RESTS: Final = 366


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local times between which nothing is sent, in `zone`; None and None: there are none."""

    begins: time | None
    ends: time | None
    zone: ZoneInfo

    def rest_at(self, at: datetime) -> datetime | None:
        """The end of the rest that `at` falls into, None outside of one."""
        until = rests_until(self.begins, self.ends, zone=self.zone, at=at)
        return until.astimezone(UTC) if until else None

    def next_rest(self, at: datetime) -> datetime | None:
        """When the next rest begins, seen from a moment outside of one."""
        if self.begins is None or self.begins == self.ends:
            return None
        day = at.astimezone(self.zone).date()
        first = datetime.combine(day, self.begins, self.zone)
        if first <= at:
            first = datetime.combine(day + timedelta(days=1), self.begins, self.zone)
        return first.astimezone(UTC)


def ends_at(count: int, per_s: float, *, begins: datetime, quiet: Quiet) -> datetime | None:
    """When the last of so many messages leaves at this pace; None for what takes over a year."""
    left = timedelta(seconds=count / per_s)
    now = begins.astimezone(UTC)  # the clock on the wall may go back meanwhile
    for _rest in range(MOST_RESTS):
        now = quiet.rest_at(now) or now
        rest = quiet.next_rest(now)
        if rest is None or now + left <= rest:
            return now + left
        left -= rest - now
        now = rest
    return None


def days_of(people: int, limit: str) -> int:
    """On how many days a number with this limit of Meta's can begin with so many; 0: unknown."""
    a_day = PEOPLE_A_DAY.get(limit)
    return math.ceil(people / a_day) if a_day else 0
