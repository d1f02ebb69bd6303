"""The states of a campaign and of a recipient, and what everybody calls them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from inbox.message_status import Status as MessageStatus


class State(StrEnum):
    """What somebody has decided; "completed" is no decision, it is seen."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LAUNCHED = "launched"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """Words of the REST contract."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


# A draft comes back to a draft by nothing; a cancelled campaign to nothing at all.
MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.SCHEDULED, State.LAUNCHED, State.CANCELLED}),
    State.SCHEDULED: frozenset({State.LAUNCHED, State.PAUSED, State.CANCELLED}),
    State.LAUNCHED: frozenset({State.PAUSED, State.CANCELLED}),
    State.PAUSED: frozenset({State.LAUNCHED, State.CANCELLED}),
    State.CANCELLED: frozenset(),
}
EDITABLE: Final = frozenset({State.DRAFT, State.SCHEDULED})
TAKES_RECIPIENTS: Final = frozenset({State.DRAFT, State.SCHEDULED, State.PAUSED})


class RecipientState(StrEnum):
    """pending: their turn has not come. queued: they have a message, which says the rest."""

    PENDING = "pending"
    SKIPPED = "skipped"
    QUEUED = "queued"


class RecipientStatus(StrEnum):
    """What everybody calls it: the state, or from the message on its status.

    gone: there was a message, and it was erased or is older than messages are kept.
    """

    PENDING = "pending"
    SKIPPED = "skipped"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"
    GONE = "gone"


# Of a message that is under way: everything that still waits for Meta's answer.
UNDER_WAY: Final = (
    *(MessageStatus.SCHEDULED, MessageStatus.QUEUED, MessageStatus.HELD),
    MessageStatus.SENDING,
)
OF_MESSAGE: Final[Mapping[str, RecipientStatus]] = {
    **dict.fromkeys(UNDER_WAY, RecipientStatus.QUEUED),
    MessageStatus.ACCEPTED: RecipientStatus.ACCEPTED,
    MessageStatus.SENT: RecipientStatus.SENT,
    MessageStatus.DELIVERED: RecipientStatus.DELIVERED,
    MessageStatus.READ: RecipientStatus.READ,
    MessageStatus.PLAYED: RecipientStatus.READ,
    MessageStatus.FAILED: RecipientStatus.FAILED,
    MessageStatus.UNCONFIRMED: RecipientStatus.UNCONFIRMED,
    MessageStatus.CANCELLED: RecipientStatus.CANCELLED,
}


def status_of(state: str, *, finished_at: datetime | None) -> Status:
    """What everybody calls the state of a campaign."""
    if state == State.LAUNCHED:
        return Status.RUNNING if finished_at is None else Status.COMPLETED
    return Status(state)


def recipient_status(state: str, message_status: str | None) -> RecipientStatus:
    """What everybody calls the state of a recipient. message_status: None where it has none."""
    if state != RecipientState.QUEUED:
        return RecipientStatus(state)
    return RecipientStatus.GONE if message_status is None else OF_MESSAGE[message_status]


def sources(target: State) -> frozenset[State]:
    """Every state from which a campaign may become `target`."""
    return frozenset(state for state, after in MOVES.items() if target in after)
