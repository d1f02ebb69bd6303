"""Rate limits: fixed windows of a minute and an hour per key, and failed log-ins per address.

Counted in Django's cache. With a shared cache the limit holds over all processes; with the
in-memory default each process counts for itself, so N processes allow up to N times as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.models import ApiKey
from accounts.refusals import Refused

MINUTE_S: Final = 60
HOUR_S: Final = 3600
FAILURES_A_MINUTE: Final = 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """One window of a key: how much is allowed, how much is left, seconds until it starts anew."""

    limit: int
    remaining: int
    reset_s: int
    policy: str


def spend(key: ApiKey, *, at: datetime) -> Allowance:
    """Counts one request of the key; the window nearest to its end of allowance."""
    policy = f"{key.rate_per_minute};w={MINUTE_S}, {key.rate_per_hour};w={HOUR_S}"
    windows = [
        _spend(f"rate:{key.pk}:{length_s}", limit, length_s, policy, at=at)
        for limit, length_s in ((key.rate_per_minute, MINUTE_S), (key.rate_per_hour, HOUR_S))
    ]
    return min(windows, key=lambda one: (one.remaining, -one.reset_s))


def _spend(name: str, limit: int, length_s: int, policy: str, *, at: datetime) -> Allowance:
    now = int(at.timestamp())
    count = _count(f"{name}:{now // length_s}", length_s)
    # -1 tells "over the limit" from "that was the last one".
    return Allowance(limit, max(limit - count, -1), length_s - now % length_s, policy)


def _count(name: str, length_s: int) -> int:
    cache.add(name, 0, timeout=length_s)
    try:
        return cache.incr(name)
    except ValueError:  # it ended between the two calls
        return 1


def check(allowance: Allowance) -> None:
    """Refuses: RATE_LIMITED (data: retry_after_s)."""
    if allowance.remaining < 0:
        raise too_many(allowance.reset_s)


def too_many(seconds: int) -> Refused:
    """The refusal of a caller who has to wait that long."""
    return Refused(
        "RATE_LIMITED",
        _("Too many requests. Try again in %(seconds)s s.") % {"seconds": seconds},
        retry_after_s=seconds,
    )


def note_failure(address: str, *, at: datetime) -> None:
    """Counts a wrong credential. Refuses: RATE_LIMITED after 20 from one address in a minute.

    A right key from the same address still works: colleagues behind one address are not locked
    out, and nobody guesses 238 bits.
    """
    now = int(at.timestamp())
    count = _count(f"wrong-key:{address}:{now // MINUTE_S}", MINUTE_S)
    if count > FAILURES_A_MINUTE:
        raise too_many(MINUTE_S - now % MINUTE_S)
