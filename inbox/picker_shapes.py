"""The template picker of the composer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from inbox.kind_shapes import Letter
from templates_app.compiler import OWN


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
