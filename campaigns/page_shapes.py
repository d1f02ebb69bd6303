"""What the pages of campaigns show: worded values, out of the reach of the database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from campaigns.shapes import CampaignView, Counts
from campaigns.status import Status
from inbox.kind_shapes import Letter


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the progress bar, in per cent of its width. name: what its colour is for."""

    name: str
    begins: str
    width: str


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One line of the list. url: where its name leads. when: and what happened then."""

    id: UUID
    name: str
    url: str
    status: Status
    status_label: str
    status_tone: str
    progress: str
    parts: tuple[Part, ...]
    number: str
    template: str
    when: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list. statuses: (word, label, is chosen). before: the id to go on from, or None."""

    rows: tuple[CampaignRow, ...]
    statuses: tuple[tuple[str, str, bool], ...]
    chosen: str
    before: UUID | None
    may_manage: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """One counter; status: what the list of recipients is narrowed to by it, or ""."""

    label: str
    count: str
    status: str = ""
    tone: str = "plain"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The counters that a page asks for again every two seconds. moves: whether they still do."""

    id: UUID
    status: Status
    counts: Counts
    parts: tuple[Part, ...]
    words: str
    pace: str
    tallies: tuple[Tally, ...]
    moves: bool


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient. conversation_id: None where the reader may not see it, or there is none."""

    id: UUID
    name: str
    to: str
    status_label: str
    status_tone: str
    replied: bool
    code: str
    reason: str
    when: str
    conversation_id: UUID | None
    can_go: bool


@dataclass(frozen=True, slots=True)
class Recipients:
    """A page of recipients. filters: (word, label, is chosen). after: the id to go on from."""

    rows: tuple[RecipientRow, ...]
    filters: tuple[tuple[str, str, bool], ...]
    chosen: str
    after: UUID | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One campaign from when it is launched. facts: (label, value)."""

    view: CampaignView
    status_label: str
    status_tone: str
    progress: Progress
    recipients: Recipients
    facts: tuple[tuple[str, str], ...]
    can_pause: bool
    can_resume: bool
    can_cancel: bool
    can_edit: bool
    can_delete: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps. state: done, here or open."""

    number: int
    title: str
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class ValueField:
    """One variable of the template. source: same, own, or a field of the contact.

    name: of the variable. own_count: how many recipients have their own value. sources: (word,
    label). kind: text, number, moment or file.
    """

    name: str
    label: str
    example: str
    kind: str
    before: str
    source: str
    same: str
    sources: tuple[tuple[str, str], ...]
    required: bool
    own_count: int
    error: str = ""

    @property
    def dom_id(self) -> str:
        """Where errors lead."""
        return f"value-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Sample:
    """What one real person would see. problem: a sentence where it cannot be sent like this."""

    who: str
    to: str
    letter: Letter | None
    problem: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps it from starting. url: where it is mended."""

    sentence: str
    url: str
    button: str
