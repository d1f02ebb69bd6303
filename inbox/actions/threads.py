"""The conversation row: found or made, locked, and kept in step with its newest message."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import PhoneNumber
from inbox.models import Contact, Conversation, Identity, Message
from inbox.ownership import Handoff, Mode

PREVIEW_LENGTH = 160


class NotInTransaction(RuntimeError):
    """A row was to be locked where the lock would end at once."""


def locked(conversation_id: UUID) -> Conversation:
    """The conversation with its number, contact and identity, locked until the transaction ends.

    Raises: NotInTransaction; Conversation.DoesNotExist.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("A lock outside a transaction protects nothing.")
    # First the lock, then the read: where the lock had to wait, PostgreSQL gives the newest row but
    # joins what belonged to the one before (seen: the loser of a claim found no assignee).
    held = Conversation.objects.select_for_update(of=("self",)).values_list("pk", flat=True)
    return Conversation.objects.select_related(
        "phone_number__organization", "contact", "identity", "assignee"
    ).get(pk=held.get(pk=conversation_id))


def thread_of(
    number: PhoneNumber,
    contact: Contact | None,
    identity: Identity | None,
    *,
    at: datetime,
    group_id: str = "",
) -> tuple[Conversation, bool]:
    """The one thread of (number, contact), or of a group, locked; and whether it is new."""
    key = {"phone_number": number, "group_id": group_id}
    if not group_id:
        key["contact"] = contact
    found = Conversation.objects.filter(**key).values_list("pk", flat=True).first()
    if found is not None:
        return locked(found), False
    starts_with_ai = number.start_mode == Mode.AI and number.bot_answers and not group_id
    fresh = Conversation(
        **key,
        organization_id=number.organization_id,
        identity=identity,
        mode=Mode.AI if starts_with_ai else Mode.HUMAN,
        handoff_state=Handoff.NONE,
        last_activity_at=at,
        created_at=at,
    )
    # Two first messages at once: the second waits on the unique index and then finds the first.
    Conversation.objects.bulk_create([fresh], ignore_conflicts=True)
    won = Conversation.objects.filter(**key).values_list("pk", flat=True).get()
    return locked(won), won == fresh.pk


def show_newest(conversation: Conversation, message: Message, *, preview: str) -> None:
    """Repeats the message in the list's fields, unless a newer one stands there already."""
    newest = conversation.last_message_at
    if newest is not None and (message.at, message.pk) < (newest, conversation.last_message_id):
        return
    conversation.last_message_id = message.pk
    conversation.last_message_at = message.at
    conversation.last_message_preview = " ".join(preview.split())[:PREVIEW_LENGTH]
    conversation.last_message_direction = message.direction
    conversation.last_message_type = message.type
    conversation.last_activity_at = max(conversation.last_activity_at, message.at)
