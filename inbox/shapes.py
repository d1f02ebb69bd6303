"""What templates get: frozen dataclasses, ready to print, without a way to the database.

A shape that is pushed to many viewers holds nothing personal; unread marks, drafts and "you" come
with the page and are kept by it (docs/decisions/0002).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Variant:
    """What one rendering of a fragment depends on, besides the data."""

    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A small label. tone: plain, good, warn, bad, idle, ai. icon: a name of the sprite or ""."""

    text: str
    tone: str = "plain"
    icon: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """The status of an outbound message: glyph, its words, and whether it is the accent colour.

    icon: clock, calendar-clock, pause-circle, help-circle, check-thin, check, check-check,
    check-check-read, play, alert-circle, slash-circle.
    """

    status: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class WindowChip:
    """The customer service window. `expires_at` ticks in the page; the text is right when rendered.

    state: never, open, closing, closed.
    """

    conversation_id: UUID
    state: str
    text: str
    tone: str
    expires_at: datetime | None

    @property
    def dom_id(self) -> str:
        return f"chip-window-{self.conversation_id}"


@dataclass(frozen=True, slots=True)
class LabelChip:
    """A label. colour: one of the eight hues. href: the list of the conversations that have it."""

    id: UUID
    name: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label in the settings, and how many conversations have it."""

    chip: LabelChip
    uses: int


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """A label that a conversation has or may get."""

    chip: LabelChip
    chosen: bool
