"""That a message of ours has another status, said to whoever shows it or waits for it."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import Actor
from accounts.events import announce
from inbox.models import Message


def announce_status(message: Message, status: str, *, by: Actor, at: datetime) -> None:
    """Says that a message has this status now. Inside the action that gives it."""
    announce(
        "message.status",
        message.organization_id,
        by=by,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        status=str(status),
    )
