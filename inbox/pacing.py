"""How fast a number and a pair may send: token buckets as values, decided by pure functions.

A bucket is one moment, `paid_until`: each message pays for one interval, and who has not paid
further ahead than `ahead_s` may send. So it is one column, it fills up by itself, and a restart
forgets nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from whatsapp import limits

# Below what Meta allows: our clock stops at the claim, Meta's at the arrival of the call.
SHARE_OF_LIMIT: Final = 0.97
# Claimed before its moment, a message waits in its sender: calls leave evenly and not in heaps.
AHEAD_S: Final = 0.1
# A turn that came late may catch up with so much, so that no second holds more than the limit.
CATCH_UP_S: Final = 0.03
NARROWEST_PER_S: Final = 1.0
# After a 130429 the half, twice as much with every half a minute that passes without another.
NARROW_BY: Final = 0.5
TWICE_AFTER_S: Final = 30.0
REST_AFTER_LIMIT: Final = timedelta(seconds=1)

# A number at 80 a second has so many calls out, at 300 ms each and as much again around them.
MOST_IN_HAND: Final = 48

SILENT_CALLS: Final = 5
PROBE_EVERY: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A rate. interval_s: what a message pays. ahead_s, catch_up_s: how much is lent, and saved."""

    interval_s: float
    ahead_s: float
    catch_up_s: float = 0.0

    def free(self, paid_until: datetime | None, *, at: datetime) -> int:
        """How many messages may be taken now."""
        room = self.ahead_s - self._owed_s(paid_until, at)
        # A whole number of intervals must not be lost to the last bit of a float.
        return int(room / self.interval_s + 1e-6) + 1 if room >= -1e-6 else 0

    def delays_s(self, paid_until: datetime | None, count: int, *, at: datetime) -> list[float]:
        """For each of the messages taken now, how many seconds its call has to wait."""
        owed = self._owed_s(paid_until, at)
        return [max(0.0, owed + place * self.interval_s) for place in range(count)]

    def after(self, paid_until: datetime | None, count: int, *, at: datetime) -> datetime:
        """`paid_until` when so many have been taken."""
        return at + timedelta(seconds=self._owed_s(paid_until, at) + count * self.interval_s)

    def closed_until(self, moment: datetime) -> datetime:
        """The `paid_until` with which nothing may be taken before `moment`, and then one by one.

        So nothing may be taken at a moment for which `paid_until` is later than this.
        """
        return moment + timedelta(seconds=self.ahead_s)

    def opened_by(self, paid_until: datetime) -> datetime:
        """When the next message may be taken."""
        return paid_until - timedelta(seconds=self.ahead_s)

    def _owed_s(self, paid_until: datetime | None, at: datetime) -> float:
        if paid_until is None:
            return 0.0
        return max((paid_until - at).total_seconds(), -self.catch_up_s)


# Meta lends bursts of 45 to one customer and takes one message per 6 s. Ours lends one fewer, so
# that its clock, which runs a little before Meta's, is on the safe side by one interval.
PAIR: Final = Bucket(
    limits.PAIR_INTERVAL_S, ahead_s=limits.PAIR_INTERVAL_S * (limits.PAIR_BURST - 2)
)


def messages_per_s(throughput: str, *, coexistence: bool) -> float:
    """What Meta allows a number. throughput: `throughput.level` of Graph."""
    if coexistence:
        return limits.MESSAGES_PER_S_COEXISTENCE
    if throughput == "HIGH":
        return limits.MESSAGES_PER_S_UPGRADED
    return limits.MESSAGES_PER_S


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The rate that a limit of Meta's left, and when; it widens by itself."""

    per_s: float
    at: datetime

    def now(self, *, at: datetime) -> float:
        """The rate it has widened to, per second."""
        # Nothing is wider after 20 doublings than a number's own rate.
        doublings = min((at - self.at).total_seconds() / TWICE_AFTER_S, 20.0)
        return self.per_s * math.pow(2.0, max(doublings, 0.0))


def rate(allowed_per_s: float, narrowed: Narrowed | None, *, at: datetime) -> float:
    """Messages per second that are sent now."""
    ours = allowed_per_s * SHARE_OF_LIMIT
    return ours if narrowed is None else min(ours, narrowed.now(at=at))


def narrower(allowed_per_s: float, narrowed: Narrowed | None, *, at: datetime) -> Narrowed:
    """After a 130429. Those that come within a second of each other are one and the same news."""
    if narrowed is not None and at - narrowed.at < REST_AFTER_LIMIT:
        return narrowed
    present = rate(allowed_per_s, narrowed, at=at)
    return Narrowed(max(present * NARROW_BY, NARROWEST_PER_S), at)


def number_bucket(per_s: float) -> Bucket:
    """The bucket of a number that sends so many a second."""
    return Bucket(1 / per_s, ahead_s=AHEAD_S, catch_up_s=CATCH_UP_S)


def silent_after(silent: int, *, answered: bool) -> int:
    """Calls in a row without an answer, after one more call."""
    return 0 if answered else min(silent + 1, SILENT_CALLS)


def is_broken(silent: int) -> bool:
    """Whether the breaker is open: only probes go out."""
    return silent >= SILENT_CALLS


def share(senders: int, *, numbers: int) -> int:
    """How many of a worker's sender threads one of so many busy numbers may hold."""
    return max(1, min(senders // max(numbers, 1), MOST_IN_HAND))
