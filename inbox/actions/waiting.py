"""What came before its message waits, and finds it when that has its wamid (G8, G10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from accounts.actors import CONTACT
from accounts.events import announce
from inbox.actions.changes import announce_change, edit, revoke
from inbox.actions.quoting import link
from inbox.models import Conversation, Message, Reaction
from inbox.other_ids import known_otherwise
from whatsapp.ids import shared_name


def find_their_message(rows: Sequence[Message], *, at: datetime) -> None:
    """Reactions, quotes, edits and deletions that waited for these messages take their places.

    rows: stored, each with its wamid. Two queries for any number of them where nothing waits.
    """
    by_name: dict[str, Message] = {}
    for row in rows:
        if row.wamid:
            by_name |= {shared_name(row.wamid): row, row.wamid: row}
    if not by_name:
        return
    _reactions(by_name, at=at)
    numbers = {row.phone_number_id for row in rows}
    naming = Message.objects.filter(
        phone_number__in=numbers, reply_to_wamid__in=list(by_name), reply_to=None
    )
    for one in naming.order_by("at", "id"):
        target = by_name[one.reply_to_wamid]
        if not _means(one, target) or target.pk == one.pk:
            continue
        if one.type in ("edit", "revoke"):
            _change(one, target, at=at)
        elif target.conversation_id == one.conversation_id:
            link(one, target)
            announce_change(one, at=at, what="quote")


def find_within(conversation: Conversation, *, at: datetime) -> None:
    """The same in a thread that another's messages, and what waited for some, have come into."""
    naming = Message.objects.filter(conversation=conversation, reply_to=None)
    names = set(naming.exclude(reply_to_wamid="").values_list("reply_to_wamid", flat=True))
    early = Reaction.objects.filter(conversation=conversation, message=None)
    names.update(early.values_list("target_wamid", flat=True))
    if not names:
        return
    found = list(Message.objects.filter(conversation=conversation, wamid__in=names))
    others = known_otherwise((conversation.pk, name) for name in names)
    find_their_message([*found, *others.values()], at=at)


def _means(one: Message, target: Message) -> bool:
    """A wamid is unique for a number, the name that several ids share for a thread."""
    if one.reply_to_wamid == target.wamid:
        return target.phone_number_id == one.phone_number_id
    return target.conversation_id == one.conversation_id


def _reactions(by_name: dict[str, Message], *, at: datetime) -> None:
    threads = {row.conversation_id for row in by_name.values()}
    early = Reaction.objects.filter(
        conversation__in=threads, target_wamid__in=list(by_name), message=None
    )
    for reaction in early.order_by("at", "pk"):
        target = by_name[reaction.target_wamid]
        if target.conversation_id != reaction.conversation_id:
            continue
        twin = _twin(reaction, target) if reaction.target_wamid != target.wamid else None
        if twin is not None:
            take_newer(twin, reaction)
            reaction.delete()
            if twin.message_id is not None:
                announce_change(target, at=at, what="reaction")
                continue  # it counted when it came
        row = twin or reaction
        Reaction.objects.filter(pk=row.pk).update(message=target, target_wamid=target.wamid or "")
        count_as_unread(row, target)
        announce_change(target, at=at, what="reaction")


def counts_as_unread(reaction: Reaction, target: Message) -> bool:
    """Whether it is the customer's, to a message of ours."""
    return target.direction == "outbound" and reaction.by == "contact"


def count_as_unread(reaction: Reaction, target: Message) -> None:
    """The customer's first reaction to this message; to one of their own it counts as nothing."""
    if counts_as_unread(reaction, target):
        Conversation.objects.filter(pk=reaction.conversation_id).update(
            inbound_count=F("inbound_count") + 1
        )


def _twin(reaction: Reaction, target: Message) -> Reaction | None:
    """The same side's reaction to this message, by another of its ids."""
    return Reaction.objects.filter(
        conversation=reaction.conversation_id,
        target_wamid=target.wamid or "",
        by=reaction.by,
        who=reaction.who,
    ).first()


def take_newer(kept: Reaction, other: Reaction) -> None:
    """Two rows of one side about one message become one, which shows the newer."""
    if other.at > kept.at:
        Reaction.objects.filter(pk=kept.pk).update(
            emoji=other.emoji, at=other.at, carrier=other.carrier_id
        )


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
