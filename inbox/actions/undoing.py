"""Undo send: a message that has not left yet is taken back, with what sending it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox import ownership
from inbox.actions.ownership import change_owner
from inbox.actions.status_news import announce_status
from inbox.actions.threads import locked, preview_line
from inbox.message_status import Status
from inbox.models import Conversation, Draft, Media, Message, Suggestion
from inbox.models.conversations import ConversationStatus
from inbox.ownership import Handoff, Mode, Ownership

TAKEOVER = "agent_takeover"


@dataclass(frozen=True, slots=True)
class Undo:
    """How long a message can be taken back, and what that restores (`state_of`)."""

    until: datetime
    before: dict[str, Any]


def state_of(conversation: Conversation) -> dict[str, Any]:
    """What a send may change of a conversation, to be put back by `undo`."""
    now = conversation.ownership
    return {
        "status": conversation.status,
        "mode": str(now.mode),
        "handoff": str(now.handoff),
        "assignee_id": str(now.assignee_id) if now.assignee_id else None,
        "by_phone": now.by_phone,
        "owner_epoch": now.epoch,
        "reasons": conversation.handoff_reasons,
    }


@transactional
def undo(message_id: UUID, *, by: Actor, at: datetime) -> Message:
    """Takes a message back before it has left: it goes from the thread, its words to the draft.

    A takeover by it is undone as well, where nothing has happened since (HANDOFF section 14).
    Undone twice it stays undone. Refuses: STATE_CONFLICT when it is on its way.
    """
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    conversation = locked(conversation_id)
    message = Message.objects.get(pk=message_id)
    if message.status == Status.CANCELLED and not message.in_thread:
        return message
    moved = Message.objects.filter(
        pk=message_id, status=Status.QUEUED, undo_until__isnull=False
    ).update(status=Status.CANCELLED, in_thread=False, retry_of=None)
    if not moved:
        raise Refused(
            "STATE_CONFLICT", _("It is too late to undo this message."), status=message.status
        )
    failed = message.retry_of
    if failed is not None:  # that one can be sent again after all
        announce_status(failed, Status(failed.status), by=by, at=at)
    message.refresh_from_db()
    _restore(conversation, message, by=by, at=at)
    _show_the_one_before(conversation, message)
    conversation.save()
    if by.id == message.sender_id:
        _back_to_the_draft(message, by=by)
        # Its file goes back to the box as well.
        Media.objects.filter(message=message, direction="outbound").update(
            message=None, touched_at=at
        )
    announce(
        "message.removed",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        ids=[message.pk],
        **({"retry_of": str(failed.pk)} if failed else {}),
    )
    return message


def _restore(conversation: Conversation, message: Message, *, by: Actor, at: datetime) -> None:
    before: dict[str, Any] = message.undo or {}
    Suggestion.objects.filter(conversation=conversation, dismissed_at=message.created_at).update(
        dismissed_at=None
    )
    later = Message.objects.filter(
        conversation=conversation, direction="outbound", in_thread=True, id__gt=message.pk
    )
    if later.exists():  # what came after it stands on the owner that it made
        return
    took_over = before.get("owner_epoch") != before.get("epoch")
    if took_over and conversation.owner_epoch == before["epoch"]:
        conversation.handoff_reasons = before["reasons"]
        if conversation.handoff_reason == TAKEOVER and TAKEOVER not in before["reasons"]:
            conversation.handoff_reason = ""
        owner = Ownership(
            Mode(before["mode"]),
            Handoff(before["handoff"]),
            conversation.owner_epoch,
            UUID(before["assignee_id"]) if before["assignee_id"] else None,
            before["by_phone"],
        )
        change_owner(
            conversation,
            ownership.put_back(conversation.ownership, owner),
            by=by,
            at=at,
            reason="undone",
        )
    if conversation.status == ConversationStatus.PENDING_CUSTOMER:
        conversation.status = before["status"]


def _show_the_one_before(conversation: Conversation, message: Message) -> None:
    """The list shows the newest message that is left."""
    conversation.message_count -= 1
    shown = Message.objects.filter(conversation=conversation, in_thread=True)
    ours = shown.filter(direction="outbound").order_by("-at", "-pk").first()
    conversation.last_outbound_at = ours.at if ours else None
    if conversation.last_message_id != message.pk:
        return
    newest = shown.order_by("-at", "-pk").first()
    conversation.last_message_id = newest.pk if newest else None
    conversation.last_message_at = newest.at if newest else None
    conversation.last_message_preview = preview_line(_preview(newest)) if newest else ""
    conversation.last_message_direction = newest.direction if newest else ""
    conversation.last_message_type = newest.type if newest else ""
    if newest is not None:
        conversation.last_activity_at = newest.at


def _preview(message: Message) -> str:
    return "" if message.deleted_at else str(message.content.get("body") or message.template_name)


def _back_to_the_draft(message: Message, *, by: Actor) -> None:
    """Before what was typed since. A template has no words of its own."""
    text = "" if message.template_name else str(message.content.get("body") or "")
    if not text or by.person_id is None:
        return
    draft, _made = Draft.objects.get_or_create(
        conversation_id=message.conversation_id, person_id=by.person_id, defaults={"text": ""}
    )
    draft.text = "\n".join(part for part in (text, draft.text) if part.strip())[:8192]
    draft.save()
