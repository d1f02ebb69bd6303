"""What came before its message waits, and finds it when that has its wamid (G8, G10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import CONTACT
from accounts.events import announce
from inbox.actions.changes import announce_change, edit, revoke
from inbox.actions.reactions import count_as_unread
from inbox.models import Message, Reaction


def find_their_message(rows: Sequence[Message], *, at: datetime) -> None:
    """Reactions, quotes, edits and deletions that waited for these messages take their places.

    rows: stored, each with its wamid. Two queries for any number of them where nothing waits.
    """
    by_wamid = {row.wamid: row for row in rows if row.wamid}
    if not by_wamid:
        return
    _reactions(by_wamid, at=at)
    numbers = {row.phone_number_id for row in rows}
    naming = Message.objects.filter(
        phone_number__in=numbers, reply_to_wamid__in=list(by_wamid), reply_to=None
    )
    for one in naming.order_by("at", "id"):
        target = by_wamid[one.reply_to_wamid]
        if target.phone_number_id != one.phone_number_id or target.pk == one.pk:
            continue
        if one.type in ("edit", "revoke"):
            _change(one, target, at=at)
        elif target.conversation_id == one.conversation_id:
            Message.objects.filter(pk=one.pk).update(reply_to=target)
            announce_change(one, at=at, what="quote")


def _reactions(by_wamid: dict[str, Message], *, at: datetime) -> None:
    threads = {row.conversation_id for row in by_wamid.values()}
    early = Reaction.objects.filter(
        conversation__in=threads, target_wamid__in=list(by_wamid), message=None
    )
    for reaction in list(early):
        target = by_wamid[reaction.target_wamid]
        Reaction.objects.filter(pk=reaction.pk).update(message=target)
        count_as_unread(reaction, target)
        announce_change(target, at=at, what="reaction")


def _change(line: Message, target: Message, *, at: datetime) -> None:
    """The neutral line goes: what it stood for shows on the message itself."""
    told_at = min(line.meta_timestamp or line.created_at, line.created_at)
    if line.type == "revoke":
        revoke(target, at=told_at)
    else:
        edit(target, line.content.get("body"), at=told_at)
    gone = line.pk
    line.delete()
    announce(
        "message.removed",
        target.organization_id,
        by=CONTACT,
        at=at,
        conversation_id=line.conversation_id,
        ids=[gone],
    )
