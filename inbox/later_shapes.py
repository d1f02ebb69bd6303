"""The dialogs of what goes out later, or waits."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LaterTime:
    """A time that is offered. theirs: the same by the customer's clock, or "". closed: by then."""

    key: str
    label: str
    time: str
    theirs: str
    closed: bool


@dataclass(frozen=True, slots=True)
class LaterPage:
    """The dialog "Send later". typed: what the person has chosen already, by field.

    zone: how the person's own zone is called. customer_clock: "03:14 in New York", or "".
    earliest, latest, closes: for the field of an own time, by the person's clock.
    """

    conversation_id: UUID
    times: tuple[LaterTime, ...]
    zone: str
    customer: str
    customer_clock: str
    closes: str
    closes_text: str
    earliest: str
    latest: str
    templates: tuple[tuple[str, str], ...]  # (id, label)
    typed: dict[str, str]
    error: str = ""
    may_force: bool = False


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """The dialog that edits what has not left. moment: by the person's clock, "" where none is set.

    has_time: whether another time can be given.
    """

    conversation_id: UUID
    message_id: UUID
    text: str
    moment: str
    has_time: bool
    zone: str
    latest: str
    error: str = ""
