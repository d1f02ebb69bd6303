"""What was typed on the business phone: a message of ours, and a takeover from the assistant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actors import DEVICE
from accounts.events import announce, transactional
from accounts.ids import new_id
from accounts.models import PhoneNumber
from inbox import frozen, ownership
from inbox.actions.contacts import person_behind
from inbox.actions.ownership import change_owner
from inbox.actions.receiving import apply_change, media_of
from inbox.actions.statuses import apply_parked
from inbox.actions.threads import show_newest, thread_of
from inbox.message_status import RANKS, Status
from inbox.models import Message
from webhooks.worker import wake
from whatsapp.inbound import Echo, EchoChange


@transactional
def receive_echo(
    number: PhoneNumber, echo: Echo, *, received_at: datetime, takes_over: bool = True
) -> None:
    """Stores it once, with sender `device`. It opens no window; it ends the assistant's turn."""
    message = echo.message
    if Message.objects.filter(phone_number=number, wamid=message.wamid).exists():
        return
    at = min(message.at or received_at, received_at)
    contact, identity = person_behind(number.organization_id, echo.to)
    conversation, _ = thread_of(number, contact, identity, at=at)
    conversation.identity = conversation.identity or identity
    row = Message(
        id=new_id(),
        organization_id=conversation.organization_id,
        conversation=conversation,
        phone_number=number,
        wamid=message.wamid,
        direction="outbound",
        type=message.kind[:16],
        status=Status.SENT,
        status_rank=RANKS[Status.SENT],
        sender_type="device",
        content=frozen.content_of(message),
        details=frozen.details_of(message),
        raw=frozen.raw_of(message),
        at=at,
        meta_timestamp=message.at,
        created_at=received_at,
        accepted_at=at,
        sent_at=at,
    )
    row.save(force_insert=True)
    if media_of(row, message):
        transaction.on_commit(lambda: wake("media"), robust=True)
    if takes_over and conversation.ownership.state in ownership.TAKEN_OVER_BY_ANSWERING:
        now = ownership.taken_over_by_phone(conversation.ownership)
        change_owner(conversation, now, by=DEVICE, at=received_at, reason="phone_reply")
    conversation.message_count += 1
    conversation.last_outbound_at = at
    show_newest(conversation, row, preview=frozen.preview_of(message))
    conversation.save()
    announce(
        "message.queued",
        conversation.organization_id,
        by=DEVICE,
        at=received_at,
        conversation_id=conversation.pk,
        ids=[row.pk],
        type=row.type,
    )
    apply_parked(row, received_at=received_at)


@transactional
def receive_echo_change(number: PhoneNumber, change: EchoChange, *, received_at: datetime) -> None:
    """The business edited or deleted one of its own messages on the phone."""
    target = Message.objects.filter(phone_number=number, wamid=change.change.original).first()
    if target is not None:
        apply_change(target, change.change, at=min(change.at or received_at, received_at))
