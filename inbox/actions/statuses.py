"""What Meta reports about our messages: every status kept, the display only climbing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.actors import CONTACT, SYSTEM
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from inbox import window
from inbox.actions.threads import locked
from inbox.failures import failure_of_webhook
from inbox.frozen import as_json
from inbox.message_status import RANKS, Status, rank
from inbox.models import Message, PendingStatus, Reaction, StatusEvent
from whatsapp.errors import Remedy, rule_for
from whatsapp.inbound import Status as Reported

TIMES = {
    Status.SENT: "sent_at",
    Status.DELIVERED: "delivered_at",
    Status.READ: "read_at",
    Status.PLAYED: "played_at",
    Status.FAILED: "failed_at",
}


@transactional
def apply_status(number: PhoneNumber, reported: Reported, *, received_at: datetime) -> None:
    """Applies one status, or parks it until its message has a row and a wamid (G7, G8).

    The message is found by wamid, else by our own id, which travels along as opaque data.
    """
    message = _find(number, reported)
    if message is None:
        # Once more under the lock: whoever stores this wamid now would not see what is parked.
        _lock_wamid(number.pk, reported.wamid)
        message = _find(number, reported)
    if message is None:
        _park(number, reported, received_at=received_at)
        return
    is_new = message.wamid is None
    if is_new:
        message.wamid = reported.wamid  # settles an unconfirmed one: Meta did take it
    _apply(message, reported, received_at=received_at)
    if is_new:
        apply_parked(message, received_at=received_at)


def _find(number: PhoneNumber, reported: Reported) -> Message | None:
    rows = Message.objects.select_for_update(of=("self",)).filter(phone_number=number)
    by_wamid = rows.filter(wamid=reported.wamid).first()
    if by_wamid is not None:
        return by_wamid
    ours = _our_id(reported.opaque)
    if ours is None:
        return None
    # Without a look at the wamid in the query: while the answer of the send is being written, this
    # waits for the row and then sees the wamid that the query above could not see.
    message = rows.filter(pk=ours, direction="outbound").first()
    return message if message is not None and message.wamid in (None, reported.wamid) else None


def _lock_wamid(number_id: UUID, wamid: str | None) -> None:
    """Makes parking a status and storing its wamid wait for each other; SQLite needs no lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{number_id}:{wamid}"]
            )


def _our_id(opaque: str | None) -> UUID | None:
    try:
        return UUID(opaque) if opaque else None
    except ValueError:
        return None


def _park(number: PhoneNumber, reported: Reported, *, received_at: datetime) -> None:
    PendingStatus.objects.bulk_create(
        [
            PendingStatus(
                phone_number=number,
                wamid=reported.wamid,
                status=reported.status[:32],
                participant=(reported.participant or "")[:160],
                at=reported.at or received_at,
                data=_data(reported),
            )
        ],
        ignore_conflicts=True,
    )


def _data(reported: Reported) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if reported.errors:
        data["error"] = as_json(reported.errors[0])
    if reported.pricing is not None:
        data["pricing"] = as_json(reported.pricing)
    if reported.conversation:
        data["conversation"] = reported.conversation
    if reported.free_entry_point_until is not None:
        data["free_entry_point_until"] = reported.free_entry_point_until.isoformat()
    return data


def _apply(message: Message, reported: Reported, *, received_at: datetime) -> None:
    at = reported.at or received_at
    record(
        message,
        status=reported.status[:32],
        at=at,
        participant=(reported.participant or "")[:160],
        data=_data(reported),
        received_at=received_at,
    )


def record(
    message: Message,
    *,
    status: str,
    at: datetime,
    participant: str,
    data: dict[str, Any],
    received_at: datetime,
) -> None:
    """Keeps the event, and moves a locked message up if this status ranks higher."""
    event = StatusEvent(
        message=message, status=status, participant=participant, at=at, error=data.get("error")
    )
    before = _shown(message)
    StatusEvent.objects.bulk_create([event], ignore_conflicts=True)
    _climb(message, status, at=at, data=data)
    message.save()
    if data.get("error"):
        _learn_from(message, data["error"], at=at)
    if data.get("free_entry_point_until"):
        _keep_free_entry_point(message, datetime.fromisoformat(data["free_entry_point_until"]))
    if _shown(message) != before:
        announce(
            "message.status",
            message.organization_id,
            by=SYSTEM,
            at=received_at,
            conversation_id=message.conversation_id,
            ids=[message.pk],
            status=message.status,
            before=before[0],
        )


def _shown(message: Message) -> tuple[Any, ...]:
    return (message.status, message.failure, message.wamid, message.read_at, message.played_at)


def _climb(message: Message, status: str, *, at: datetime, data: dict[str, Any]) -> None:
    if status in TIMES:
        name = TIMES[Status(status)]
        earlier = getattr(message, name)
        setattr(message, name, at if earlier is None else min(earlier, at))
    if data.get("pricing"):
        message.pricing = (message.pricing or {}) | data["pricing"]
    if data.get("conversation"):
        message.pricing = (message.pricing or {}) | {"conversation": data["conversation"]}
    if rank(status) > message.status_rank:
        message.status = status
        message.status_rank = rank(status)
        message.claim_token = None
        message.lease_until = None
        if message.accepted_at is None:
            message.accepted_at = at
    if data.get("error"):
        message.failure = failure_of_webhook(data["error"])
    if message.failure is not None and message.status_rank > RANKS[Status.FAILED]:
        message.failure = message.failure | {"late": True}


def _learn_from(message: Message, error: dict[str, Any], *, at: datetime) -> None:
    """131047: by Meta's clock the window is closed, whatever ours says."""
    if rule_for(int(error.get("code") or 0)).remedy is not Remedy.WINDOW:
        return
    close_window(message.conversation_id, at=at)


def _keep_free_entry_point(message: Message, until: datetime) -> None:
    """The free time after an ad. It is about costs: the window for free text stays what it is."""
    conversation = locked(message.conversation_id)
    if conversation.free_entry_point_expires_at != until:
        conversation.free_entry_point_expires_at = until
        conversation.save(update_fields=["free_entry_point_expires_at"])


def close_window(conversation_id: UUID, *, at: datetime) -> None:
    """Meta refused a free text for the window: ours closes too, and the page follows."""
    conversation = locked(conversation_id)
    closed = window.closed_at(at)
    opened = conversation.window_opened_at
    if opened is None or opened <= closed:
        return
    if opened > at:
        return  # the customer has written or called since
    conversation.window_opened_at = closed
    conversation.save(update_fields=["window_opened_at"])
    announce(
        "conversation.window_closed",
        conversation.organization_id,
        by=SYSTEM,
        at=at,
        conversation_id=conversation.pk,
    )


def apply_parked(message: Message, *, received_at: datetime) -> None:
    """Applies what came before this message had its wamid: statuses, and reactions to it.

    message: locked, or new. Call in the transaction that stores the wamid.
    """
    _lock_wamid(message.phone_number_id, message.wamid)
    parked = PendingStatus.objects.filter(
        phone_number_id=message.phone_number_id, wamid=message.wamid
    ).order_by("id")
    for one in list(parked):
        record(
            message,
            status=one.status,
            at=one.at,
            participant=one.participant,
            data=one.data,
            received_at=received_at,
        )
        one.delete()
    reactions = Reaction.objects.filter(
        conversation=message.conversation_id, target_wamid=message.wamid, message=None
    )
    if reactions.update(message=message):
        announce(
            "message.changed",
            message.organization_id,
            by=CONTACT,
            at=received_at,
            conversation_id=message.conversation_id,
            ids=[message.pk],
            what="reaction",
        )
