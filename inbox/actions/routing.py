"""Conversation Routing at Meta: another application has the thread, or hands it to us."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.actors import SYSTEM
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
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
    contact, identity = person_behind(number.organization_id, handover.user)
    is_new = not Conversation.objects.filter(phone_number=number, contact=contact).exists()
    conversation = thread_of(number, contact, identity, at=at)
    if conversation.observed == observed and not is_new:
        return
    conversation.observed = observed
    conversation.identity = conversation.identity or identity
    conversation.save()
    announce(
        "conversation.routed",
        conversation.organization_id,
        by=SYSTEM,
        at=received_at,
        conversation_id=conversation.pk,
        observed=observed,
        summary=(handover.summary or "")[:LONGEST_SUMMARY],
    )
