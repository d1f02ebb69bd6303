"""What campaigns do when something happens to a message of theirs, in the same transaction."""

from __future__ import annotations

from uuid import UUID

from accounts.events import Announcement
from campaigns.actions.recipients import takes_the_place


def message_queued(event: Announcement) -> None:
    """Somebody sends a failed message again: from now on the new one says how it went."""
    if failed := event.data.get("retry_of"):
        takes_the_place(event.ids[0], of=UUID(failed))


def message_removed(event: Announcement) -> None:
    """And takes that back before it has left: the failed one counts again."""
    if failed := event.data.get("retry_of"):
        takes_the_place(UUID(failed), of=event.ids[0])
