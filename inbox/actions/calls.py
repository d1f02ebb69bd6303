"""Calls: a line in the thread; a customer's call opens the window, answered or not."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import CONTACT
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from inbox import window
from inbox.actions.answering import answer_unless_written
from inbox.actions.contacts import person_behind
from inbox.actions.reopening import reopen_by_customer
from inbox.actions.threads import thread_of
from inbox.models import CallStep
from whatsapp.inbound import CallEvent

TOLD = frozenset({"connect", "terminate"})


@transactional
def receive_call(number: PhoneNumber, call: CallEvent, *, received_at: datetime) -> None:
    """Tells of a call once per step; a missed one is unread."""
    if call.event not in TOLD:
        return
    at = min(call.at or received_at, received_at)
    contact, identity = person_behind(number.organization_id, call.user, at=at)
    conversation = thread_of(number, contact, identity, at=at)
    _step, is_new = CallStep.objects.get_or_create(
        conversation=conversation, call_id=call.call_id, event=call.event
    )
    if not is_new:
        return
    answer_unless_written(conversation, identity, at=at)
    if call.direction != "BUSINESS_INITIATED":
        conversation.window_opened_at = window.opened_by(
            "call",
            at=call.at or at,
            before=conversation.window_opened_at,
            closed_at=conversation.window_closed_at,
        )
        if call.missed or call.event == "connect":
            reopen_by_customer(conversation, by_customer_at=at)
    if call.missed:
        conversation.inbound_count += 1
    conversation.last_activity_at = max(conversation.last_activity_at, at)
    conversation.save()
    announce(
        "call.missed"
        if call.missed
        else "call.connected"
        if call.event == "connect"
        else "call.ended",
        conversation.organization_id,
        by=CONTACT,
        at=received_at,
        conversation_id=conversation.pk,
        call_id=call.call_id,
        step=call.event,
        duration_s=call.duration_s,
    )
