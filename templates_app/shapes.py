"""What pages and the composer get: frozen, worded, without a way to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from templates_app.compiler import Variable


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """One template in the composer's picker. Labels and `reason` are in the reader's language.

    reason: why it cannot be sent, "" when it can. body_preview: the body with its variables.
    variables: none when the template cannot be compiled.
    """

    id: UUID
    name: str
    language: str
    language_label: str
    category: str
    category_label: str
    status: str
    status_label: str
    status_tone: str
    quality: str
    quality_label: str
    quality_tone: str
    sendable: bool
    reason: str
    body_preview: str
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class ChoiceFilters:
    """What the picker can be narrowed to: pairs of Meta's word and label."""

    languages: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PreviewContent:
    """What the customer would see, `{{name}}` where a value is missing.

    content: the frozen form of a message. native: Meta's `template` object, None while anything
    is wrong. errors: a sentence by the name of the variable ("header", "body": the whole is too
    long; "": none of them).
    """

    header: str
    body: str
    footer: str
    buttons: tuple[str, ...]
    content: Mapping[str, Any]
    native: Mapping[str, Any] | None
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One line of the settings page. name_parts: between underscores, where a line may break.

    used: when it was sent last, or "".
    """

    id: UUID
    name_parts: tuple[str, ...]
    account: str
    language: str
    language_label: str
    category_label: str
    status_label: str
    status_tone: str
    quality_label: str
    quality_tone: str
    sendable: bool
    reason: str
    body: str
    used: str


@dataclass(frozen=True, slots=True)
class SyncState:
    """The last sync of one account. at: ISO, or "" before the first; error: a sentence or "".

    reading: how far a sync is that goes on now, as a sentence, or "".
    """

    account: str
    at: str
    sentence: str
    error: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One select above the list. choices: pairs of Meta's word and label."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """The settings page. more: how many rows match beyond those shown. total: of all there are.

    seq: of the newest event that the page knows. is_narrowed: by search or a filter.
    """

    rows: tuple[TemplateRow, ...]
    more: int
    total: int
    syncs: tuple[SyncState, ...]
    search: str
    filters: tuple[Filter, ...]
    is_narrowed: bool
    several_accounts: bool
    may_sync: bool
    may_manage: bool
    seq: int
