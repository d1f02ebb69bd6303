"""A reaction of ours to a message: sent like one, shown below its target."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions import guards as guarding
from inbox.actions.guards import Guards
from inbox.actions.outgoing_rows import NO_GUARDS, row_of
from inbox.actions.threads import locked
from inbox.models import Conversation, Message, Reaction
from inbox.outgoing import Outgoing
from webhooks.worker import wake
from whatsapp import limits

TARGET_LIFE: Final = timedelta(seconds=limits.REACTION_TARGET_LIFE_S)


@transactional
def react(
    conversation_id: UUID,
    target_id: UUID,
    emoji: str,
    *,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    reference: str = "",
) -> Message:
    """Puts an emoji below a message, in the place of ours before; "" takes it back.

    The message that carries it; a repeated token answers with the first. It is no answer: it takes
    nothing over and reads nothing. Refuses: NUMBER_NOT_ACTIVE, RECIPIENT_BLOCKED, STATE_CONFLICT,
    SESSION_EXPIRED, STALE_EPOCH, NOT_OWNER, VALIDATION_ERROR (reaction.message_id, reaction.emoji).
    """
    conversation = locked(conversation_id)
    if guards.form_token is not None:
        known = Message.objects.filter(
            conversation=conversation, sender_id=by.id, form_token=guards.form_token
        ).first()
        if known is not None:
            return known
    target = _target(conversation, target_id, at=at)
    made = outgoing.reaction(target.wamid or "", emoji)
    _check(conversation, guards, by=by, at=at)
    carrier = _queue(conversation, target, made, by=by, at=at, guards=guards, reference=reference)
    Reaction.objects.update_or_create(
        conversation=conversation,
        target_wamid=target.wamid,
        by="agent",
        defaults={"message": target, "emoji": emoji, "at": at, "carrier": carrier},
    )
    announce(
        "message.changed",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        ids=[target.pk],
        what="reaction",
    )
    transaction.on_commit(lambda: wake("outbox"), robust=True)
    return carrier


def _target(conversation: Conversation, target_id: UUID, *, at: datetime) -> Message:
    found = Message.objects.filter(conversation=conversation, pk=target_id).first()
    sentence = ""
    if found is None or not found.wamid or found.type == "reaction":
        sentence = _("This message is not in this conversation.")
    elif found.deleted_at is not None:
        sentence = _("This message was deleted.")
    elif at - found.at > TARGET_LIFE:
        sentence = _("WhatsApp takes no reaction to messages older than 30 days.")
    if found is None or sentence:
        raise Refused("VALIDATION_ERROR", sentence, field="reaction.message_id")
    return found


def _check(conversation: Conversation, guards: Guards, *, by: Actor, at: datetime) -> None:
    guarding.number_active(conversation)
    guarding.not_blocked(conversation)
    guarding.answerable(conversation)
    guarding.window_open(conversation, at=at)
    if by.type == "ai":
        guarding.owned_by_sender(conversation, guards, by=by)


def _queue(
    conversation: Conversation,
    target: Message,
    made: Outgoing,
    *,
    by: Actor,
    at: datetime,
    guards: Guards,
    reference: str,
) -> Message:
    carrier = row_of(conversation, made, by=by, at=at, guards=guards, reference=reference)
    carrier.reply_to = (
        target  # by our row alone: Meta is told in the payload, and nothing is quoted
    )
    carrier.turn_id = None  # no answer, so the turn has none yet
    carrier.save(force_insert=True)
    conversation.last_queued_id = carrier.pk
    conversation.save(update_fields=["last_queued_id"])
    return carrier
