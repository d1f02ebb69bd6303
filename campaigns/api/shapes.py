"""What callers get of campaigns and broadcasts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from campaigns.actions.broadcasting import Outcome
from campaigns.actions.recipients import Added
from campaigns.shapes import CampaignView, RecipientView
from campaigns.status import RecipientStatus, Status


class CampaignTemplate(BaseModel):
    """The template by name; language is null until one is chosen."""

    name: str
    language: str | None


class CampaignNumber(BaseModel):
    """The number that sends."""

    id: UUID
    display_phone_number: str


class CampaignCounts(BaseModel):
    """Recipients by status; all but the first and `replied` add up to the first."""

    recipients: int
    pending: int
    queued: int
    skipped: int
    accepted: int
    sent: int
    delivered: int
    read: int
    replied: int
    failed: int
    unconfirmed: int
    cancelled: int
    gone: int


class CampaignOut(BaseModel):
    """A campaign. pause_code, pause_reason: why it stopped by itself."""

    id: UUID
    name: str
    status: Status
    hidden: bool
    template: CampaignTemplate | None
    phone_number: CampaignNumber
    variables: dict[str, Any]
    variables_map: dict[str, str]
    segment: dict[str, Any] | None
    per_second: int | None
    quiet_from: str | None
    quiet_until: str | None
    counts: CampaignCounts
    pause_code: str | None
    pause_reason: str | None
    scheduled_at: datetime | None
    launched_at: datetime | None
    finished_at: datetime | None
    created_at: datetime


class RecipientOut(BaseModel):
    """Somebody who gets it. code, reason: why they were skipped, or it failed."""

    id: UUID
    to: str
    name: str
    status: RecipientStatus
    replied: bool
    code: str | None
    reason: str | None
    reference: str | None
    variables: dict[str, Any]
    contact_id: UUID | None
    conversation_id: UUID | None
    message_id: UUID | None
    updated_at: datetime | None


class InvalidOut(BaseModel):
    """Somebody who cannot be found by what was given. index: from 0, in the order given."""

    to: str
    reason: str
    index: int


class AddedOut(BaseModel):
    """What became of recipients that were given."""

    added: int
    duplicates: int
    invalid: list[InvalidOut]


class DestinationOut(BaseModel):
    """What became of one destination; message: why it failed."""

    destination: str
    id: UUID | None
    status: Literal["accepted", "failed"]
    message: str | None


class BroadcastMeta(BaseModel):
    """The hidden campaign behind a broadcast, and its sums."""

    campaign_id: UUID
    accepted: int
    failed: int


class BroadcastOut(BaseModel):
    """The answer to a broadcast: one row per destination, in the order given."""

    data: list[DestinationOut]
    meta: BroadcastMeta


def campaign_out(view: CampaignView) -> CampaignOut:
    """One campaign."""
    template = CampaignTemplate(name=view.template_name, language=view.template_language or None)
    number = CampaignNumber(id=view.phone_number_id, display_phone_number=view.phone_number)
    return CampaignOut(
        id=view.id,
        name=view.name,
        status=view.status,
        hidden=view.hidden,
        template=template if view.template_name else None,
        phone_number=number,
        variables=dict(view.variables),
        variables_map=dict(view.variables_map),
        segment=dict(view.segment) if view.segment is not None else None,
        per_second=view.per_second,
        quiet_from=f"{view.quiet_from:%H:%M}" if view.quiet_from else None,
        quiet_until=f"{view.quiet_until:%H:%M}" if view.quiet_until else None,
        counts=CampaignCounts(**asdict(view.counts)),
        pause_code=view.pause_code or None,
        pause_reason=view.pause_reason or None,
        scheduled_at=view.scheduled_at,
        launched_at=view.launched_at,
        finished_at=view.finished_at,
        created_at=view.created_at,
    )


def recipient_out(view: RecipientView) -> RecipientOut:
    """One recipient."""
    return RecipientOut(
        id=view.id,
        to=view.to,
        name=view.name,
        status=view.status,
        replied=view.replied,
        code=view.code or None,
        reason=view.reason or None,
        reference=view.reference or None,
        variables=dict(view.variables),
        contact_id=view.contact_id,
        conversation_id=view.conversation_id,
        message_id=view.message_id,
        updated_at=view.at,
    )


def added_out(added: Added) -> AddedOut:
    """What became of those who were given."""
    invalid = [InvalidOut(to=one.to, reason=one.reason, index=one.place) for one in added.invalid]
    return AddedOut(added=added.added, duplicates=added.duplicates, invalid=invalid)


def destination_out(outcome: Outcome) -> DestinationOut:
    """One destination of a broadcast."""
    return DestinationOut(
        destination=outcome.destination,
        id=outcome.message_id,
        status="accepted" if outcome.refusal is None else "failed",
        message=None if outcome.refusal is None else outcome.refusal.message,
    )
