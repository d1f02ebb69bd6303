"""The rows of this app."""

from inbox.models.batches import BatchState, SendBatch
from inbox.models.canned import CannedReply
from inbox.models.contacts import Contact, Identity, MergeSuggestion
from inbox.models.conversations import CallStep, Conversation, Draft, ReadMark, Suggestion
from inbox.models.duties import (
    ContactImport,
    Erasure,
    ErasureStep,
    Export,
    ExportKind,
    ExportState,
    ImportFault,
    ImportState,
    Tombstone,
)
from inbox.models.labels import Colour, Label, Labelling
from inbox.models.media import Media, MediaState, MetaUpload, UploadState
from inbox.models.messages import Message, PendingStatus, Reaction, SendAttempt, StatusEvent
from inbox.models.notes import Note
from inbox.models.pacing import NumberPace

__all__ = [
    "BatchState",
    "CallStep",
    "CannedReply",
    "Colour",
    "Contact",
    "ContactImport",
    "Conversation",
    "Draft",
    "Erasure",
    "ErasureStep",
    "Export",
    "ExportKind",
    "ExportState",
    "Identity",
    "ImportFault",
    "ImportState",
    "Label",
    "Labelling",
    "Media",
    "MediaState",
    "MergeSuggestion",
    "Message",
    "MetaUpload",
    "Note",
    "NumberPace",
    "PendingStatus",
    "Reaction",
    "ReadMark",
    "SendAttempt",
    "SendBatch",
    "StatusEvent",
    "Suggestion",
    "Tombstone",
    "UploadState",
]
