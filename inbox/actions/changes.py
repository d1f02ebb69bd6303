"""Edits and deletions: the bubble shows the newest, what it said before is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.actors import CONTACT
from accounts.events import announce
from inbox.actions.threads import preview_line
from inbox.models import Conversation, Message
from whatsapp.inbound import Edit, Revoke


def apply_change(target: Message, change: Edit | Revoke, *, at: datetime) -> None:
    """What Meta says of a message that is here. at: Meta's time, the same for every copy."""
    if isinstance(change, Revoke):
        revoke(target, at=at)
    else:
        edit(target, change.text, at=at)


def revoke(target: Message, *, at: datetime) -> None:
    """Leaves a tombstone; the text is kept."""
    if Message.objects.filter(pk=target.pk, deleted_at=None).update(deleted_at=at):
        _show_in_list(target, "")
        announce_change(target, at=at, what="deleted")


def edit(target: Message, text: str | None, *, at: datetime) -> None:
    """Makes this the text that shows, or one of the versions before it.

    The same set of edits ends the same in any order; a second copy changes nothing (G3, G10).
    """
    row = Message.objects.select_for_update(of=("self",)).get(pk=target.pk)
    edits, fresh = _edits(row), {"body": text, "at": at.isoformat()}
    if fresh in edits:
        return
    edits = sorted([*edits, fresh], key=lambda one: datetime.fromisoformat(one["at"]))
    Message.objects.filter(pk=row.pk).update(
        edited_at=datetime.fromisoformat(edits[-1]["at"]),
        content=row.content | {"body": edits[-1]["body"]},
        details=row.details | {"versions": [_original(row), *edits[:-1]]},
    )
    if row.deleted_at is None:
        _show_in_list(row, edits[-1]["body"] or "")
    announce_change(row, at=at, what="edited")


def _show_in_list(row: Message, text: str) -> None:
    """The list repeats the newest message of a thread; where it is this one, it follows."""
    Conversation.objects.filter(pk=row.conversation_id, last_message_id=row.pk).update(
        last_message_preview=preview_line(text)
    )


def _original(row: Message) -> dict[str, Any]:
    versions = row.details.get("versions")
    if versions:
        return dict(versions[0])
    return {"body": row.content.get("body"), "at": row.at.isoformat()}


def _edits(row: Message) -> list[dict[str, Any]]:
    """Every edit so far, oldest first; the one that shows is the last."""
    if row.edited_at is None:
        return []
    shown = {"body": row.content.get("body"), "at": row.edited_at.isoformat()}
    return [*row.details.get("versions", [])[1:], shown]


def announce_change(message: Message, *, at: datetime, what: str) -> None:
    """Says that a bubble looks different now.

    what: reaction, edited, deleted, media, quote; line: one that stands for an unknown message.
    """
    announce(
        "message.changed",
        message.organization_id,
        by=CONTACT,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        what=what,
    )
