"""What the pages of the template desk get: frozen, worded, without a way to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from templates_app.shapes import TemplateRow


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """One send of a template: to whom, when, and where it can be read."""

    href: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened. at: ISO. by: who, "" for Meta."""

    at: str
    when: str
    sentence: str
    by: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """The same name in a language."""

    id: UUID
    language_label: str
    status_label: str
    status_tone: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class TemplateDetails:
    """One template with all that is known of it.

    letter: what the preview's partial takes; None where it cannot be compiled. edit_note: why, or
    until when, it cannot be edited; "" when it can. may_edit, may_delete, may_unpause: of this
    person and this template.
    """

    row: TemplateRow
    account_id: UUID
    name: str
    meta_template_id: str
    letter: Any
    explanation: str
    advice: str
    history: tuple[HistoryLine, ...]
    siblings: tuple[Sibling, ...]
    uses: tuple[TemplateUse, ...]
    variables: tuple[tuple[str, str], ...]
    may_manage: bool
    may_edit: bool
    edit_note: str
    may_delete: bool
    may_unpause: bool
    is_removed: bool
    has_draft: bool


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft above the list. template_id: what it edits, None for a new one."""

    id: UUID
    name: str
    language_label: str
    when: str
    by: str
    template_id: UUID | None


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with one field, and what might be."""

    errors: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskExample:
    """The example of one variable of the body. key: its field; dom_id: of its input."""

    key: str
    dom_id: str
    name: str
    value: str
    said: Said


@dataclass(frozen=True, slots=True)
class DeskButton:
    """One row of the buttons. index: its place; number: from 1. has_variable: of its link."""

    index: int
    number: int
    kind: str
    text: str
    url: str
    example: str
    phone: str
    code: str
    has_variable: bool
    text_said: Said
    url_said: Said
    example_said: Said
    phone_said: Said
    code_said: Said


@dataclass(frozen=True, slots=True)
class ToMend:
    """A line of the summary. dom_id: of the field it is about, "" for the whole."""

    dom_id: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice."""

    value: str
    label: str
    hint: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The form of a template. values: what was typed, by field. said: by field, dots as "_".

    to_mend: what keeps it from going; notes: what might be meant otherwise. letter: the preview.
    anyway: nothing but our own linter stands against it. fixed: name and language, when edited.
    """

    title: str
    action: str
    draft_id: UUID | None
    template_id: UUID | None
    values: Mapping[str, str]
    said: Mapping[str, Said]
    accounts: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    formats: tuple[Choice, ...]
    headers: tuple[Choice, ...]
    button_kinds: tuple[tuple[str, str], ...]
    header_has_variable: bool
    examples: tuple[DeskExample, ...]
    buttons: tuple[DeskButton, ...]
    may_add_button: bool
    to_mend: tuple[ToMend, ...]
    notes: tuple[ToMend, ...]
    letter: Any
    tried: bool
    anyway: bool
    edit_note: str
