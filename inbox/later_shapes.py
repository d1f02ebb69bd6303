"""The dialogs of what goes out later, or waits."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from inbox.kind_shapes import Letter


@dataclass(frozen=True, slots=True)
class LaterTime:
    """A time that is offered. theirs: the same by the customer's clock, or "". closed: by then."""

    key: str
    label: str
    time: str
    theirs: str
    closed: bool


@dataclass(frozen=True, slots=True)
class LaterFile:
    """A file that is to go later."""

    id: UUID
    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class LaterPage:
    """The dialog "Send later". typed: what the person has chosen already, by field.

    preview: a template as they will see it, with its id and values; else the text and files go.
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
    preview: Letter | None = None
    template: UUID | None = None
    values: tuple[tuple[str, str], ...] = ()
    files: tuple[LaterFile, ...] = ()

    @property
    def one_alone(self) -> bool:
        """Whether one message goes, in whose place a template can go."""
        return len(self.files) < 2 and not (self.files and self.typed.get("text", "").strip())


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """The dialog that edits what has not left. moment: by the person's clock, "" where none is set.

    has_text, has_time: whether another text, another time can be given.
    """

    conversation_id: UUID
    message_id: UUID
    text: str
    has_text: bool
    moment: str
    has_time: bool
    zone: str
    latest: str
    error: str = ""
