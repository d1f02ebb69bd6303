"""What templates get: frozen dataclasses, ready to print, without a way to the database.

A shape that is pushed to many viewers holds nothing personal; unread marks, drafts and "you" come
with the page and are kept by it (docs/decisions/0002).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inbox.kind_shapes import NO_PARTS, Letter, Parts, ReactionView
from templates_app.compiler import OWN

MOST_SHOWN: Final = 999
"""Conversations of a view whose number a page shows; of more it says "999+"."""


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
    labels: tuple[LabelChip, ...] = ()  # two at most
    more_labels: int = 0  # besides those

    @property
    def dom_id(self) -> str:
        return f"row-{self.id}"


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
class MediaView:
    """A file in a bubble. kind: image, video, audio, voice, document, sticker."""

    id: UUID
    kind: str
    state: str  # pending, ready, failed, expired
    url: str  # "/media/<id>/" when ready
    filename: str
    mime_type: str
    size_text: str  # "48 KB"
    width: int | None  # as it is shown in a bubble, CSS pixels
    height: int | None
    error: str  # a sentence: why it is not there
    thumbnail_url: str = ""  # "" when no thumbnail could be made: then it is shown as a document
    playable: bool = False  # sound and video that a browser can play
    animated: bool = False
    duration: str = ""  # "0:05"
    duration_s: float = 0
    outline: str = ""  # of a sound: an SVG path in a box of 192 by 32
    warning: str = ""
    can_retry: bool = False
    keep: str = ""  # a swap of the bubble leaves the file alone while this stays the same


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file in the composer, before it is sent. note: what somebody should know, or ""."""

    id: UUID
    kind: str
    icon: str
    name: str
    meta: str  # "48 KB", "0:05"
    thumbnail_url: str
    may_have_caption: bool
    remove_url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One file of a thread, and the message it came with. label: its alternative text."""

    message_id: UUID
    media: MediaView
    label: str
    sender_name: str
    exact_time: str


@dataclass(frozen=True, slots=True)
class GalleryLink:
    """An address that somebody wrote. host: what is shown large."""

    message_id: UUID
    url: str
    host: str
    sender_name: str
    exact_time: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """The newest files and links of a thread, for the panel."""

    conversation_id: UUID
    pictures: tuple[GalleryItem, ...]
    documents: tuple[GalleryItem, ...]
    links: tuple[GalleryLink, ...]


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """One tab of all files of a thread, newest first. tab: media, documents, links.

    tabs: (key, label, address, is current). more: the address of the next page, or "".
    """

    conversation_id: UUID
    name: str
    tab: str
    tabs: tuple[tuple[str, str, str, bool], ...]
    items: tuple[GalleryItem, ...]
    links: tuple[GalleryLink, ...]
    more: str


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
    """A change of owner, status or assignment, told in the thread; why: its reason or ""."""

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

    @property
    def dom_id(self) -> str:
        return f"e-{self.id}"


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
    can_edit: bool


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
    banner: str  # "Sending is paused: …" or ""
    banner_href: str
    number_id: UUID | None = None  # when it changes, open panes of it load again
    tells_typing: bool = False  # the customer may see "typing": the number's policy

    @property
    def dom_id(self) -> str:
        return f"thread-head-{self.conversation_id}"


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
class LaterTime:
    """A time that is offered. theirs: the same by the customer's clock, or "". closed: by then."""

    key: str
    label: str
    time: str
    theirs: str
    closed: bool


@dataclass(frozen=True, slots=True)
class LaterPage:
    """The dialog "Send later". typed: what the person has chosen already, by field.

    zone: how the person's own zone is called. customer_clock: "03:14 in New York", or "".
    earliest, latest, closes: for the field of an own time, by the person's clock.
    """

    conversation_id: UUID
    times: tuple[LaterTime, ...]
    zone: str
    customer: str
    customer_clock: str
    closes: str
    closes_text: str
    earliest: str
    latest: str
    templates: tuple[tuple[str, str], ...]  # (id, label)
    typed: dict[str, str]
    error: str = ""
    may_force: bool = False


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """The dialog that edits what has not left. moment: by the person's clock, "" where none is set.

    has_time: whether another time can be given.
    """

    conversation_id: UUID
    message_id: UUID
    text: str
    moment: str
    has_time: bool
    zone: str
    latest: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class PickerField:
    """One variable of a template in the form.

    name: what the form posts (`var:<name>`). kind: text, number, moment or file. accept: the MIME
    types of a file. before: what stands before the value, as the beginning of a link. sample: the
    address of Meta's example of a file, or "". most: characters, 0: any number.
    """

    name: str
    label: str
    example: str
    value: str
    error: str = ""
    kind: str = "text"
    accept: str = ""
    before: str = ""
    sample: str = ""
    most: int = 0
    icon: str = ""
    required: bool = True

    @property
    def is_own(self) -> bool:
        """Whether it holds a file of ours."""
        return self.kind == "file" and self.value.startswith(OWN)

    @property
    def dom_id(self) -> str:
        return f"picker-{self.name.removeprefix('var:').replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class PickerGroup:
    """The fields of one part of a template: heading, text, buttons, a card."""

    title: str
    fields: tuple[PickerField, ...]


@dataclass(frozen=True, slots=True)
class PickerChoice:
    """One template in the picker's list. status: a word that says more than the reason, or ""."""

    id: UUID
    name: str
    language: str
    language_label: str
    category: str
    body: str
    sendable: bool
    reason: str
    quality: str
    quality_tone: str = "plain"
    status: str = ""
    status_tone: str = "idle"

    @property
    def dom_id(self) -> str:
        return f"choice-{self.id}"


@dataclass(frozen=True, slots=True)
class Picker:
    """The template picker in the composer; chosen is None before one is picked.

    account_id: whose templates these are. warning: why this contact should not, or will not, get
    the chosen one; "". preview: as the bubble will be.
    """

    conversation_id: UUID
    choices: tuple[PickerChoice, ...]
    languages: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    search: str
    language: str
    category: str
    chosen: PickerChoice | None
    groups: tuple[PickerGroup, ...]
    preview: Letter | None
    errors: tuple[str, ...]
    synced: str  # "Last synced today at 10:02", or why there are none
    account_id: UUID | None = None
    warning: str = ""


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
