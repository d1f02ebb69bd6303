"""Another text for a message that has not left: a real edit, of the same row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions.pending import announce_waiting
from inbox.actions.scheduling import reschedule
from inbox.actions.threads import locked, preview_line
from inbox.message_status import WAITING
from inbox.models import Message


@transactional
def rewrite(
    message_id: UUID, *, text: str, moment: datetime | None = None, by: Actor, at: datetime
) -> Message:
    """Changes the words of a text that is scheduled, queued or held, as long as nobody claimed it.

    moment: another time for what is scheduled or held (`reschedule`).
    Refuses: STATE_CONFLICT when it is on its way, or no text; VALIDATION_ERROR (text.body).
    """
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    conversation = locked(conversation_id)  # the claim takes the same lock
    message = Message.objects.get(pk=message_id)
    if message.type != "text" or message.direction != "outbound":
        raise Refused("STATE_CONFLICT", _("Only a text can be edited."), status=message.status)
    fresh = outgoing.text(text, preview_url=bool(message.details.get("preview_url")))
    moved = Message.objects.filter(pk=message_id, status__in=WAITING).update(
        content=fresh.content, payload=fresh.payload, details=message.details | fresh.details
    )
    if not moved:
        raise Refused(
            "STATE_CONFLICT", _("It is too late to edit this message."), status=message.status
        )
    message.refresh_from_db()
    if not message.in_thread:
        if moment is not None:
            return reschedule(message_id, scheduled_at=moment, by=by, at=at)
        announce_waiting(message, by=by, at=at)
        return message
    if conversation.last_message_id == message.pk:
        conversation.last_message_preview = preview_line(fresh.preview)
        conversation.save(update_fields=["last_message_preview"])
    announce(
        "message.changed",
        message.organization_id,
        by=by,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        what="rewritten",
    )
    return message
