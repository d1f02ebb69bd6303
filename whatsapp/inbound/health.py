"""Webhooks about templates, numbers and accounts rather than about people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class TemplateUpdate:
    """Something changed about a template.

    change: status, quality, category, category_announced or components. `components` is a hint:
        fetch the template again.
    template_id: a string, though Meta writes a number. language: "en_US", never "en-US".
    event: for change "status" (APPROVED, REJECTED, PAUSED, …). reason is None for Meta's NONE.
    new_category: for "category_announced" the category that will hold from `category_at`.
    """

    change: str
    template_id: str
    name: str | None
    language: str | None
    event: str | None = None
    category: str | None = None
    reason: str | None = None
    explanation: str | None = None
    recommendation: str | None = None
    pause_title: str | None = None
    pause_description: str | None = None
    disable_date: str | None = None
    previous_quality: str | None = None
    new_quality: str | None = None
    previous_category: str | None = None
    new_category: str | None = None
    category_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NumberUpdate:
    """Something changed about a business number: find it by its WABA and display number.

    change: quality, name or security.
    event: quality (THROUGHPUT_UPGRADE, …) and security (PIN_CHANGED, …); decision: name.
    """

    change: str
    display_phone_number: str | None
    event: str | None = None
    messaging_limit: str | None = None
    decision: str | None = None
    requested_name: str | None = None
    rejection_reason: str | None = None
    requester: str | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """One thing Meta forbids an account for a while."""

    type: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Alert:
    """A notice of Meta; show unknown types as text."""

    entity_type: str | None
    entity_id: str | None
    severity: str | None
    status: str | None
    type: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class AccountUpdate:
    """Something changed about an account, a portfolio or a flow.

    change: account, alert, review, capability or flow.
    event: for "account" and "flow" (ACCOUNT_RESTRICTION, DISABLED_UPDATE, …).
    ban_date: free text, not to be parsed. details: the whole value, for display.
    """

    change: str
    event: str | None = None
    restrictions: tuple[Restriction, ...] = ()
    violation_type: str | None = None
    ban_state: str | None = None
    ban_date: str | None = None
    disconnection_reason: str | None = None
    disconnected_by: str | None = None
    alert: Alert | None = None
    decision: str | None = None
    messaging_limit: str | None = None
    max_phone_numbers: int | None = None
    details: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
