"""To whom a thread answers: the identity that wrote last by Meta's time, or what it became.

The same events end the same in any order: a message decides by its own time, and a change of
identifiers is kept on the identity, so that a message from before it finds the successor (G4).
"""

from __future__ import annotations

from datetime import datetime

from inbox.models import Conversation, Identity
from inbox.models.contacts import LONGEST_CHAIN


def successor_of(identity: Identity, *, since: datetime | None) -> Identity:
    """What the identity has become, as told at this time or later; itself, if nothing.

    since: Meta's time of what was written from it; None: before everything. Each step asks only
    for what came at the time of the step before or later, so a number that went and came back
    makes no circle.
    """
    for _step in range(LONGEST_CHAIN):
        successor, replaced_at = identity.replaced_by, identity.replaced_at
        if successor is None or (since and replaced_at and replaced_at < since):
            break
        identity, since = successor, replaced_at
    return identity


def answer_writer(conversation: Conversation, identity: Identity | None, *, at: datetime) -> None:
    """The customer wrote their newest message (not saved yet). at: Meta's time of it."""
    conversation.identity = successor_of(identity, since=at) if identity else None
    conversation.identity_at = at


def answer_unless_written(
    conversation: Conversation, identity: Identity, *, at: datetime | None
) -> bool:
    """Somebody is named by less than a message of theirs: a call, an echo, a reaction.

    It decides where they have not written yet, the newest of them (not saved yet); whether it did.
    at: Meta's time; None: it decides only where nothing else has.
    """
    before = conversation.identity_at
    if conversation.last_inbound_at is not None:
        return False
    if conversation.identity_id is not None and (before is None or at is None or at < before):
        return False
    conversation.identity = successor_of(identity, since=at)
    conversation.identity_at = at
    return True


def answer_successor(conversation: Conversation) -> bool:
    """A change of identifiers was kept: whether the thread answers another now (not saved yet)."""
    if conversation.identity is None:
        return False
    successor = successor_of(conversation.identity, since=conversation.identity_at)
    if successor.pk == conversation.identity_id:
        return False
    conversation.identity = successor
    return True
