"""Reactions of customers: the last one counts, an empty one takes it back."""

from __future__ import annotations

from inbox.actions.answering import answer_unless_written
from inbox.actions.arrivals import Arrival
from inbox.actions.changes import announce_change
from inbox.actions.contacts import person_behind
from inbox.actions.identities import tell_changes_since
from inbox.actions.threads import thread_of
from inbox.actions.waiting import count_as_unread
from inbox.models import Conversation, Message
from inbox.models import Reaction as ReactionRow
from inbox.other_ids import known_otherwise
from whatsapp.ids import shared_name
from whatsapp.inbound import Reaction


def receive_reaction(arrival: Arrival, reaction: Reaction) -> None:
    """Keeps it; one whose message is not here yet waits for it (G10). Opens no window.

    The first to a message of ours is something unread: often it is the answer. Another emoji, or
    taking it back, is not unread again, so that any order of the same reactions counts the same.
    """
    number, message, told_at = arrival.number, arrival.message, arrival.told_at
    contact, identity = person_behind(number.organization_id, message.user, at=told_at)
    group = message.group_id or ""
    conversation = thread_of(number, contact, identity, at=arrival.at, group_id=group)
    if answer_unless_written(conversation, identity, at=told_at):
        conversation.save(update_fields=["identity", "identity_at"])
    tell_changes_since(conversation, identity, written_at=told_at, at=arrival.received_at)
    emoji = (reaction.emoji or "")[:32]
    who = (message.user.wa_id or message.user.bsuid or "")[:160] if group else ""
    target = Message.objects.filter(phone_number=number, wamid=reaction.target).first()
    target = target or _known_otherwise(conversation, reaction.target)
    name = (target.wamid or "") if target else shared_name(reaction.target)
    before = ReactionRow.objects.filter(
        conversation=conversation, target_wamid=name, by="contact", who=who
    ).first()
    if before is not None and (
        before.at > told_at or (before.at, before.emoji) == (told_at, emoji)
    ):
        return  # of two in one second the later to come is shown
    row, is_first = ReactionRow.objects.update_or_create(
        conversation=conversation,
        target_wamid=name,
        by="contact",
        who=who,
        defaults={"message": target, "emoji": emoji, "at": told_at},
    )
    if target is not None:
        if is_first:
            count_as_unread(row, target)
        announce_change(target, at=told_at, what="reaction")


def _known_otherwise(conversation: Conversation, wamid: str) -> Message | None:
    named = (conversation.pk, wamid)
    return known_otherwise([named]).get(named)
