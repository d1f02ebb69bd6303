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
    """One API key in the list. state: live, soon (it ends within two weeks), expired, revoked.

    reaches: names of accounts and numbers it is bound to, none for all. rates: in words.
    """

    id: UUID
    name: str
    prefix: str
    acts_as: str
    scopes: tuple[str, ...]
    reaches: tuple[str, ...]
    rates: str
    is_test: bool
    has_secret: bool
    state: str
    state_label: str
    expires: str
    last_used: str
    created: str
    created_by: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the organization. last_seen: worded, "" when never. is_reader: "you".

    second_factor: an app or a passkey is set up. open_conversations: assigned to them.
    """

    id: UUID
    name: str
    email: str
    role: str
    role_label: str
    is_active: bool
    is_reader: bool
    last_seen: str
    teams: tuple[str, ...] = ()
    second_factor: bool = False
    open_conversations: int = 0


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One open invitation. until: worded. expired: its link is dead until it is sent again."""

    id: UUID
    email: str
    name: str
    role_label: str
    invited_by: str
    until: str
    expired: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team. members: the names of those who may log in. numbers: that name it as theirs."""

    id: UUID
    name: str
    members: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something Meta said about an account or number, in Meta's words. until: as Meta wrote it."""

    at: str
    text: str
    tone: str
    until: str
