"""Messages from before the connection, as the phone app shares them: filed, and nobody is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from accounts.events import transactional
from accounts.ids import new_id
from accounts.models import PhoneNumber
from inbox import frozen
from inbox.actions.answering import answer_unless_written
from inbox.actions.contacts import contact_named, person_behind
from inbox.actions.filing import keep_file
from inbox.actions.threads import show_newest, thread_of
from inbox.message_status import RANKS, Status
from inbox.models import Contact, Message
from whatsapp.inbound import ContactSync, HistoryMessage, MediaRef

# `history_context.status` in Meta's words. What is still pending was sent all the same.
SENT_AS: Final[Mapping[str, Status]] = {
    "PENDING": Status.SENT,
    "SENT": Status.SENT,
    "DELIVERED": Status.DELIVERED,
    "READ": Status.READ,
    "PLAYED": Status.PLAYED,
}


@transactional
def import_from_phone(
    number: PhoneNumber, imported: HistoryMessage, *, received_at: datetime
) -> None:
    """Files one old message once. No unread, no window, no event: automation never hears of it."""
    message = imported.message
    known = Message.objects.filter(phone_number=number, wamid=message.wamid).first()
    if known is not None:
        if imported.fills_placeholder:
            _fill(known, imported)
        return
    at = min(message.at or received_at, received_at)
    contact, identity = person_behind(number.organization_id, message.user, at=at)
    conversation = thread_of(number, contact, identity, at=at)
    answer_unless_written(conversation, identity, at=at)
    status = SENT_AS.get(imported.status or "", Status.SENT)
    row = Message(
        id=new_id(),
        organization_id=conversation.organization_id,
        conversation=conversation,
        phone_number=number,
        wamid=message.wamid,
        direction="outbound" if imported.outgoing else "inbound",
        type=message.kind[:16],
        status=status if imported.outgoing else Status.RECEIVED,
        status_rank=RANKS[status] if imported.outgoing else 0,
        sender_type="device" if imported.outgoing else "contact",
        sender_id=None if imported.outgoing else contact.pk,
        sender_name="" if imported.outgoing else contact.shown_name[:120],
        content=frozen.content_of(message),
        details=frozen.details_of(message),
        raw=frozen.raw_of(message),
        at=at,
        meta_timestamp=message.at,
        created_at=received_at,
    )
    row.save(force_insert=True)
    keep_file(row, message)
    conversation.message_count += 1
    show_newest(conversation, row, preview=frozen.preview_of(message))
    conversation.save()


def _fill(placeholder: Message, imported: HistoryMessage) -> None:
    """The file that a placeholder stood for."""
    message = imported.message
    if not isinstance(message.content, MediaRef) or hasattr(placeholder, "media"):
        return
    placeholder.type = message.kind[:16]
    placeholder.content = frozen.content_of(message)
    placeholder.details = frozen.details_of(message)
    placeholder.save(update_fields=["type", "content", "details"])
    keep_file(placeholder, message)


@transactional
def sync_address_book(number: PhoneNumber, entry: ContactSync) -> None:
    """A name from the phone's address book fills an empty one; a removal removes nobody."""
    name = entry.full_name or entry.first_name
    if entry.action != "add" or not name:
        return
    contact = contact_named(number.organization_id, entry.user)
    if contact is not None and not contact.name:
        Contact.objects.filter(pk=contact.pk).update(name=name[:120])
