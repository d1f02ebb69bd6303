"""Reactions of customers: the last one counts, an empty one takes it back."""

from __future__ import annotations

from inbox.actions.arrivals import Arrival
from inbox.actions.changes import announce_change
from inbox.actions.contacts import person_behind
from inbox.actions.threads import thread_of
from inbox.models import Message
from inbox.models import Reaction as ReactionRow
from whatsapp.inbound import Reaction


def receive_reaction(arrival: Arrival, reaction: Reaction) -> None:
    """Keeps it; one whose message is not here yet waits for it (G10). Opens no window."""
    number, message, told_at = arrival.number, arrival.message, arrival.told_at
    contact, identity = person_behind(number.organization_id, message.user)
    group = message.group_id or ""
    conversation = thread_of(number, contact, identity, at=arrival.at, group_id=group)
    emoji = (reaction.emoji or "")[:32]
    before = ReactionRow.objects.filter(
        conversation=conversation, target_wamid=reaction.target, by="contact"
    ).first()
    if before is not None and (
        before.at > told_at or (before.at, before.emoji) == (told_at, emoji)
    ):
        return  # of two in one second the later to come is shown
    target = Message.objects.filter(phone_number=number, wamid=reaction.target).first()
    ReactionRow.objects.update_or_create(
        conversation=conversation,
        target_wamid=reaction.target,
        by="contact",
        defaults={"message": target, "emoji": emoji, "at": told_at},
    )
    if target is not None:
        announce_change(target, at=told_at, what="reaction")
