"""A closed or snoozed thread is open again, and every change of status is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actors import CONTACT, Actor
from accounts.events import announce
from inbox import ownership
from inbox.actions.ownership import change_owner
from inbox.models import Conversation
from inbox.models.conversations import ConversationStatus


def reopen_by_customer(conversation: Conversation, *, by_customer_at: datetime) -> bool:
    """Opens a locked thread (not saved yet); whether it was closed and its owner changed."""
    was_closed = conversation.status == ConversationStatus.CLOSED
    if was_closed:
        reopen_by_rule(conversation, by=CONTACT, at=by_customer_at)
    open_again(conversation)
    return was_closed


def reopen_by_rule(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """The owner of a locked, closed thread that is opened by nobody of ours (not saved yet)."""
    number = conversation.phone_number
    starts_with_ai = number.start_mode == ownership.Mode.AI and number.bot_answers
    with_ai = starts_with_ai and not conversation.group_id
    change_owner(
        conversation,
        ownership.reopened(conversation.ownership, start_with_ai=with_ai),
        by=by,
        at=at,
        reason="reopened",
    )


def open_again(conversation: Conversation) -> None:
    """Ends closing, snoozing and waiting for the customer (not saved yet)."""
    conversation.status = ConversationStatus.OPEN
    conversation.snoozed_until = None


def save_status(conversation: Conversation, *, by: Actor, at: datetime, **data: Any) -> None:
    """Saves a locked conversation whose status has changed, and says so."""
    conversation.save()
    announce(
        "conversation.status_changed",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        status=conversation.status,
        **data,
    )
