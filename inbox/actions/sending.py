"""The send transaction: the one door by which a message enters the outbox.

Page, REST, bot, campaign and schedule end here. It locks the conversation, recognises a repeated
request, runs the guards, passes the baton where a person answers, and inserts the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox import ownership
from inbox.actions import guards as guarding
from inbox.actions import undoing
from inbox.actions.guards import Guards
from inbox.actions.outgoing_rows import NO_GUARDS, row_of, save_with_files, stored
from inbox.actions.ownership import change_owner, take
from inbox.actions.status_news import announce_status
from inbox.actions.threads import locked, show_newest
from inbox.message_status import WAITING, Status
from inbox.models import Conversation, Draft, Message, Suggestion
from inbox.models.conversations import ConversationStatus
from inbox.models.messages import Lane
from inbox.outgoing import Outgoing
from inbox.ownership import OwnerState
from webhooks.worker import wake


@transactional
def send(
    conversation_id: UUID,
    outgoing: Outgoing,
    *,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    reply_to: UUID | None = None,
    reference: str = "",
    lane: int = Lane.CONVERSATION,
    undo_s: int = 0,
    instead_of: UUID | None = None,
) -> Message:
    """Queues one message, or answers with the one that this token queued before.

    undo_s: seconds for which it can be taken back before it leaves. instead_of: a message of this
    thread that failed and was edited.
    Refuses: NUMBER_NOT_ACTIVE, RECIPIENT_BLOCKED, RECIPIENT_OPTED_OUT, STATE_CONFLICT,
    SESSION_EXPIRED, STALE_EPOCH, NOT_OWNER, TURN_CLOSED, AI_OWNS_CONVERSATION,
    ASSIGNED_TO_OTHER, NEWER_INBOUND, NEWER_REPLY, VALIDATION_ERROR (reply_to).
    """
    conversation = locked(conversation_id)
    known = sent_before(conversation, guards, by=by)
    if known is not None:
        return known
    guarding.check(conversation, outgoing, guards, by=by, at=at)
    quoted = quoted_in(conversation, reply_to)
    failed = _failed_in(conversation, instead_of)
    before = undoing.state_of(conversation)
    pass_the_baton(conversation, by=by, at=at)
    message = _queue(
        conversation,
        outgoing,
        by=by,
        at=at,
        guards=guards,
        quoted=quoted,
        reference=reference,
        lane=lane,
        retry_of=failed,
        undo=undoing.Undo(at + timedelta(seconds=undo_s), before) if undo_s else None,
    )
    if failed is not None:
        announce_status(failed, Status(failed.status), by=by, at=at)
    return message


@transactional
def send_all(
    conversation_id: UUID,
    parts: Sequence[Outgoing],
    *,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    reply_to: UUID | None = None,
    undo_s: int = 0,
) -> list[Message]:
    """Queues several messages, in this order, all or none; the first one carries the quote.

    A token that queued them before answers with the same messages. Refuses: whatever `send` does.
    """
    return [
        send(
            conversation_id,
            part,
            by=by,
            at=at,
            guards=guards_of_part(guards, place),
            reply_to=reply_to if place == 0 else None,
            undo_s=undo_s,
        )
        for place, part in enumerate(parts)
    ]


def guards_of_part(guards: Guards, place: int) -> Guards:
    """The page's token names the first message, and a token made from it each of the others."""
    if guards.form_token is None or place == 0:
        return guards
    return replace(guards, form_token=uuid5(guards.form_token, str(place)))


def sent_before(conversation: Conversation, guards: Guards, *, by: Actor) -> Message | None:
    """What this token sent before. Refuses: TURN_CLOSED."""
    if guards.form_token is not None:
        return Message.objects.filter(
            conversation=conversation, sender_id=by.id, form_token=guards.form_token
        ).first()
    if guards.turn_id is not None and Message.objects.filter(turn_id=guards.turn_id).exists():
        raise Refused("TURN_CLOSED", _("This turn has its answer already."))
    return None


def quoted_in(conversation: Conversation, reply_to: UUID | None) -> Message | None:
    """The message that is quoted. Refuses: VALIDATION_ERROR (reply_to)."""
    if reply_to is None:
        return None
    quoted = Message.objects.filter(conversation=conversation, pk=reply_to).first()
    if quoted is None or not quoted.wamid:
        raise Refused(
            "VALIDATION_ERROR",
            _("The quoted message is not in this conversation."),
            field="reply_to",
        )
    return quoted


def _failed_in(conversation: Conversation, message_id: UUID | None) -> Message | None:
    if message_id is None:
        return None
    return Message.objects.filter(
        conversation=conversation, pk=message_id, status__in=[Status.FAILED, Status.UNCONFIRMED]
    ).first()


def pass_the_baton(conversation: Conversation, *, by: Actor, at: datetime) -> None:
    """Answering takes over; a colleague who goes on anyway gets the conversation."""
    if by.person_id is None:
        return
    state = conversation.ownership.state
    reopening = conversation.status == ConversationStatus.CLOSED
    mine = conversation.assignee_id == by.person_id
    nobody = conversation.assignee_id is None and state is OwnerState.PEOPLE
    if reopening or (not mine and not nobody):
        take(conversation, by=by, at=at)
    elif nobody:
        change_owner(
            conversation,
            ownership.claimed(conversation.ownership, person_id=by.person_id),
            by=by,
            at=at,
            reason="answered",
        )


def _queue(
    conversation: Conversation,
    outgoing: Outgoing,
    *,
    by: Actor,
    at: datetime,
    guards: Guards,
    quoted: Message | None,
    reference: str,
    lane: int,
    retry_of: Message | None = None,
    undo: undoing.Undo | None = None,
) -> Message:
    message = row_of(
        conversation, outgoing, by=by, at=at, guards=guards, quoted=quoted, reference=reference
    )
    message.lane = lane
    message.retry_of = retry_of
    if undo is not None:
        message.not_before = message.undo_until = undo.until
        message.undo = undo.before | {"epoch": conversation.owner_epoch}
    save_with_files(message, outgoing, at=at)
    _after_queueing(conversation, message, outgoing, by=by)
    announce_queued(message, by=by, at=at)
    return message


def announce_queued(message: Message, *, by: Actor, at: datetime) -> None:
    """Says that a message is in the outbox now, and wakes it."""
    retry = {"retry_of": str(message.retry_of_id)} if message.retry_of_id else {}
    announce(
        "message.queued",
        message.organization_id,
        by=by,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        type=message.type,
        **retry,
    )
    transaction.on_commit(lambda: wake("outbox"), robust=True)


def show_as_sent(conversation: Conversation, message: Message, *, preview: str) -> None:
    """What a message that leaves changes on its locked conversation (not saved yet)."""
    conversation.last_outbound_at = message.at
    conversation.message_count += 1
    answered = message.sender_type in ("agent", "ai")
    moves = conversation.phone_number.organization.answer_moves_to_pending
    if answered and moves and conversation.status == ConversationStatus.OPEN:
        conversation.status = ConversationStatus.PENDING_CUSTOMER
    show_newest(conversation, message, preview=preview)


def _after_queueing(
    conversation: Conversation, message: Message, outgoing: Outgoing, *, by: Actor
) -> None:
    conversation.last_queued_id = message.pk
    if by.person_id is not None:
        if outgoing.free_form and message.retry_of_id is None:  # else they are still to be said
            Draft.objects.filter(conversation=conversation, person_id=by.person_id).delete()
        Suggestion.objects.filter(conversation=conversation, dismissed_at=None).update(
            dismissed_at=message.at
        )
        _answering_reads(conversation)
    show_as_sent(conversation, message, preview=outgoing.preview)
    conversation.save()


def _answering_reads(conversation: Conversation) -> None:
    conversation.seen_count = conversation.inbound_count
    if conversation.phone_number.read_receipts == "on_reply":
        conversation.receipt_due_wamid = conversation.last_inbound_wamid
        transaction.on_commit(lambda: wake("receipts"), robust=True)


@transactional
def retry(message_id: UUID, *, by: Actor, at: datetime, confirm_duplicate: bool = False) -> Message:
    """Sends the content of a failed or unconfirmed message again, as a new, linked message.

    So a late status of the first can never be mistaken for the second. Pressed twice, it answers
    with the first retry. Refuses: STATE_CONFLICT; whatever `send` refuses.
    """
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    conversation = locked(conversation_id)
    first = Message.objects.get(pk=message_id)
    earlier = Message.objects.filter(retry_of=first).first()
    if earlier is not None:
        return earlier
    allowed = first.status == Status.FAILED or (first.asks_a_person and confirm_duplicate)
    # A reaction has no bubble with a button: reacting again is the retry, and says it once.
    if not allowed or first.payload is None or first.type == "reaction":
        raise Refused(
            "STATE_CONFLICT", _("This message cannot be sent again."), status=first.shown_status
        )
    outgoing = stored(first)
    guards = Guards(force=True)
    guarding.check(conversation, outgoing, guards, by=by, at=at)
    pass_the_baton(conversation, by=by, at=at)
    fresh = _queue(
        conversation,
        outgoing,
        by=by,
        at=at,
        guards=guards,
        quoted=first.reply_to,
        reference=first.reference,
        lane=Lane.CONVERSATION,  # somebody wants it now, also where a campaign sent the first
        retry_of=first,
    )
    announce_status(first, Status(first.status), by=by, at=at)
    return fresh


@transactional
def cancel(message_id: UUID, *, by: Actor, at: datetime, confirm_unknown: bool = False) -> Message:
    """Takes a waiting message back; gives an unconfirmed one up (it may have arrived).

    Refuses: STATE_CONFLICT when it is on its way already.
    """
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    locked(conversation_id)
    may_be = WAITING | ({Status.UNCONFIRMED} if confirm_unknown else set())
    rows = Message.objects.filter(pk=message_id, status__in=may_be)
    settles_itself = Q(status=Status.UNCONFIRMED, silent_since__isnull=False)
    moved = rows.exclude(settles_itself).update(status=Status.CANCELLED)
    message = Message.objects.get(pk=message_id)
    if not moved:
        raise Refused(
            "STATE_CONFLICT",
            _("It is too late to cancel this message."),
            status=message.shown_status,
        )
    announce_status(message, Status.CANCELLED, by=by, at=at)
    return message
