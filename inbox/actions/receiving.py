"""Taking in what a customer sent: once, into the right thread, at Meta's time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import CONTACT
from accounts.events import announce, transactional
from accounts.ids import new_id
from accounts.models import PhoneNumber
from inbox import frozen, ownership, window
from inbox.actions.contacts import attach_number, person_behind
from inbox.actions.ownership import change_owner
from inbox.actions.threads import show_newest, thread_of
from inbox.message_status import Status
from inbox.models import Conversation, Media, MediaState, Message, Reaction
from inbox.models.conversations import ConversationStatus
from webhooks.worker import wake
from whatsapp import inbound
from whatsapp.inbound import InboundMessage, MediaRef
from whatsapp.phone import display

LATE = timedelta(seconds=60)
END_OF_SECOND = timedelta(milliseconds=999)


@transactional
def receive_message(
    number: PhoneNumber, message: InboundMessage, *, received_at: datetime, observed: bool = False
) -> None:
    """Stores one inbound message and everything that follows from it, exactly once (G3).

    observed: another app owns the thread at Meta; we watch and do not answer.
    """
    match message.content:
        case inbound.Reaction():
            _receive_reaction(number, message, received_at=received_at)
        case inbound.Edit() | inbound.Revoke():
            _receive_change(number, message, received_at=received_at)
        case _:
            _receive_new(number, message, received_at=received_at, observed=observed)


def _receive_new(
    number: PhoneNumber, message: InboundMessage, *, received_at: datetime, observed: bool
) -> None:
    if _is_known(number, message.wamid):
        return
    conversation = _thread(number, message, received_at=received_at)
    if _is_known(number, message.wamid):  # a twin got the lock first
        return
    row = _row(conversation, message, received_at=received_at)
    row.save(force_insert=True)
    media = media_of(row, message)
    _learn_number(conversation, message)
    reopen_by_customer(conversation, by_customer_at=row.at)
    _count_in(conversation, row, message)
    conversation.observed = observed
    conversation.save()
    Reaction.objects.filter(
        conversation=conversation, target_wamid=message.wamid, message=None
    ).update(message=row)
    announce(
        "message.received",
        conversation.organization_id,
        by=CONTACT,
        at=received_at,
        conversation_id=conversation.pk,
        ids=[row.pk],
        type=row.type,
        late=row.arrived_late,
        mode=str(conversation.mode),
    )
    if media:
        transaction.on_commit(lambda: wake("media"), robust=True)


def _is_known(number: PhoneNumber, wamid: str) -> bool:
    return Message.objects.filter(phone_number=number, wamid=wamid).exists()


def _thread(number: PhoneNumber, message: InboundMessage, *, received_at: datetime) -> Conversation:
    at = _sorting_time(message.at, received_at)
    contact, identity = person_behind(number.organization_id, message.user)
    group = message.group_id or ""
    conversation, _ = thread_of(number, None if group else contact, identity, at=at, group_id=group)
    conversation.identity = identity  # the answer goes to the identity that wrote
    return conversation


def _sorting_time(meta: datetime | None, received_at: datetime) -> datetime:
    # Meta tells whole seconds: the message was written at some point of that second, at the latest
    # when it arrived. Taken at its start, an answer of the same second would stand above it (seen:
    # our answer at 5.1 s, the customer's next line, of 5.8 s, told as 5). Meta's clock may also be
    # ahead of ours: nothing sorts into the future (F28).
    return received_at if meta is None else min(meta + END_OF_SECOND, received_at)


def _told_at(meta: datetime | None, received_at: datetime) -> datetime:
    # The same for every copy of an event, whenever it comes: copies are known by it.
    return received_at if meta is None else min(meta, received_at)


def _row(conversation: Conversation, message: InboundMessage, *, received_at: datetime) -> Message:
    context = message.context
    quoted = context.wamid if context else None
    return Message(
        id=new_id(),
        organization_id=conversation.organization_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        wamid=message.wamid,
        direction="inbound",
        type=message.kind[:16],
        status=Status.RECEIVED,
        sender_type="contact",
        sender_id=conversation.contact_id,
        sender_name=_writer(conversation, message)[:120],
        content=frozen.content_of(message),
        details=frozen.details_of(message),
        raw=frozen.raw_of(message),
        reply_to=_quoted(conversation, quoted),
        reply_to_wamid=quoted or "",
        forwarded=bool(context and (context.forwarded or context.frequently_forwarded)),
        at=_sorting_time(message.at, received_at),
        arrived_late=message.at is not None and received_at - message.at > LATE,
        meta_timestamp=message.at,
        created_at=received_at,
    )


def _writer(conversation: Conversation, message: InboundMessage) -> str:
    # A group is nobody's contact: who wrote is on each message.
    if conversation.contact is not None:
        return conversation.contact.shown_name
    return message.user.profile_name or message.user.username or display(message.user.wa_id or "")


def _quoted(conversation: Conversation, wamid: str | None) -> Message | None:
    if not wamid:
        return None
    return Message.objects.filter(conversation=conversation, wamid=wamid).first()


def media_of(row: Message, message: InboundMessage) -> Media | None:
    """The file of a stored message, to be fetched; None for kinds without one."""
    content = message.content
    if not isinstance(content, MediaRef):
        return None
    reason = message.errors[0].details or message.errors[0].title if message.errors else ""
    media_id = content.media_id or ""
    usable = 0 < len(media_id) <= 64  # half an id is another id
    return Media.objects.create(
        organization_id=row.organization_id,
        phone_number_id=row.phone_number_id,
        message=row,
        meta_media_id=media_id if usable else "",
        kind="voice" if content.voice else message.kind,
        declared_mime_type=content.mime_type[:120],
        declared_sha256=(content.sha256 or "")[:64],
        filename=(content.filename or "")[:255],
        animated=content.animated,
        voice=content.voice,
        state=MediaState.PENDING if usable else MediaState.FAILED,
        error=reason,
    )


def _learn_number(conversation: Conversation, message: InboundMessage) -> None:
    """The customer answered our request for the phone number with a card of their own."""
    if conversation.contact is None or not isinstance(message.content, inbound.ContactCards):
        return
    for card in message.content.cards:
        if card.is_own_number:
            attach_number(
                conversation.contact, [phone.wa_id for phone in card.phones if phone.wa_id]
            )


def reopen_by_customer(conversation: Conversation, *, by_customer_at: datetime) -> None:
    """The customer wrote or called: a closed or snoozed thread is open again (not saved yet)."""
    if conversation.status == ConversationStatus.CLOSED:
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


def _count_in(conversation: Conversation, row: Message, message: InboundMessage) -> None:
    meta_time = row.meta_timestamp or row.at
    conversation.window_opened_at = window.opened_by(
        message.kind, at=meta_time, before=conversation.window_opened_at
    )
    conversation.message_count += 1
    conversation.inbound_count += 1
    if conversation.last_inbound_at is None or meta_time >= conversation.last_inbound_at:
        conversation.last_inbound_id = row.pk
        conversation.last_inbound_wamid = row.wamid or ""
        conversation.last_inbound_at = meta_time
    show_newest(conversation, row, preview=frozen.preview_of(message))


def _receive_reaction(
    number: PhoneNumber, message: InboundMessage, *, received_at: datetime
) -> None:
    content = message.content
    if not isinstance(content, inbound.Reaction):
        raise TypeError(f"not a reaction: {message.kind}")
    conversation = _thread(number, message, received_at=received_at)
    at = _told_at(message.at, received_at)
    emoji = (content.emoji or "")[:32]
    before = Reaction.objects.filter(
        conversation=conversation, target_wamid=content.target, by="contact"
    ).first()
    if before is not None and (before.at > at or (before.at, before.emoji) == (at, emoji)):
        return  # of two in one second the later to come is shown
    target = Message.objects.filter(phone_number=number, wamid=content.target).first()
    Reaction.objects.update_or_create(
        conversation=conversation,
        target_wamid=content.target,
        by="contact",
        defaults={"message": target, "emoji": emoji, "at": at},
    )
    conversation.save()
    if target is not None:
        announce_change(target, at=received_at, what="reaction")


def _receive_change(number: PhoneNumber, message: InboundMessage, *, received_at: datetime) -> None:
    content = message.content
    if not isinstance(content, inbound.Edit | inbound.Revoke):
        raise TypeError(f"neither edit nor revoke: {message.kind}")
    target = Message.objects.filter(phone_number=number, wamid=content.original).first()
    if target is None:
        # The original is unknown: a neutral line stands for it.
        _receive_new(number, message, received_at=received_at, observed=False)
        return
    apply_change(target, content, at=_told_at(message.at, received_at))


def apply_change(target: Message, change: inbound.Edit | inbound.Revoke, *, at: datetime) -> None:
    """An edit becomes a new version, a revocation a tombstone; the earlier text is kept.

    A second copy of the same event changes nothing.
    """
    if isinstance(change, inbound.Revoke):
        if target.deleted_at is None:
            Message.objects.filter(pk=target.pk).update(deleted_at=at)
            announce_change(target, at=at, what="deleted")
        return
    if target.edited_at is not None and target.edited_at >= at:
        return
    versions = [*target.details.get("versions", []), {"body": target.content.get("body")}]
    Message.objects.filter(pk=target.pk).update(
        edited_at=at,
        content=target.content | {"body": change.text},
        details=target.details | {"versions": versions},
    )
    announce_change(target, at=at, what="edited")


def announce_change(message: Message, *, at: datetime, what: str) -> None:
    """Says that a bubble looks different now. what: reaction, edited, deleted, media."""
    announce(
        "message.changed",
        message.organization_id,
        by=CONTACT,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        what=what,
    )
