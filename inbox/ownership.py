"""Who owns a conversation: the five states, and what an owner change does to the three fields.

An AI text belongs to the `owner_epoch` under which it was computed; every change of owner raises
it, so a text of an older epoch is refused wherever it turns up (HANDOFF sections 3, 5, 6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID


class Mode(StrEnum):
    """Whose turn it is."""

    AI = "ai"
    HUMAN = "human"


class Handoff(StrEnum):
    """How far the baton has passed."""

    NONE = "none"
    REQUESTED = "requested"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    RETURNED = "returned"


class OwnerState(StrEnum):
    """The five states a conversation can be in; nothing else is allowed."""

    AI = "ai"
    REQUESTED = "requested"
    QUEUED = "queued"
    HUMAN = "human"
    PEOPLE = "people"


# Every allowed pair of `mode` and `handoff_state`. A CHECK of the database says the same.
STATES: Final[dict[tuple[Mode, Handoff], OwnerState]] = {
    (Mode.AI, Handoff.NONE): OwnerState.AI,
    (Mode.AI, Handoff.RETURNED): OwnerState.AI,
    (Mode.HUMAN, Handoff.REQUESTED): OwnerState.REQUESTED,
    (Mode.HUMAN, Handoff.QUEUED): OwnerState.QUEUED,
    (Mode.HUMAN, Handoff.ASSIGNED): OwnerState.HUMAN,
    (Mode.HUMAN, Handoff.NONE): OwnerState.PEOPLE,
}

# States from which a person's answer, or one typed on the phone, takes the conversation over.
TAKEN_OVER_BY_ANSWERING: Final = frozenset({OwnerState.AI, OwnerState.REQUESTED, OwnerState.QUEUED})


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owner's fields of a conversation, as values."""

    mode: Mode
    handoff: Handoff
    epoch: int
    assignee_id: UUID | None = None
    by_phone: bool = False

    @property
    def state(self) -> OwnerState:
        """Which of the five. Raises: KeyError for a pair that must not exist."""
        return STATES[(self.mode, self.handoff)]

    def _changed(
        self,
        mode: Mode,
        handoff: Handoff,
        assignee_id: UUID | None = None,
        *,
        by_phone: bool = False,
    ) -> Ownership:
        return Ownership(mode, handoff, self.epoch + 1, assignee_id, by_phone)


def taken_over(now: Ownership, *, person_id: UUID) -> Ownership:
    """A person takes it from the assistant or out of the queue."""
    return now._changed(Mode.HUMAN, Handoff.ASSIGNED, person_id)


def taken_over_by_phone(now: Ownership) -> Ownership:
    """Somebody typed on the business phone: no assignee, the phone owns."""
    return now._changed(Mode.HUMAN, Handoff.ASSIGNED, by_phone=True)


def claimed(now: Ownership, *, person_id: UUID) -> Ownership:
    """A person takes a conversation that people own already."""
    handoff = Handoff.NONE if now.state is OwnerState.PEOPLE else Handoff.ASSIGNED
    return now._changed(Mode.HUMAN, handoff, person_id)


def given_to(now: Ownership, *, person_id: UUID) -> Ownership:
    """Somebody else gives it to a person, from the assistant, the queue or people."""
    takes = taken_over if now.state in TAKEN_OVER_BY_ANSWERING else claimed
    return takes(now, person_id=person_id)


def released(now: Ownership) -> Ownership:
    """A person lets go of it: people own it, nobody in particular."""
    return now._changed(Mode.HUMAN, Handoff.NONE)


def requested(now: Ownership) -> Ownership:
    """The assistant leaves; a packet may follow."""
    return now._changed(Mode.HUMAN, Handoff.REQUESTED)


def queued(now: Ownership) -> Ownership:
    """Waiting for a person. Leaving `requested` for the queue changes no owner: same epoch."""
    epoch = now.epoch if now.state is OwnerState.REQUESTED else now.epoch + 1
    return Ownership(Mode.HUMAN, Handoff.QUEUED, epoch)


def returned_to_ai(now: Ownership) -> Ownership:
    """A person gives the baton back."""
    return now._changed(Mode.AI, Handoff.RETURNED)


def closed(now: Ownership) -> Ownership:
    """Closing ends the handoff and the assignment; `mode` stays until it reopens."""
    return now._changed(now.mode, Handoff.NONE)


def reopened(now: Ownership, *, start_with_ai: bool) -> Ownership:
    """The customer writes again: by the number's rule."""
    return now._changed(Mode.AI if start_with_ai else Mode.HUMAN, Handoff.NONE)


def reopened_by(now: Ownership, *, person_id: UUID) -> Ownership:
    """A person writes into a closed conversation: that person owns it."""
    return now._changed(Mode.HUMAN, Handoff.NONE, person_id)


def put_back(now: Ownership, before: Ownership) -> Ownership:
    """A takeover is undone: the owner of before, under a new epoch (HANDOFF section 14)."""
    return now._changed(before.mode, before.handoff, before.assignee_id, by_phone=before.by_phone)


def is_current(epoch: int | None, now: Ownership) -> bool:
    """Whether an AI text computed under `epoch` may still be said."""
    return now.mode is Mode.AI and epoch == now.epoch


def joined(
    elder: Ownership, younger: Ownership, *, younger_is_newer: bool, elder_is_closed: bool
) -> Ownership | None:
    """Whose the thread is that two became, as if all had happened in one; None: still the elder's.

    younger_is_newer: its person has had it since later. A person goes before somebody to be found,
    and that before everything else. A closed thread would have been opened by what came.
    """
    mine, theirs = _hold(elder), _hold(younger)
    follows = theirs > mine or (theirs == mine == _BY_SOMEBODY and younger_is_newer)
    if not follows and not elder_is_closed:
        return None
    return replace(younger, epoch=max(elder.epoch, younger.epoch) + 1)


_BY_SOMEBODY: Final = 2


def _hold(one: Ownership) -> int:
    """How firmly a thread is held: by somebody, waiting for somebody, by nobody in particular."""
    if one.assignee_id is not None or one.by_phone:
        return _BY_SOMEBODY
    return 1 if one.state in (OwnerState.REQUESTED, OwnerState.QUEUED) else 0
