"""When to try again: a value that a pure function returns."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from whatsapp.errors import CloudApiError, Remedy

LONGEST: Final = timedelta(seconds=60)
PAIR_LIMIT: Final = 131056
SHORTEST_PAIR_WAIT_S: Final = 6


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try the same message again, not before `moment`."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class PauseNumber:
    """The number cannot send: keep its messages, stop asking. `sentence` is for an admin."""

    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """This message will not go."""


Decision = RetryAt | PauseNumber | GiveUp

# `status_reason` of the REST contract, by Meta's code.
PAUSE_REASONS: Final = {
    0: "token_expired",
    190: "token_expired",
    131042: "payment",
    131031: "locked",
    368: "restricted",
    104: "token_expired",
    131045: "not_registered",
    133010: "not_registered",
}


def after_no_connection(attempts: int, *, at: datetime) -> RetryAt:
    """The request never left: 1 s, 2 s, 4 s … at most 60 s, with jitter (F36)."""
    return RetryAt(at + _jittered(2.0 ** min(attempts, 6)))


def after_refusal(error: CloudApiError, *, attempts: int, at: datetime) -> Decision:
    """What the class of Meta's error asks for. attempts: made so far, this one included."""
    match error.remedy:
        case Remedy.RETRY:
            return _retry(error, attempts=attempts, at=at)
        case Remedy.PAUSE:
            return PauseNumber(PAUSE_REASONS.get(error.code, "restricted"), error.sentence)
        case _:
            return GiveUp()


def _retry(error: CloudApiError, *, attempts: int, at: datetime) -> Decision:
    most = error.rule.max_retries
    if most is not None and attempts > most:
        return GiveUp()
    if error.retry_after_s is not None:
        return RetryAt(at + timedelta(seconds=error.retry_after_s))
    if error.code == PAIR_LIMIT:
        wait = max(SHORTEST_PAIR_WAIT_S, 4 ** min(attempts, 6))
        return RetryAt(at + timedelta(seconds=wait))
    return RetryAt(at + _jittered(2.0 ** min(attempts, 6)))


def _jittered(seconds: float) -> timedelta:
    capped = min(seconds, LONGEST.total_seconds())
    return timedelta(seconds=capped * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
