"""When to ask Meta for a file again, and when to stop: decided from values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Meta keeps a customer's file for seven days (Cloud API, "Media", read 2026-11).
KEPT_BY_META: Final = timedelta(days=7)
# What came late (imported history, a webhook that waited) is tried for a day all the same.
AT_LEAST: Final = timedelta(days=1)
# A bad copy on Meta's side may be mended by the next one; after so many it is what they have.
CORRUPT_TRIES: Final = 5

NO_TOKEN: Final = "no_token"  # noqa: S105 - the name of a fault
UNREACHABLE: Final = "unreachable"
REFUSED: Final = "refused"
TOO_LARGE: Final = "too_large"
CORRUPT: Final = "corrupt"
DISK: Final = "disk"
GONE: Final = "gone"
UNFORESEEN: Final = "unforeseen"

_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST: Final = timedelta(hours=6)
# Somebody of ours repairs these: nobody should have to wait for hours after that.
_OURS: Final = frozenset({NO_TOKEN, DISK, UNFORESEEN})
_LONGEST_OURS: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Ask again, not before `moment`."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nobody asks by itself any more. expired: Meta no longer has it; else it is a failure."""

    expired: bool


def kept_until(sent_at: datetime, told_at: datetime) -> datetime:
    """Until when asking makes sense. sent_at: Meta's time; told_at: when the webhook was read."""
    return max(sent_at + KEPT_BY_META, told_at + AT_LEAST)


def after(
    fault: str, *, before: str, attempts: int, until: datetime, at: datetime
) -> TryAgain | GiveUp:
    """What follows an attempt that failed.

    fault: one of the words above; before: that of the attempt before, or "". attempts: made so
    far, this one included. until: see `kept_until`.
    """
    if fault == GONE or at > until:
        return GiveUp(expired=True)
    if fault == TOO_LARGE:
        return GiveUp(expired=False)
    if fault == before == CORRUPT and attempts >= CORRUPT_TRIES:
        return GiveUp(expired=False)
    longest = _LONGEST_OURS if fault in _OURS else _LONGEST
    return TryAgain(at + min(_FIRST_WAIT * 4 ** min(attempts - 1, 8), longest))
