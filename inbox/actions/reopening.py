"""The customer is back: a closed or snoozed thread is open again."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import CONTACT
from inbox import ownership
from inbox.actions.ownership import change_owner
from inbox.models import Conversation
from inbox.models.conversations import ConversationStatus


def reopen_by_customer(conversation: Conversation, *, by_customer_at: datetime) -> bool:
    """Opens a locked thread (not saved yet); whether it was closed and its owner changed."""
    was_closed = conversation.status == ConversationStatus.CLOSED
    if was_closed:
        number = conversation.phone_number
        starts_with_ai = number.start_mode == ownership.Mode.AI and number.bot_answers
        with_ai = starts_with_ai and not conversation.group_id
        change_owner(
            conversation,
            ownership.reopened(conversation.ownership, start_with_ai=with_ai),
            by=CONTACT,
            at=by_customer_at,
            reason="reopened",
        )
    conversation.status = ConversationStatus.OPEN
    conversation.snoozed_until = None
    return was_closed
