"""The life of a message: the statuses, which may follow which, and Meta's ranks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Words of the REST contract. Below `accepted` the row is ours; from there on it climbs."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RECEIVED = "received"


# `failed` stands between sent and delivered: a message that arrived after all did arrive.
RANKS: Final[Mapping[Status, int]] = {
    Status.ACCEPTED: 30,
    Status.SENT: 40,
    Status.FAILED: 45,
    Status.DELIVERED: 50,
    Status.READ: 60,
    Status.PLAYED: 70,
}

_CLIMB: Final = tuple(RANKS)
_RANK_OF_WORD: Final[Mapping[str, int]] = {str(status): rank for status, rank in RANKS.items()}

MOVES: Final[Mapping[Status, frozenset[Status]]] = {
    Status.SCHEDULED: frozenset({Status.QUEUED, Status.HELD, Status.CANCELLED, Status.FAILED}),
    Status.QUEUED: frozenset({Status.SENDING, Status.HELD, Status.CANCELLED, Status.FAILED}),
    Status.HELD: frozenset({Status.SCHEDULED, Status.QUEUED, Status.CANCELLED, Status.FAILED}),
    Status.SENDING: frozenset({Status.QUEUED, Status.UNCONFIRMED, *_CLIMB}),
    # A status webhook settles it, or a person gives it up. Never back to queued.
    Status.UNCONFIRMED: frozenset({Status.CANCELLED, *_CLIMB}),
    # Given up by a person, and then Meta says that it did go out.
    Status.CANCELLED: frozenset(_CLIMB),
    **{
        status: frozenset(other for other, above in RANKS.items() if above > rank)
        for status, rank in RANKS.items()
    },
    Status.RECEIVED: frozenset(),
}

WAITING: Final = frozenset({Status.SCHEDULED, Status.QUEUED, Status.HELD})


def rank(status: str) -> int:
    """The rank of a status; 0 below `accepted`, and for words we do not know."""
    return _RANK_OF_WORD.get(status, 0)


def sources(target: Status) -> frozenset[Status]:
    """Every status from which a message may become `target`."""
    return frozenset(status for status, after in MOVES.items() if target in after)
