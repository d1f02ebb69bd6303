"""What is known of a person beside their thread, and who else they may be."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from inbox.file_shapes import Gallery
from inbox.shapes import Chip, LabelChip


@dataclass(frozen=True, slots=True)
class ThreadLink:
    """Another conversation of the same person."""

    id: UUID
    number: str  # the business number it is on
    answers: str  # the address it answers


@dataclass(frozen=True, slots=True)
class SameContact:
    """Another contact that is the same person. separate_id: whose merge ends when they part."""

    contact_id: UUID
    name: str
    address: str
    separate_id: UUID
    threads: tuple[ThreadLink, ...]


@dataclass(frozen=True, slots=True)
class MergeHint:
    """Somebody who may be the same person, and why Meta's identifiers say so."""

    suggestion_id: UUID
    contact_id: UUID
    name: str
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactPanel:
    """The pane on the right."""

    conversation_id: UUID
    contact_id: UUID | None
    name: str
    profile_name: str
    username: str
    phone: str
    initials: str
    identities: tuple[tuple[str, str], ...]  # (kind label, value)
    language: str
    consent: str
    facts: tuple[tuple[str, str], ...]  # (label, value): first seen, messages, business number …
    reasons: tuple[str, ...]  # why the baton passed
    own_name: str = ""  # what our people call them
    threads: tuple[ThreadLink, ...] = ()  # of this contact, on our other numbers
    same: tuple[SameContact, ...] = ()
    hints: tuple[MergeHint, ...] = ()
    gallery: Gallery | None = None
    labels: tuple[LabelChip, ...] = ()
    targets: tuple[Chip, ...] = ()  # what is due when, where there are targets
