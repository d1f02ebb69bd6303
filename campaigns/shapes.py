"""What pages and API show of campaigns: values, out of the reach of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from campaigns.status import RecipientStatus, Status


@dataclass(frozen=True, slots=True)
class Counts:
    """Recipients by their status; all but `recipients` and `replied` add up to `recipients`.

    queued: in the outbox or on the way. replied: those who wrote after they got it, whatever its
    status. gone: their message was erased, or is older than messages are kept.
    """

    recipients: int = 0
    pending: int = 0
    queued: int = 0
    skipped: int = 0
    accepted: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    replied: int = 0
    failed: int = 0
    unconfirmed: int = 0
    cancelled: int = 0
    gone: int = 0

    @property
    def done(self) -> int:
        """Those for whom nothing is to come any more, or at least nothing of ours."""
        return self.recipients - self.pending - self.queued

    @property
    def reached(self) -> int:
        """Those whose phone has it."""
        return self.delivered + self.read


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign with its counts. retryable is only counted where one is shown alone."""

    id: UUID
    organization_id: UUID
    name: str
    hidden: bool
    status: Status
    template_id: UUID | None
    template_name: str
    template_language: str
    phone_number_id: UUID
    phone_number: str
    phone_number_label: str
    variables: Mapping[str, Any]
    variables_map: Mapping[str, str]
    segment: Mapping[str, Any] | None
    counts: Counts
    pause_code: str
    pause_reason: str
    per_second: int | None
    quiet_from: time | None
    quiet_until: time | None
    scheduled_at: datetime | None
    launched_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    created_by: str
    retryable: int = 0


@dataclass(frozen=True, slots=True)
class RecipientView:
    """One recipient. code, reason: why they were skipped or it failed, a sentence; "" otherwise.

    at: when their status came about, as far as that is known.
    """

    id: UUID
    to: str
    name: str
    status: RecipientStatus
    replied: bool
    code: str
    reason: str
    reference: str
    variables: Mapping[str, Any]
    contact_id: UUID | None
    conversation_id: UUID | None
    message_id: UUID | None
    at: datetime | None
