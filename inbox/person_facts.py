"""What the settings page of a person says of their work (`OPEN_CONVERSATIONS_OF`)."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from inbox.models import Conversation
from inbox.models.conversations import ConversationStatus


def open_conversations_of(person_id: UUID) -> int:
    """How many conversations that are not closed are assigned to this person. One query."""
    return assigned_to(person_id).count()


def assigned_to(person_id: UUID) -> QuerySet[Conversation]:
    """The conversations of this person that are not closed."""
    rows = Conversation.objects.filter(assignee=person_id)
    return rows.exclude(status=ConversationStatus.CLOSED)
