"""Conversation Routing at Meta: another application has the thread, or hands it to us."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.actors import SYSTEM
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from inbox.actions.answering import answer_unless_written
from inbox.actions.contacts import person_behind
from inbox.actions.threads import thread_of
from inbox.models import Conversation
from whatsapp.inbound import HandoverEvent

WATCHING: Final = {"control_passed": False, "control_taken": True}
LONGEST_SUMMARY: Final = 1000


@transactional
def change_watching(number: PhoneNumber, handover: HandoverEvent, *, received_at: datetime) -> None:
    """From now on we answer, or only watch; the summary of the other side stands in the thread."""
    if handover.kind not in WATCHING:
        return
    observed = WATCHING[handover.kind]
    at = min(handover.at or received_at, received_at)
    contact, identity = person_behind(number.organization_id, handover.user, at=at)
    conversation = thread_of(number, contact, identity, at=at)
    is_first = conversation.observed_at is None and conversation.last_message_id is None
    before = conversation.observed
    answers = answer_unless_written(conversation, identity, at=at)
    if not watch(conversation, observed=observed, at=at) and not answers:
        return
    conversation.save()
    if conversation.observed == before and not is_first:
        return
    announce(
        "conversation.routed",
        conversation.organization_id,
        by=SYSTEM,
        at=received_at,
        conversation_id=conversation.pk,
        observed=observed,
        summary=(handover.summary or "")[:LONGEST_SUMMARY],
    )


def watch(conversation: Conversation, *, observed: bool, at: datetime) -> bool:
    """Meta said who had the thread at this time (not saved yet); whether that is the newest.

    Of two in one second the other application has it: we rather watch than talk over it.
    """
    told_at = conversation.observed_at
    if told_at is not None and (at, observed) <= (told_at, conversation.observed):
        return False
    conversation.observed, conversation.observed_at = observed, at
    return True
