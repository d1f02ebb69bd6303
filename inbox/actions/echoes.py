"""What was typed on the business phone: a message of ours, and a takeover from the assistant."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import DEVICE
from accounts.events import announce, transactional
from accounts.ids import new_id
from accounts.models import Event, PhoneNumber
from inbox import frozen, ownership
from inbox.actions.answering import answer_unless_written
from inbox.actions.arrivals import END_OF_SECOND
from inbox.actions.changes import announce_change, apply_change
from inbox.actions.contacts import person_behind
from inbox.actions.filing import keep_files
from inbox.actions.identities import tell_changes_since
from inbox.actions.meant import target_of
from inbox.actions.ownership import change_owner
from inbox.actions.quoting import link_quotes
from inbox.actions.statuses import apply_parked
from inbox.actions.threads import show_newest, thread_of
from inbox.message_status import RANKS, Status
from inbox.models import Conversation, Message
from whatsapp.ids import shared_name
from whatsapp.inbound import Context, Echo, EchoChange, Edit


@transactional
def receive_echo(
    number: PhoneNumber, echo: Echo, *, received_at: datetime, takes_over: bool = True
) -> None:
    """Stores it once, with sender `device`. It opens no window; it ends the assistant's turn."""
    message = echo.message
    if Message.objects.filter(phone_number=number, wamid=message.wamid).exists():
        return
    at = min(message.at or received_at, received_at)
    contact, identity = person_behind(number.organization_id, echo.to, at=at)
    conversation = thread_of(number, contact, identity, at=at)
    answer_unless_written(conversation, identity, at=at)
    tell_changes_since(conversation, identity, written_at=at, at=received_at)
    row = _row(
        conversation, message.kind, wamid=message.wamid, said=message.at, received_at=received_at
    )
    row.content = frozen.content_of(message)
    row.details = frozen.details_of(message)
    row.raw = frozen.raw_of(message)
    _quote(row, message.context)
    row.save(force_insert=True)
    keep_files([(row, message)])
    if takes_over and _takes_over(conversation, typed_at=at):
        now = ownership.taken_over_by_phone(conversation.ownership)
        change_owner(conversation, now, by=DEVICE, at=received_at, reason="phone_reply")
    conversation.message_count += 1
    conversation.last_outbound_at = at
    show_newest(conversation, row, preview=frozen.preview_of(message))
    conversation.save()
    _announce(row, received_at=received_at)
    apply_parked([row], received_at=received_at)


def _takes_over(conversation: Conversation, *, typed_at: datetime) -> bool:
    """Whether the phone has the thread by this: what was typed before the newest handover has not.

    Somebody gave the thread back to the assistant, or a person was asked for, after this was typed:
    that stands, though it was heard of first.
    """
    if conversation.ownership.state not in ownership.TAKEN_OVER_BY_ANSWERING:
        return False
    changes = Event.objects.filter(
        conversation=conversation.pk, kind="conversation.owner_changed"
    ).order_by("-seq")
    changed_at = changes.values_list("at", flat=True).first()
    return changed_at is None or changed_at <= typed_at + END_OF_SECOND


def _quote(row: Message, context: Context | None) -> None:
    """What it answers; a target that is not here is linked when it comes."""
    if context is None:
        return
    row.forwarded = context.forwarded or context.frequently_forwarded
    row.reply_to_wamid = context.wamid or ""
    link_quotes([row])


def _row(
    conversation: Conversation,
    kind: str,
    *,
    wamid: str,
    said: datetime | None,
    received_at: datetime,
) -> Message:
    at = min(said or received_at, received_at)
    return Message(
        id=new_id(),
        organization_id=conversation.organization_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        wamid=wamid,
        direction="outbound",
        type=kind[:16],
        status=Status.SENT,
        status_rank=RANKS[Status.SENT],
        sender_type="device",
        at=at,
        meta_timestamp=said,
        created_at=received_at,
        accepted_at=at,
        sent_at=at,
    )


@transactional
def receive_echo_change(number: PhoneNumber, change: EchoChange, *, received_at: datetime) -> None:
    """The business edited or deleted one of its own messages on the phone.

    Where that message is not here, a neutral line stands for the change until it comes.
    """
    target = target_of(number, change.change.original, user=change.to)
    if target is not None:
        apply_change(target, change.change, at=min(change.at or received_at, received_at))
    elif not Message.objects.filter(phone_number=number, wamid=change.wamid).exists():
        _keep_change(number, change, received_at=received_at)


def _keep_change(number: PhoneNumber, change: EchoChange, *, received_at: datetime) -> None:
    at = min(change.at or received_at, received_at)
    contact, identity = person_behind(number.organization_id, change.to, at=at)
    conversation = thread_of(number, contact, identity, at=at)
    if answer_unless_written(conversation, identity, at=at):
        conversation.save(update_fields=["identity", "identity_at"])
    kind = "edit" if isinstance(change.change, Edit) else "revoke"
    row = _row(conversation, kind, wamid=change.wamid, said=change.at, received_at=received_at)
    text = change.change.text if isinstance(change.change, Edit) else None
    row.content = {"header": None, "media": None, "body": text, "footer": None, "buttons": []}
    row.details = {kind: {"original": change.change.original}}
    row.reply_to_wamid = shared_name(change.change.original)
    row.save(force_insert=True)
    announce_change(row, at=received_at, what="line")


def _announce(row: Message, *, received_at: datetime) -> None:
    announce(
        "message.queued",
        row.organization_id,
        by=DEVICE,
        at=received_at,
        conversation_id=row.conversation_id,
        ids=[row.pk],
        type=row.type,
    )
