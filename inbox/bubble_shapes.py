"""What stands in a thread: bubbles and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inbox.file_shapes import MediaView
from inbox.kind_shapes import NO_PARTS, Parts, ReactionView
from inbox.shapes import Tick


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message did not go, and what to do: sentence, next step, what may be pressed."""

    title: str
    sentence: str
    next_step: str
    can_retry: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that is answered. href leads to it; "" when we do not have it.

    icon: of its kind (image, mic, …) or "".
    """

    name: str
    text: str
    href: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One bubble. look: contact, agent, ai, device, api, campaign, system.

    parts: what only this kind has, ready to print. details: the same as it is kept.
    """

    id: UUID
    order: str  # fixed length; the log is sorted by it, ascending
    day: str  # "2026-11-20" in the viewer's zone: day lines are made from it
    day_label: str  # "Today", "Friday 20 November"
    kind: str
    look: str
    outbound: bool
    sender_name: str
    via: str  # "via API", "from the phone", "" …
    text: str
    header: str
    footer: str
    buttons: tuple[str, ...]
    template: str  # its name, or ""
    media: MediaView | None
    details: dict[str, Any]
    quote: Quote | None
    reactions: tuple[ReactionView, ...]
    forwarded: bool
    edited: bool
    deleted: bool
    arrived_late: bool
    placeholder: str  # the sentence for a kind we cannot show, or ""
    only_emoji: bool
    at: datetime
    time: str
    exact_time: str
    tick: Tick | None
    failure: Failure | None
    unconfirmed: bool
    conversation_id: UUID | None = None
    token: str = ""  # of the form that sent it: its own page puts it in place of the quick bubble
    parts: Parts = NO_PARTS
    hint: str = ""  # what may be done about a placeholder
    undo_until: datetime | None = None  # so long it can be taken back
    can_edit: bool = False  # in the queue, and nobody has claimed it

    @property
    def dom_id(self) -> str:
        return f"m-{self.id}"


@dataclass(frozen=True, slots=True)
class EventLine:
    """A change of owner, status or assignment, told in the thread; why: its reason or "".

    author: whose note for the team `text` is; "" of everything else.
    """

    id: UUID
    order: str
    day: str
    day_label: str
    text: str
    why: str
    icon: str
    at: datetime
    time: str
    conversation_id: UUID | None = None
    author: str = ""

    @property
    def dom_id(self) -> str:
        return f"e-{self.id}"

    @property
    def is_note(self) -> bool:
        return self.author != ""
