"""The rows of this app."""

from inbox.models.contacts import Contact, Identity, MergeSuggestion
from inbox.models.conversations import CallStep, Conversation, Draft, ReadMark, Suggestion
from inbox.models.media import Media, MediaState
from inbox.models.messages import Message, PendingStatus, Reaction, SendAttempt, StatusEvent

__all__ = [
    "CallStep",
    "Contact",
    "Conversation",
    "Draft",
    "Identity",
    "Media",
    "MediaState",
    "MergeSuggestion",
    "Message",
    "PendingStatus",
    "Reaction",
    "ReadMark",
    "SendAttempt",
    "StatusEvent",
    "Suggestion",
]
