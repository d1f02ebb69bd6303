"""What the pane of the list shows: its rows, its views, and what is personal in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from inbox.shapes import Chip, LabelChip, Tick, WindowChip

MOST_SHOWN: Final = 999
"""Conversations of a view whose number a page shows; of more it says "999+"."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list. Unread mark and own draft are personal: not in here."""

    id: UUID
    order: str  # fixed length; the list is sorted by it, descending
    name: str
    initials: str
    number: str  # which business number, "" when there is one only
    preview: str
    preview_icon: str  # of the kind (image, voice, …) or ""
    direction: str  # inbound, outbound, ""
    tick: Tick | None
    at: datetime | None
    time: str  # "10:42", "Yesterday", "12 Nov"
    exact_time: str
    window: WindowChip
    owner: Chip
    ai: bool
    status: str  # open, pending_customer, snoozed, closed
    snooze: Chip | None = None  # until when, or that it is back
    labels: tuple[LabelChip, ...] = ()  # two at most
    more_labels: int = 0  # besides those
    hit: tuple[tuple[str, bool], ...] = ()  # found by a search: (text, is a match)

    @property
    def dom_id(self) -> str:
        return f"row-{self.id}"

    @property
    def shows_window(self) -> bool:
        """Two chips are enough: beside the one of a snooze it stands where it is urgent."""
        return self.snooze is None or (self.status != "snoozed" and self.window.tone == "bad")


@dataclass(frozen=True, slots=True)
class ViewTab:
    """One view of the list with its live count. key: open, mine, waiting, unassigned, ai, …

    count: exact up to `MOST_SHOWN`; more stands for any larger number.
    """

    key: str
    label: str
    icon: str
    count: int
    href: str
    current: bool

    @property
    def shown(self) -> str:
        """The count as people read it: 0 to 999, then "999+"."""
        return f"{MOST_SHOWN}+" if self.count > MOST_SHOWN else str(self.count)


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list pane. unread: conversation id -> this person's unread count (personal).

    unread_total: unread conversations, for the title; exact below 100.
    """

    rows: tuple[Row, ...]
    tabs: tuple[ViewTab, ...]
    view: str
    title: str
    search: str
    next_cursor: str
    seq: int
    unread: dict[UUID, int] = field(default_factory=dict)
    unread_total: int = 0
    empty_title: str = ""
    empty_hint: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is personal on the list page, and which rows enter or leave its view.

    unread: every shown row's count, zeros too (a zero clears the mark). entered: rows the page
    does not have yet. left: rows it has that no longer belong. total: for the title.
    """

    unread: tuple[tuple[UUID, int], ...]
    entered: tuple[Row, ...]
    left: tuple[UUID, ...]
    tabs: tuple[ViewTab, ...]
    total: int
    seq: int
