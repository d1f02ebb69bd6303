"""Passing the baton: every change of owner, in one transaction with what it cancels.

`change_owner` is the only place that writes the owner's fields. It raises the epoch, cancels the
assistant's unsent messages (their text stays as a suggestion) and tells the timeline.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox import ownership
from inbox.actions.pending import settle_pending
from inbox.actions.status_news import announce_status
from inbox.actions.threads import locked
from inbox.message_status import Status
from inbox.models import Conversation, Message, Suggestion
from inbox.models.conversations import ConversationStatus
from inbox.ownership import Handoff, Mode, Ownership, OwnerState

HOLD = timedelta(seconds=60)


def change_owner(
    conversation: Conversation,
    now: Ownership,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    why: str = "",
) -> None:
    """Writes the new owner onto a locked conversation (not saved yet) and announces it.

    why: the code of what somebody gave as their reason.
    """
    before, holder = conversation.ownership, conversation.holder
    if before.assignee_id:
        conversation.last_assignee_id = before.assignee_id
    conversation.mode = now.mode
    conversation.handoff_state = now.handoff
    conversation.owner_epoch = now.epoch
    conversation.assignee_id = now.assignee_id
    conversation.owned_by_phone = now.by_phone
    conversation.ai_hold_until = None
    conversation.version += 1
    if now.assignee_id or now.by_phone:
        conversation.assigned_at = at
    cancel_stale_ai_messages(conversation, by=by, at=at)
    announce(
        "conversation.owner_changed",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        ids=[now.assignee_id] if now.assignee_id else [],
        state=str(now.state),
        before=str(before.state),
        owner_epoch=now.epoch,
        reason=reason,
        **({"why": why} if why else {}),
        **holder.as_data(),
    )


def cancel_stale_ai_messages(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """Those computed under an older owner; their texts stay as suggestions."""
    stale = Message.objects.filter(
        conversation=conversation,
        sender_type="ai",
        status__in=[Status.QUEUED, Status.HELD, Status.SCHEDULED],
        owner_epoch__lt=conversation.owner_epoch,
    )
    for message in list(stale):
        moved = Message.objects.filter(pk=message.pk, status=message.status).update(
            status=Status.CANCELLED
        )
        if moved:
            keep_as_suggestion(conversation, message, reason="stale_epoch", at=at)
            announce_status(message, Status.CANCELLED, by=by, at=at)


def keep_as_suggestion(
    conversation: Conversation, message: Message, *, reason: str, at: datetime
) -> None:
    """A refused text of the assistant is not lost: a person may use it."""
    suggest(
        conversation,
        str(message.content.get("body") or ""),
        reason=reason,
        epoch=message.owner_epoch or 0,
        message_id=message.pk,
        at=at,
    )


def suggest(
    conversation: Conversation,
    text: str,
    *,
    reason: str,
    epoch: int,
    at: datetime,
    message_id: UUID | None = None,
) -> Suggestion:
    """Offers a text above the composer."""
    return Suggestion.objects.create(
        conversation=conversation,
        text=text,
        reason=reason,
        epoch=epoch,
        message_id=message_id,
        created_at=at,
    )


@transactional
def note_refused_text(
    conversation_id: UUID, text: str, *, reason: str, epoch: int, at: datetime
) -> None:
    """A text of the assistant came too late: it is offered to the person instead."""
    conversation = locked(conversation_id)
    suggestion = suggest(conversation, text, reason=reason, epoch=epoch, at=at)
    announce(
        "suggestion.added",
        conversation.organization_id,
        by=SYSTEM,
        at=at,
        conversation_id=conversation.pk,
        ids=[suggestion.pk],
    )


def check_version(conversation: Conversation, expected: int | None) -> None:
    """Refuses: VERSION_CONFLICT, or ALREADY_CLAIMED when a colleague owns it now."""
    if expected is None or expected == conversation.version:
        return
    if conversation.assignee is not None:
        raise Refused(
            "ALREADY_CLAIMED",
            _("%(name)s was faster and has this conversation now.")
            % {"name": conversation.assignee.name},
            assignee={"id": str(conversation.assignee.pk), "name": conversation.assignee.name},
        )
    raise Refused(
        "VERSION_CONFLICT",
        _("This conversation has changed meanwhile. Look again, then repeat."),
        version=conversation.version,
    )


@transactional
def take_over(
    conversation_id: UUID, *, by: Actor, at: datetime, expected_version: int | None = None
) -> Conversation:
    """A person takes the conversation, from the assistant, the queue or a colleague.

    Taking what one has already changes nothing. Refuses: VALIDATION_ERROR without a person;
    VERSION_CONFLICT, ALREADY_CLAIMED.
    """
    if by.person_id is None:
        raise Refused("VALIDATION_ERROR", _("Only a person can take over."), field="user_id")
    conversation = locked(conversation_id)
    if conversation.assignee_id == by.person_id:
        return conversation
    check_version(conversation, expected_version)
    take(conversation, by=by, at=at)
    conversation.save()
    return conversation


def take(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """The change of a takeover on a locked conversation, by whichever door it came."""
    if by.person_id is None:
        raise RuntimeError("a takeover without a person")
    now = conversation.ownership
    if conversation.status == ConversationStatus.CLOSED:
        change_owner(
            conversation,
            ownership.reopened_by(now, person_id=by.person_id),
            by=by,
            at=at,
            reason="reopened",
        )
        conversation.status = ConversationStatus.OPEN
    elif now.state in ownership.TAKEN_OVER_BY_ANSWERING:
        _add_reason(conversation, "agent_takeover")
        change_owner(
            conversation,
            ownership.taken_over(now, person_id=by.person_id),
            by=by,
            at=at,
            reason="agent_takeover",
        )
    else:
        change_owner(
            conversation,
            ownership.claimed(now, person_id=by.person_id),
            by=by,
            at=at,
            reason="claimed",
        )


def _add_reason(conversation: Conversation, reason: str) -> None:
    conversation.handoff_reason = conversation.handoff_reason or reason
    if reason not in conversation.handoff_reasons:
        conversation.handoff_reasons = [*conversation.handoff_reasons, reason]


@transactional
def release(
    conversation_id: UUID, *, by: Actor, at: datetime, expected_version: int | None = None
) -> Conversation:
    """Lets go of a conversation: people own it, and anybody may take it."""
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    now = conversation.ownership
    if now.state is OwnerState.PEOPLE and now.assignee_id is None:
        return conversation
    change_owner(conversation, ownership.released(now), by=by, at=at, reason="released")
    conversation.save()
    return conversation


@transactional
def give_back(
    conversation_id: UUID,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    expected_version: int | None = None,
    keep_scheduled: bool | None = True,
) -> Conversation:
    """Returns the conversation to the assistant, which waits for the customer's next message.

    keep_scheduled: what people scheduled goes out as theirs and takes nothing over; None asks.
    Refuses: SCHEDULED_PENDING, NO_BOT_LINKED, NUMBER_NOT_ACTIVE, STATE_CONFLICT (AI already,
    closed, or a group), VERSION_CONFLICT.
    """
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    number = conversation.phone_number
    if conversation.group_id:
        raise Refused("STATE_CONFLICT", _("Messages in groups cannot be answered from here."))
    if number.bot_id is None or not (number.bot_enabled and number.auto_reply):
        raise Refused("NO_BOT_LINKED", _("No assistant is switched on for this number."))
    if not number.bot_answers:
        raise Refused("NUMBER_NOT_ACTIVE", _("This number cannot send at the moment."))
    if conversation.mode == Mode.AI or conversation.status == ConversationStatus.CLOSED:
        raise Refused(
            "STATE_CONFLICT",
            _("The assistant has this conversation already, or it is closed."),
            status=conversation.status,
        )
    settle_pending(conversation, keep=keep_scheduled, by=by, at=at)
    conversation.return_note = note[:2000]
    conversation.returned_at = at
    conversation.handoff_reason = ""
    conversation.handoff_reasons = []
    change_owner(
        conversation,
        ownership.returned_to_ai(conversation.ownership),
        by=by,
        at=at,
        reason="returned",
    )
    conversation.save()
    return conversation


@transactional
def request_handoff(
    conversation_id: UUID,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    owner_epoch: int | None = None,
) -> Conversation:
    """The assistant, a rule or a key asks for a person: the conversation waits in the queue.

    A second request only adds its reason. owner_epoch: given by an AI; Refuses: STALE_EPOCH.
    """
    conversation = locked(conversation_id)
    if owner_epoch is not None and conversation.owner_epoch != owner_epoch:
        raise Refused(
            "STALE_EPOCH",
            _("The owner of this conversation has changed."),
            owner_epoch=conversation.owner_epoch,
            mode=conversation.mode,
        )
    first = conversation.ownership.state is OwnerState.AI
    _add_reason(conversation, reason)
    if first:
        conversation.handoff_requested_at = at
        conversation.handoff_requested_by = by.type
        change_owner(
            conversation, ownership.requested(conversation.ownership), by=by, at=at, reason=reason
        )
        # Routing to a free person comes later; until then whoever is free takes it from the queue.
        conversation.handoff_state = Handoff.QUEUED
        if conversation.status == ConversationStatus.SNOOZED:  # else nobody would see who waits
            conversation.status, conversation.snoozed_until = ConversationStatus.OPEN, None
    conversation.save()
    return conversation


@transactional
def hold_ai(conversation_id: UUID, *, at: datetime) -> None:
    """A person is typing: the assistant waits a minute. The owner does not change."""
    conversation = locked(conversation_id)
    if conversation.mode == Mode.AI:
        conversation.ai_hold_until = at + HOLD
        conversation.save(update_fields=["ai_hold_until"])


@transactional
def dismiss_suggestion(
    conversation_id: UUID, suggestion_id: UUID, *, by: Actor, at: datetime
) -> None:
    """Throws a suggestion away."""
    conversation = locked(conversation_id)
    gone = Suggestion.objects.filter(
        pk=suggestion_id, conversation=conversation, dismissed_at=None
    ).update(dismissed_at=at)
    if gone:
        announce(
            "suggestion.dismissed",
            conversation.organization_id,
            by=by,
            at=at,
            conversation_id=conversation.pk,
            ids=[suggestion_id],
        )
