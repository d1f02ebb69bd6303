"""What the settings pages and the API get of this app: frozen, without a way to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """Counters of a number, told by the app that has them (`NUMBER_FACTS`)."""

    messages_sent: int = 0
    messages_received: int = 0
    last_message_at: datetime | None = None
    last_inbound_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NumberCard:
    """One business number on its settings page. tones: good, warn, bad, idle, plain.

    sentence: what its status means, and why it is paused. last_inbound: worded, "" when never.
    can_…: for who reads the page.
    """

    id: UUID
    name: str
    display_phone_number: str
    account: str
    status_label: str
    status_tone: str
    sentence: str
    quality_label: str
    quality_tone: str
    limit: str
    throughput: str
    assistant: str
    sandbox: bool
    last_inbound: str
    starts: str
    receipts_label: str
    is_set_up: bool
    can_manage: bool
    can_resume: bool
    can_pause: bool


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One API key in the list. state: live, expired, revoked."""

    id: UUID
    name: str
    prefix: str
    acts_as: str
    scopes: tuple[str, ...]
    has_secret: bool
    state: str
    state_label: str
    expires: str
    last_used: str
    created: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the organization. last_seen: worded, "" when never. is_reader: "you"."""

    id: UUID
    name: str
    email: str
    role: str
    role_label: str
    is_active: bool
    is_reader: bool
    last_seen: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something Meta said about an account or number, in Meta's words. until: as Meta wrote it."""

    at: str
    text: str
    tone: str
    until: str
