"""Messages from before the connection, as the phone app shares them: filed, and nobody is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.events import transactional
from accounts.ids import new_id
from accounts.models import PhoneNumber
from accounts.row_updates import update_rows
from inbox import frozen
from inbox.actions.answering import answer_unless_written
from inbox.actions.contacts import Directory, contact_named
from inbox.actions.filing import keep_files
from inbox.actions.joining import is_only_addresses
from inbox.actions.quoting import link_quotes
from inbox.actions.threads import Party, show_newest, threads_of
from inbox.actions.waiting import find_their_message
from inbox.message_status import RANKS, Status
from inbox.models import Contact, Conversation, Message, PendingStatus
from inbox.models import Reaction as ReactionRow
from inbox.models.messages import OLD_REACTION
from whatsapp.inbound import ContactSync, HistoryMessage, MediaRef, Reaction

# `history_context.status` in Meta's words. What is still pending was sent all the same.
SENT_AS: Final[Mapping[str, Status]] = {
    "PENDING": Status.SENT,
    "SENT": Status.SENT,
    "DELIVERED": Status.DELIVERED,
    "READ": Status.READ,
    "PLAYED": Status.PLAYED,
}


# What an old message changes on its thread.
TOUCHED: Final = (
    "identity",
    "identity_at",
    "message_count",
    "last_message_id",
    "last_message_at",
    "last_message_preview",
    "last_message_direction",
    "last_message_type",
    "last_activity_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Old:
    """A message from before the connection, and the number that has it."""

    number: PhoneNumber
    imported: HistoryMessage
    received_at: datetime

    @property
    def at(self) -> datetime:
        """Where it stands in the thread."""
        return min(self.imported.message.at or self.received_at, self.received_at)


@transactional
def import_from_phone(items: Sequence[Old]) -> None:
    """Files each old message once. No unread, no window, no event: automation never hears of it.

    items: of one organization. They are read and written together, so that a long import does not
    hold up what customers write meanwhile. Raises: ValueError for one that names nobody.
    """
    fresh = _unknown(items)
    threads = _threads(fresh)
    known = _stored(items)  # a twin may have had the locks first
    filed = [
        (one, _row(thread, one), thread)
        for one, thread in zip(fresh, threads, strict=True)
        if _key(one) not in known
    ]
    rows = [row for _one, row, _thread in filed]
    link_quotes(rows)
    Message.objects.bulk_create(rows)
    keep_files([(row, one.imported.message) for one, row, _thread in filed])
    for one, row, thread in filed:
        thread.message_count += 1
        show_newest(thread, row, preview=frozen.preview_of(one.imported.message))
    update_rows(list({thread.pk: thread for thread in threads}.values()), TOUCHED)
    known |= {_key(one): row for one, row, _thread in filed}
    for one in items:
        if one.imported.fills_placeholder and _key(one) in known:
            _fill(known[_key(one)], one.imported)
    _react(items)
    if rows:
        find_their_message(rows, at=items[-1].received_at)
        _find_reactions(rows)


def _key(item: Old) -> tuple[UUID, str]:
    return (item.number.pk, str(item.imported.message.wamid))


def _stored(items: Sequence[Old]) -> dict[tuple[UUID, str], Message]:
    rows = Message.objects.filter(
        phone_number__in={one.number.pk for one in items},
        wamid__in={one.imported.message.wamid for one in items},
    )
    return {(row.phone_number_id, row.wamid or ""): row for row in rows}


def _unknown(items: Sequence[Old]) -> list[Old]:
    """The first of each wamid that has no row yet. A reaction is none: it stands at its message."""
    known = set(_stored(items))
    found = []
    for one in items:
        if _key(one) not in known and not isinstance(one.imported.message.content, Reaction):
            known.add(_key(one))
            found.append(one)
    return found


def _threads(items: Sequence[Old]) -> list[Conversation]:
    """Each one's thread, locked; the same object where it is the same thread."""
    if not items:
        return []
    users = [one.imported.message.user for one in items]
    directory = Directory(items[0].number.organization_id, users)
    people = [directory.person_behind(one.imported.message.user, at=one.at) for one in items]
    directory.save()
    parties = [
        Party(one.number, contact, identity, one.at)
        for one, (contact, identity) in zip(items, people, strict=True)
    ]
    found = threads_of(parties)
    for party, one in zip(parties, items, strict=True):
        if party.identity is not None:
            answer_unless_written(found[party.key], party.identity, at=one.at)
    return [found[party.key] for party in parties]


def _row(conversation: Conversation, item: Old) -> Message:
    imported, message = item.imported, item.imported.message
    status = SENT_AS.get(imported.status or "", Status.SENT)
    writer = None if imported.outgoing else conversation.contact
    return Message(
        id=new_id(),
        organization_id=conversation.organization_id,
        conversation=conversation,
        phone_number=item.number,
        wamid=message.wamid,
        direction="outbound" if imported.outgoing else "inbound",
        type=message.kind[:16],
        status=status if imported.outgoing else Status.RECEIVED,
        status_rank=RANKS[status] if imported.outgoing else 0,
        sender_type="device" if imported.outgoing else "contact",
        sender_id=writer.pk if writer else None,
        sender_name=writer.shown_name[:120] if writer else "",
        content=frozen.content_of(message),
        details=frozen.details_of(message),
        raw=frozen.raw_of(message),
        reply_to_wamid=(message.context.wamid or "") if message.context else "",
        at=item.at,
        meta_timestamp=message.at,
        created_at=item.received_at,
    )


def _fill(placeholder: Message, imported: HistoryMessage) -> None:
    """The file that a placeholder stood for."""
    message = imported.message
    if not isinstance(message.content, MediaRef) or hasattr(placeholder, "media"):
        return
    placeholder.type = message.kind[:16]
    placeholder.content = frozen.content_of(message)
    placeholder.details = frozen.details_of(message)
    placeholder.save(update_fields=["type", "content", "details"])
    keep_files([(placeholder, message)])


def _early(items: Sequence[Old]) -> list[tuple[Old, Reaction]]:
    reactions = [(one, one.imported.message.content) for one in items]
    return [(one, content) for one, content in reactions if isinstance(content, Reaction)]


def _react(items: Sequence[Old]) -> None:
    """Old reactions stand at their messages; those of messages that are not here yet wait."""
    waiting = []
    for one, reaction in _early(items):
        target = Message.objects.filter(phone_number=one.number, wamid=reaction.target).first()
        side = "agent" if one.imported.outgoing else "contact"
        emoji = (reaction.emoji or "")[:32]
        if target is not None:
            _stand(target, side=side, emoji=emoji, at=one.at)
        else:
            waiting.append(_parked(one, reaction.target, side=side, emoji=emoji))
    PendingStatus.objects.bulk_create(waiting, ignore_conflicts=True)


def _parked(item: Old, target: str, *, side: str, emoji: str) -> PendingStatus:
    """Not as a live reaction waits: this one is nothing unread when its message comes.

    participant: the customer, so that it goes when they are erased.
    """
    user = item.imported.message.user
    return PendingStatus(
        phone_number=item.number,
        wamid=target,
        status=OLD_REACTION,
        participant=(user.wa_id or user.bsuid or "")[:160],
        at=item.at,
        data={"by": side, "emoji": emoji},
    )


def _stand(target: Message, *, side: str, emoji: str, at: datetime) -> None:
    """A newer one of the side stays."""
    row, fresh = ReactionRow.objects.get_or_create(
        conversation_id=target.conversation_id,
        target_wamid=target.wamid,
        by=side,
        defaults={"message": target, "emoji": emoji, "at": at},
    )
    if not fresh and row.at < at:
        ReactionRow.objects.filter(pk=row.pk).update(emoji=emoji, at=at)


def _find_reactions(rows: Sequence[Message]) -> None:
    """Old reactions that waited for these. One query where none did."""
    by_key = {(row.phone_number_id, row.wamid): row for row in rows}
    parked = PendingStatus.objects.filter(
        status=OLD_REACTION,
        phone_number__in={number for number, _wamid in by_key},
        wamid__in=[wamid for _number, wamid in by_key],
    )
    found = [one for one in parked if (one.phone_number_id, one.wamid) in by_key]
    for one in found:
        target = by_key[one.phone_number_id, one.wamid]
        _stand(target, side=one.data["by"], emoji=one.data["emoji"], at=one.at)
    PendingStatus.objects.filter(pk__in=[one.pk for one in found]).delete()


@transactional
def sync_address_book(number: PhoneNumber, entry: ContactSync) -> None:
    """A name from the phone's address book fills an empty one; a removal removes nobody."""
    name = entry.full_name or entry.first_name
    if entry.action != "add" or not name:
        return
    contact = contact_named(number.organization_id, entry.user)
    if contact is not None and not contact.name and not is_only_addresses(contact):
        Contact.objects.filter(pk=contact.pk).update(name=name[:120])
