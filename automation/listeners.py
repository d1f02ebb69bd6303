"""What this app does when something happened below, inside the same transaction."""

from __future__ import annotations

from accounts.events import Announcement
from automation.actions.turns import end_live, line_arrived
from automation.models import TurnState
from inbox.models import Conversation, Message
from inbox.ownership import Mode


def message_received(event: Announcement) -> None:
    """A customer's line may be the assistant's to answer."""
    if event.data.get("mode") != Mode.AI or event.data.get("replayed"):
        return  # no query for what people have anyway, no answer to old news
    if event.conversation_id is None:
        raise RuntimeError("a message outside of any conversation")
    conversation = Conversation.objects.select_related("phone_number").get(pk=event.conversation_id)
    line_arrived(conversation, Message.objects.get(pk=event.ids[0]), at=event.at)


def owner_changed(event: Announcement) -> None:
    """The baton has passed: whatever the assistant was working on is over."""
    if event.conversation_id is not None and event.by.type != "ai":
        end_live(event.conversation_id, TurnState.SUPERSEDED, "owner_changed", at=event.at)


def conversation_joined(event: Announcement) -> None:
    """A line that another thread's assistant was to answer may be ours to answer here."""
    if event.data.get("replayed") or event.conversation_id is None or len(event.ids) < 2:
        return
    conversation = Conversation.objects.select_related("phone_number").get(pk=event.conversation_id)
    message = Message.objects.get(pk=event.ids[1])
    answered = Message.objects.filter(
        conversation=conversation, direction="outbound", at__gte=message.at
    )
    if conversation.mode == Mode.AI and not answered.exists():
        line_arrived(conversation, message, at=event.at)
