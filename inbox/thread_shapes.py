"""What the pane of a thread shows: its head, its composer, the whole page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inbox.bubble_shapes import EventLine, MessageView
from inbox.file_shapes import AttachmentView
from inbox.person_shapes import ContactPanel
from inbox.shapes import Chip, WindowChip


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A refused text of the assistant, offered above the composer."""

    id: UUID
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A message that waits for its time, or, `held`, for a person. note: what else happens then."""

    id: UUID
    held: bool
    when: str  # "Tomorrow, 09:00"
    exact_time: str
    text: str
    why: str  # why a person is asked, or ""
    note: str
    sender_name: str
    is_text: bool


@dataclass(frozen=True, slots=True)
class ComposerState:
    """What the composer may do; the same for every viewer, pushed live.

    state: free (text may be sent), template (window closed or never open), locked (nothing may be
    sent: `sentence` says why). owner_state: ai, requested, queued, human, people.
    """

    conversation_id: UUID
    state: str
    sentence: str
    expires_at: datetime | None
    owner_state: str
    owner_name: str
    version: int
    contact_first_name: str
    can_take_over: bool
    can_give_back: bool
    assistant_sending: str  # the text that is on the wire just now, or ""
    suggestions: tuple[SuggestionView, ...] = ()
    waiting: tuple[WaitingView, ...] = ()

    @property
    def dom_id(self) -> str:
        return f"composer-state-{self.conversation_id}"


@dataclass(frozen=True, slots=True)
class Header:
    """The thread's head: who, on which number, whose turn, and what blocks sending."""

    conversation_id: UUID
    name: str
    initials: str
    address: str  # formatted number, or "no phone number"
    number: str
    window: WindowChip
    owner: Chip
    owner_state: str
    status: str
    version: int
    can_take_over: bool
    can_give_back: bool
    snooze: Chip | None  # until when, in place of the window
    banner: str  # "Sending is paused: …" or ""
    banner_href: str
    number_id: UUID | None = None  # when it changes, open panes of it load again
    tells_typing: bool = False  # the customer may see "typing": the number's policy

    @property
    def dom_id(self) -> str:
        return f"thread-head-{self.conversation_id}"


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Everything the thread pane shows. items: bubbles and event lines in order, oldest first."""

    header: Header
    items: tuple[MessageView | EventLine, ...]
    has_older: bool
    older_before: str  # cursor for "Load older"
    composer: ComposerState
    panel: ContactPanel
    seq: int
    unread_from: str  # order of the first message this person had not seen, or ""
    draft: str = ""
    newer_after: str = ""  # cursor for "Load newer", where the page does not reach the end
    looked_for: str = ""  # id of the bubble that a link leads to
    attachments: tuple[AttachmentView, ...] = ()  # this person's, not sent yet
