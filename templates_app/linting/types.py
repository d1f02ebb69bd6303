"""What a finding is, and what the linter may know of other templates."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from whatsapp import limits


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    field: where it stands ("name", "header.text", "body.text", "body.examples.1", "footer.text",
    "buttons", "buttons.0.url"). code: a key of `templates_app.lint_words.SENTENCES`, which `data`
    fills. refuses: whether Meta says no; else it is advice.
    """

    field: str
    code: str
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """Another template of the account."""

    name: str
    language: str
    category: str
    body: str


Findings = Iterator[Finding]


def too_long(where: str, text: str, most: int) -> Findings:
    """A finding for a text of more than so many UTF-16 units."""
    length = limits.length(text)
    if length > most:
        yield Finding(where, "TOO_LONG", {"limit": most, "length": length})
