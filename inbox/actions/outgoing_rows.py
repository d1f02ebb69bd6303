"""The row of a message of ours: made of what goes out, saved with its file, read back again."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import Actor
from accounts.ids import id_after
from inbox.actions.attachments import give, put_files
from inbox.actions.guards import Guards
from inbox.message_status import Status
from inbox.models import Conversation, Message
from inbox.outgoing import Outgoing
from inbox.outgoing.files import file_shown

NO_GUARDS = Guards()


def row_of(
    conversation: Conversation,
    outgoing: Outgoing,
    *,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    quoted: Message | None = None,
    reference: str = "",
) -> Message:
    """The row of a message that is about to be queued, at the end of its conversation's queue.

    Not saved. The conversation is locked: it hands out the ids.
    """
    return Message(
        id=id_after(conversation.last_queued_id),
        organization_id=conversation.organization_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        direction="outbound",
        type=outgoing.type,
        status=Status.QUEUED,
        sender_type=by.type,
        sender_id=by.id,
        sender_name=by.name,
        content=outgoing.content,
        details=outgoing.details,
        payload=outgoing.payload,
        template_name=outgoing.template_name,
        template_language=outgoing.template_language,
        template_category=outgoing.template_category,
        reply_to=quoted,
        reply_to_wamid=quoted.wamid or "" if quoted else "",
        owner_epoch=guards.owner_epoch,
        turn_id=guards.turn_id,
        form_token=guards.form_token,
        reference=reference,
        at=at,
        created_at=at,
    )


def save_with_files(message: Message, outgoing: Outgoing, *, at: datetime) -> None:
    """Inserts the row; its file is the message's from then on. Refuses: MEDIA_NOT_FOUND."""
    file = put_files(message, outgoing.file_id, at=at)
    message.save(force_insert=True)
    if file is not None:
        give(message, file)


def stored(message: Message) -> Outgoing:
    """What a message that has its row sends."""
    return Outgoing(
        type=message.type,
        content=message.content,
        payload=message.payload or {},
        preview=str(message.content.get("body") or message.template_name),
        free_form=not message.template_name,
        details=message.details,
        file_id=file_shown(message.content),
        template_name=message.template_name,
        template_language=message.template_language,
        template_category=message.template_category,
    )
