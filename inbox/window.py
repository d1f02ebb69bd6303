"""The customer service window: the only place where 24 hours appear.

Opened by an inbound message or call, by Meta's timestamp; not by our own sends, echoes,
reactions (undecided at Meta, so on the safe side), statuses, history or late duplicates.
Source: https://developers.facebook.com/docs/whatsapp/ (customer service windows), read 2026-11-20.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LENGTH = timedelta(hours=24)

# The kinds of inbound message that do not open it.
SILENT_KINDS = frozenset({"reaction", "system", "edit", "revoke"})


class WindowState(StrEnum):
    """never: the customer has not written; closing: little time left; closed: templates only."""

    NEVER = "never"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """The window of one conversation. opened_at: Meta's time of the last opening, or None."""

    opened_at: datetime | None

    @property
    def expires_at(self) -> datetime | None:
        """The first moment at which free text is refused."""
        return self.opened_at + LENGTH if self.opened_at else None

    def is_open(self, at: datetime) -> bool:
        """Whether free text may be sent at this moment."""
        return self.expires_at is not None and at < self.expires_at

    def state(self, at: datetime, *, closing_soon: timedelta) -> WindowState:
        """What chip and API show."""
        if self.expires_at is None:
            return WindowState.NEVER
        if at >= self.expires_at:
            return WindowState.CLOSED
        return WindowState.CLOSING if self.expires_at - at < closing_soon else WindowState.OPEN

    def seconds_left(self, at: datetime) -> int:
        """Whole seconds until it closes; 0 when it is closed."""
        if self.expires_at is None or at >= self.expires_at:
            return 0
        return int((self.expires_at - at).total_seconds())


def opened_by(
    kind: str, *, at: datetime, before: datetime | None, closed_at: datetime | None = None
) -> datetime | None:
    """The opening after an inbound message of this kind; a late one never moves it back.

    closed_at: when Meta closed it last. What was written before that opens nothing after it.
    """
    if kind in SILENT_KINDS:
        return before
    if closed_at is not None and not _is_after(at, closed_at):
        at = min(at, closed_at - LENGTH)
    return at if before is None else max(at, before)


def closed_by(
    at: datetime, *, before: datetime | None, closed_before: datetime | None
) -> datetime | None:
    """The opening after Meta says that it is closed (131047), at this moment.

    before: the opening until now. closed_before: the newest closing until now. A window that the
    customer has opened since, or that had run out by itself, stays what it is. Any order of the
    same openings and closings ends the same.
    """
    closed = at if closed_before is None else max(at, closed_before)
    if before is None or _is_after(before, closed):
        return before
    ended_by_meta = closed_before is not None and before == closed_before - LENGTH
    if before + LENGTH <= closed and not ended_by_meta:
        return before
    return closed - LENGTH


def _is_after(opening: datetime, closing: datetime) -> bool:
    """Whether the customer wrote after Meta said that it is closed.

    Meta tells whole seconds. Of the same second it was after: before, it would have opened it.
    """
    return opening >= closing.replace(microsecond=0)
