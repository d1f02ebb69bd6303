"""What the inbox does when something happens to people."""

from __future__ import annotations

from accounts.events import Announcement
from inbox.actions.ownership import release
from inbox.person_facts import assigned_to


def person_deactivated(event: Announcement) -> None:
    """Lets go of the conversations of somebody who leaves, where the admin wants it so."""
    if not event.data.get("let_go"):
        return
    (person_id,) = event.ids
    for conversation_id in assigned_to(person_id).order_by("pk").values_list("pk", flat=True):
        release(conversation_id, by=event.by, at=event.at)
