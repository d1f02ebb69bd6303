"""What waits in a thread for its time: told to who looks, and settled when the thread is closed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce
from accounts.refusals import Refused
from inbox.actions.status_news import announce_status
from inbox.message_status import Status
from inbox.models import Conversation, Message
from webhooks.worker import wake

PENDING = (Status.SCHEDULED, Status.HELD)


def persons_pending(conversation: Conversation) -> QuerySet[Message]:
    """What people have scheduled in this thread, or were asked about, oldest first."""
    rows = Message.objects.filter(
        conversation=conversation, sender_type="agent", status__in=PENDING
    )
    return rows.order_by("scheduled_at", "id")


def settle_pending(
    conversation: Conversation, *, keep: bool | None, by: Actor, at: datetime
) -> None:
    """Before a thread is closed or given back: what people scheduled stays only when confirmed.

    The conversation is locked. keep: None asks. Refuses: SCHEDULED_PENDING (data: count).
    """
    rows = list(persons_pending(conversation))
    if not rows or keep:
        return
    if keep is None:
        raise Refused(
            "SCHEDULED_PENDING",
            _("Messages are scheduled here. Keep them, or cancel them?"),
            count=len(rows),
        )
    for row in rows:
        Message.objects.filter(pk=row.pk).update(status=Status.CANCELLED)
        announce_status(row, Status.CANCELLED, by=by, at=at)


def announce_waiting(message: Message, *, by: Actor, at: datetime) -> None:
    """Says that the list of what waits in this thread has changed."""
    announce(
        "message.scheduled",
        message.organization_id,
        by=by,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        status=message.status,
    )
    transaction.on_commit(lambda: wake("schedule"), robust=True)
