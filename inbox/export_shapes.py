"""Rows as the JSON of a person's export: every column that is about them, under its own name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from accounts.models import Event
from inbox.models import (
    CallStep,
    Contact,
    Conversation,
    Draft,
    Identity,
    Media,
    Message,
    Note,
    Reaction,
    Suggestion,
)

CONTACT = (
    *("id", "name", "profile_name", "username", "phone", "language", "opted_out_at", "blocked_at"),
    *("merged_into_id", "created_at", "updated_at"),
)
IDENTITY = ("kind", "value", "contact_id", "created_at")
CONVERSATION = (
    *("id", "contact_id", "status", "snoozed_until", "mode", "handoff_state", "handoff_reasons"),
    *("return_note", "window_opened_at", "free_entry_point_expires_at", "message_count"),
    *("inbound_count", "last_activity_at", "created_at"),
)
MESSAGE = (
    *("id", "wamid", "direction", "type", "status", "sender_type", "sender_name", "content"),
    *("details", "raw", "template_name", "template_language", "template_category"),
    *("reply_to_id", "reply_to_wamid", "forwarded", "reference", "retry_of_id", "failure"),
    *("pricing", "at", "arrived_late", "meta_timestamp", "created_at", "accepted_at", "sent_at"),
    *("delivered_at", "read_at", "played_at", "failed_at", "edited_at", "deleted_at"),
)
STATUS = ("status", "participant", "at", "error")
REACTION = ("target_wamid", "by", "emoji", "at")
MEDIA = ("id", "kind", "mime_type", "size", "sha256", "filename", "voice", "animated", "state")
EVENT = ("seq", "kind", "at", "actor_type", "actor_name", "data")
DRAFT = ("text", "updated_at")
WAITING = ("scheduled_at", "plan", "hold", "undo", "payload")
CALL = ("call_id", "event")
NOTE = ("author_name", "body", "created_at")
SUGGESTION = ("text", "reason", "created_at", "dismissed_at")


def columns(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """These columns of a row."""
    return {name: getattr(row, name) for name in names}


def person_out(contacts: list[Contact], identities: Iterable[Identity]) -> dict[str, Any]:
    """The contacts that are this person, the one that stands for it first, and their addresses."""
    return {
        "contacts": [columns(one, CONTACT) for one in contacts],
        "identities": [columns(one, IDENTITY) for one in identities],
    }


def conversation_out(thread: Conversation, file: str) -> dict[str, Any]:
    """A conversation. file: where in the archive its messages are."""
    identity = columns(thread.identity, ("kind", "value")) if thread.identity else None
    return columns(thread, CONVERSATION) | {
        "business_number": thread.phone_number.display_phone_number,
        "answers": identity,
        "messages": file,
    }


def message_out(message: Message, file: str | None) -> dict[str, Any]:
    """A message with its statuses, reactions and file. `details.versions` are earlier texts."""
    media = getattr(message, "media", None)
    return columns(message, MESSAGE) | {
        "statuses": [columns(one, STATUS) for one in message.status_events.all()],
        "reactions": [columns(one, REACTION) for one in message.reactions.all()],
        "media": columns(media, MEDIA) | {"file": file} if media else None,
    }


def rest_out(
    reactions: Iterable[Reaction],
    notes: Iterable[Note],
    suggestions: Iterable[Suggestion],
    drafts: Iterable[Draft],
    waiting: Iterable[Message],
    files: Iterable[Media],
    calls: Iterable[CallStep],
    events: Iterable[Event],
) -> dict[str, Any]:
    """What a conversation has besides messages."""
    return {
        "reactions_to_unknown_messages": [columns(one, REACTION) for one in reactions],
        "notes": [columns(one, NOTE) for one in notes],
        "suggestions": [columns(one, SUGGESTION) for one in suggestions],
        "drafts": [columns(one, DRAFT) | {"by": one.person.name} for one in drafts],
        "not_sent": [columns(one, MESSAGE + WAITING) for one in waiting],
        "files_not_sent": [columns(one, MEDIA) for one in files],
        "calls": [columns(one, CALL) for one in calls],
        "events": [columns(one, EVENT) for one in events],
    }
