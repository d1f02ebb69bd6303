"""The rows of this app."""

from inbox.models.contacts import Contact, Identity
from inbox.models.conversations import Conversation, Draft, ReadMark, Suggestion
from inbox.models.media import Media, MediaState
from inbox.models.messages import Message, PendingStatus, Reaction, StatusEvent

__all__ = [
    "Contact",
    "Conversation",
    "Draft",
    "Identity",
    "Media",
    "MediaState",
    "Message",
    "PendingStatus",
    "Reaction",
    "ReadMark",
    "StatusEvent",
    "Suggestion",
]
