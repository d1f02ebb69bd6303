"""Storing messages of customers by the batch: read at once, written at once.

A chunk of the digest so costs about twenty statements, whatever its size: with fifteen for each
message, most of the digest's time went into building them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.actors import CONTACT
from accounts.events import announce
from accounts.ids import new_id
from accounts.row_updates import update_rows
from inbox import frozen, window
from inbox.actions.answering import answer_unless_written, answer_writer
from inbox.actions.arrivals import Arrival
from inbox.actions.changes import announce_change
from inbox.actions.contacts import Directory, attach_number
from inbox.actions.identities import tell_changes_since
from inbox.actions.quoting import link_quotes
from inbox.actions.reopening import reopen_by_customer
from inbox.actions.routing import watch
from inbox.actions.threads import Party, show_newest, threads_of
from inbox.actions.waiting import find_their_message
from inbox.message_status import Status
from inbox.models import Conversation, Identity, Media, MediaState, Message
from webhooks.worker import wake
from whatsapp.inbound import ContactCards, InboundMessage, MediaRef
from whatsapp.phone import display

# What a message changes on its thread. One that reopens it has more to say and saves it whole.
TOUCHED: Final = (
    "identity",
    "identity_at",
    "status",
    "snoozed_until",
    "woken_at",
    "window_opened_at",
    "observed",
    "observed_at",
    "message_count",
    "inbound_count",
    "last_message_id",
    "last_message_at",
    "last_message_preview",
    "last_message_direction",
    "last_message_type",
    "last_inbound_id",
    "last_inbound_wamid",
    "last_inbound_at",
    "last_activity_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class _Filed:
    arrival: Arrival
    conversation: Conversation
    identity: Identity | None
    row: Message


def file_messages(arrivals: Sequence[Arrival]) -> None:
    """Stores those that are not there yet, with all that follows. Call inside `@transactional`.

    arrivals: of one organization. An edit or deletion among them becomes a neutral line, which
    counts as nothing. Raises: ValueError for one that names nobody.
    """
    fresh = _unknown(arrivals)
    if not fresh:
        return
    threads = _threads(fresh)
    still_fresh = set(map(id, _unknown(fresh)))  # a twin may have had the locks first
    filed = [
        _Filed(arrival, thread, identity, _row(thread, arrival))
        for arrival, (thread, identity) in zip(fresh, threads, strict=True)
        if id(arrival) in still_fresh
    ]
    if not filed:
        return
    rows = [one.row for one in filed]
    link_quotes(rows)
    Message.objects.bulk_create(rows)
    keep_files([(one.row, one.arrival.message) for one in filed])
    reopened = {one.conversation.pk for one in filed if _take_in(one)}
    _save_threads(filed, reopened)
    _announce(filed)
    find_their_message(rows, at=filed[-1].arrival.received_at)


def _unknown(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The first of each wamid that has no row yet."""
    known = set(
        Message.objects.filter(
            phone_number__in={one.number.pk for one in arrivals},
            wamid__in={one.message.wamid for one in arrivals},
        ).values_list("phone_number_id", "wamid")
    )
    found = []
    for one in arrivals:
        key = (one.number.pk, one.message.wamid)
        if key not in known:
            known.add(key)
            found.append(one)
    return found


def _threads(arrivals: Sequence[Arrival]) -> list[tuple[Conversation, Identity | None]]:
    """Each one's thread, locked, and who wrote; the same object where it is the same thread."""
    directory = Directory(
        arrivals[0].number.organization_id, [one.message.user for one in arrivals]
    )
    parties = []
    for one in arrivals:
        contact, identity = directory.person_behind(one.message.user, at=one.told_at)
        parties.append(Party(one.number, contact, identity, one.at, one.message.group_id or ""))
    directory.save()
    found = threads_of(parties)
    return [(found[party.key], party.identity) for party in parties]


def _row(conversation: Conversation, arrival: Arrival) -> Message:
    message = arrival.message
    context = message.context
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
        reply_to_wamid=arrival.about or "",
        forwarded=bool(context and (context.forwarded or context.frequently_forwarded)),
        at=arrival.at,
        arrived_late=arrival.is_late,
        meta_timestamp=message.at,
        created_at=arrival.received_at,
    )


def _writer(conversation: Conversation, message: InboundMessage) -> str:
    # A group is nobody's contact: who wrote is on each message.
    if conversation.contact is not None:
        return conversation.contact.shown_name
    return message.user.profile_name or message.user.username or display(message.user.wa_id or "")


def keep_files(stored: Sequence[tuple[Message, InboundMessage]]) -> None:
    """The files of stored messages, to be fetched; kinds without one have none."""
    files = [_media_of(row, message) for row, message in stored]
    rows = [media for media in files if media is not None]
    if rows:
        Media.objects.bulk_create(rows)
        transaction.on_commit(lambda: wake("media"), robust=True)


def _media_of(row: Message, message: InboundMessage) -> Media | None:
    content = message.content
    if not isinstance(content, MediaRef):
        return None
    reason = message.errors[0].details or message.errors[0].title if message.errors else ""
    media_id = content.media_id or ""
    usable = 0 < len(media_id) <= 64  # half an id is another id
    return Media(
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


def _take_in(filed: _Filed) -> bool:
    """Brings the thread up to date (not saved yet); whether the message reopened it."""
    conversation, arrival = filed.conversation, filed.arrival
    if not arrival.is_new:
        if filed.identity is not None:
            answer_unless_written(conversation, filed.identity, at=arrival.told_at)
        return False
    if filed.identity is not None:
        tell_changes_since(
            conversation, filed.identity, written_at=arrival.told_at, at=arrival.received_at
        )
    _learn_number(conversation, arrival.message)
    reopened = reopen_by_customer(conversation, by_customer_at=filed.row.at)
    _count_in(conversation, filed)
    watch(conversation, observed=arrival.observed, at=arrival.told_at)
    return reopened


def _learn_number(conversation: Conversation, message: InboundMessage) -> None:
    """The customer answered our request for the phone number with a card of their own."""
    if conversation.contact is None or not isinstance(message.content, ContactCards):
        return
    for card in message.content.cards:
        if card.is_own_number:
            attach_number(
                conversation.contact, [phone.wa_id for phone in card.phones if phone.wa_id]
            )


def _count_in(conversation: Conversation, filed: _Filed) -> None:
    row, message = filed.row, filed.arrival.message
    meta_time = row.meta_timestamp or row.at
    conversation.window_opened_at = window.opened_by(
        message.kind,
        at=meta_time,
        before=conversation.window_opened_at,
        closed_at=conversation.window_closed_at,
    )
    conversation.message_count += 1
    conversation.inbound_count += 1
    if conversation.last_inbound_at is None or meta_time >= conversation.last_inbound_at:
        answer_writer(conversation, filed.identity, at=meta_time)
        conversation.last_inbound_id = row.pk
        conversation.last_inbound_wamid = row.wamid or ""
        conversation.last_inbound_at = meta_time
    show_newest(conversation, row, preview=frozen.preview_of(message))


def _save_threads(filed: Sequence[_Filed], reopened: set[UUID]) -> None:
    threads = {one.conversation.pk: one.conversation for one in filed}
    for thread_id in reopened:
        threads.pop(thread_id).save()
    update_rows(list(threads.values()), TOUCHED)


def _announce(filed: Iterable[_Filed]) -> None:
    for one in filed:
        if not one.arrival.is_new:
            announce_change(one.row, at=one.arrival.received_at, what="line")
            continue
        announce(
            "message.received",
            one.conversation.organization_id,
            by=CONTACT,
            at=one.arrival.received_at,
            conversation_id=one.conversation.pk,
            ids=[one.row.pk],
            type=one.row.type,
            late=one.row.arrived_late,
            mode=str(one.conversation.mode),
        )
