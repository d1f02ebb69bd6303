"""Conversations and messages as callers see them. Every field is always there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from accounts.api.shapes import BotName, NumberName


class Named(BaseModel):
    """Somebody or something with a name."""

    id: UUID
    name: str


class HandoffOut(BaseModel):
    """How far the baton has passed."""

    state: str
    reason: str | None
    reasons: list[str]
    requested_at: datetime | None
    requested_by: str | None
    assigned_to: str | None
    assigned_at: datetime | None
    returned_at: datetime | None
    packet_id: UUID | None


class ContactName(BaseModel):
    """The customer, in a conversation."""

    id: UUID
    name: str | None
    profile_name: str | None
    phone: str | None
    bsuid: str | None
    username: str | None
    opted_out: bool
    blocked: bool


class IdentityOut(BaseModel):
    """The address that is answered."""

    kind: str
    value: str


class WindowOut(BaseModel):
    """The customer service window."""

    state: str
    opened_at: datetime | None
    expires_at: datetime | None
    seconds_left: int
    free_entry_point: dict[str, datetime] | None


class LastMessage(BaseModel):
    """The newest message in one line."""

    id: UUID
    preview: str
    direction: str
    type: str
    at: datetime


class ConversationOut(BaseModel):
    """A conversation."""

    id: UUID
    organization_id: UUID
    status: str
    legacy_status: str
    snoozed_until: datetime | None
    mode: str
    owner_epoch: int
    handoff: HandoffOut
    bot: BotName | None
    assignee: Named | None
    team: Named | None
    priority: str
    tags: list[str]
    contact: ContactName | None
    identity: IdentityOut | None
    phone_number: NumberName
    window: WindowOut
    session_expires_at: datetime | None
    last_message: LastMessage | None
    last_inbound_id: UUID | None
    last_inbound_at: datetime | None
    last_outbound_at: datetime | None
    message_count: int
    unread_count: int
    ai_summary: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class SenderOut(BaseModel):
    """Who wrote."""

    type: str
    id: UUID | None
    name: str | None


class ReplyTo(BaseModel):
    """The quoted message; id is null when we do not have it."""

    id: UUID | None
    wamid: str | None
    preview: str | None


class TextOut(BaseModel):
    """A text."""

    body: str
    preview_url: bool


class MediaOut(BaseModel):
    """A file of a message."""

    id: UUID
    kind: str
    mime_type: str | None
    size: int | None
    sha256: str | None
    filename: str | None
    caption: str | None
    voice: bool
    animated: bool
    url: str | None
    state: str


class MediaFactsOut(BaseModel):
    """A file by itself. meta_media_id: Meta's, while Meta has it."""

    id: UUID
    media_id: UUID
    meta_media_id: str | None
    direction: str
    kind: str
    mime_type: str | None
    size: int | None
    sha256: str | None
    filename: str | None
    state: str
    url: str
    meta_expires_at: datetime | None
    message_id: UUID | None
    created_at: datetime


class TemplateName(BaseModel):
    """The template a message was made from."""

    name: str
    language: str
    category: str | None


class ReactionOut(BaseModel):
    """An emoji on a message."""

    emoji: str
    by: str
    at: datetime


class HoldOut(BaseModel):
    """Why a message waits."""

    code: str
    message: str
    until: datetime | None


class StatusOut(BaseModel):
    """One status that Meta reported."""

    status: str
    at: datetime
    error: dict[str, Any] | None


class MessageOut(BaseModel):
    """A message."""

    model_config = ConfigDict(populate_by_name=True)

    id: UUID
    conversation_id: UUID
    wamid: str | None
    direction: str
    type: str
    status: str
    sender: SenderOut
    from_: str | None = Field(alias="from")
    to: str | None
    reply_to: ReplyTo | None
    reference: str | None
    owner_epoch: int | None
    campaign_id: UUID | None
    retry_of: UUID | None
    retried_by: UUID | None
    text: TextOut | None
    media: MediaOut | None
    template: TemplateName | None
    interactive: dict[str, Any] | None
    button: dict[str, Any] | None
    location: dict[str, Any] | None
    contacts: list[Any] | None
    order: dict[str, Any] | None
    system: dict[str, Any] | None
    referral: dict[str, Any] | None
    forwarded: bool
    content: dict[str, Any]
    reactions: list[ReactionOut]
    edited: dict[str, Any] | None
    deleted: dict[str, Any] | None
    pricing: dict[str, Any] | None
    hold: HoldOut | None
    failure: dict[str, Any] | None
    scheduled_at: datetime | None
    valid_until: datetime | None
    accepted_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    played_at: datetime | None
    failed_at: datetime | None
    meta_timestamp: datetime | None
    created_at: datetime


class MessageWithStatuses(MessageOut):
    """A message with everything Meta reported about it."""

    statuses: list[StatusOut]


class ConversationWithMessages(ConversationOut):
    """A conversation with its latest messages."""

    messages: list[MessageOut]


class UnreadOut(BaseModel):
    """A conversation's read mark."""

    id: UUID
    unread_count: int


class ReadOut(BaseModel):
    """A message was marked as read."""

    id: UUID
    read: bool


class Skipped(BaseModel):
    """A message that was not marked."""

    id: UUID
    reason: str


class ManyReadOut(BaseModel):
    """Messages were marked as read."""

    read: int
    skipped: list[Skipped]
