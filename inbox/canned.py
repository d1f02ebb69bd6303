"""Canned replies: what stands in braces, and which reply is meant. Pure; knows no Django.

One pass over the text: what a customer is called is never read as a variable itself (S114).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

VARIABLES: Final = (
    "contact.name",
    "contact.first_name",
    "contact.phone",
    "agent.name",
    "agent.first_name",
    "number.name",
    "organization.name",
)
"""All that can stand in braces."""

_BRACES: Final = re.compile(r"{{\s*([^{}]*?)\s*}}")
_STRAY: Final = re.compile(r"{{|}}")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text. kind: plain, filled, missing (no value), unknown (no variable)."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Filled:
    """A text for one customer."""

    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The whole of it; a variable without a value stays visible, never an empty place."""
        return "".join(part.text for part in self.parts)

    @property
    def missing(self) -> tuple[str, ...]:
        """What stands in it still, in braces, as it was written."""
        return tuple(part.text for part in self.parts if part.kind in ("missing", "unknown"))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """The text with its variables filled from `values`; empty values count as missing."""
    return Filled(tuple(_parts(text, values)))


def _parts(text: str, values: Mapping[str, str]) -> Iterator[Part]:
    end = 0
    for match in _BRACES.finditer(text):
        if match.start() > end:
            yield Part(text[end : match.start()])
        yield _part(match, values)
        end = match.end()
    if end < len(text):
        yield Part(text[end:])


def _part(match: re.Match[str], values: Mapping[str, str]) -> Part:
    name = match[1]
    if name not in VARIABLES:
        return Part(match[0], "unknown")
    value = values.get(name, "")
    return Part(value, "filled") if value else Part(match[0], "missing")


def faults(text: str) -> tuple[str, ...]:
    """What is in braces and is no variable, as it was written; then braces without a partner."""
    unknown = [match[0] for match in _BRACES.finditer(text) if match[1] not in VARIABLES]
    stray = _STRAY.findall(_BRACES.sub("", text))
    return tuple(dict.fromkeys([*unknown, *stray]))


def rank(query: str, *, shortcut: str, title: str, text: str) -> int | None:
    """How well a reply answers what was typed: 0 is best, None not at all. All of it is folded."""
    if not query:
        return 0
    if shortcut.startswith(query):
        return 0 if shortcut == query else 1
    if query in shortcut or any(word.startswith(query) for word in title.split()):
        return 2
    if query in title:
        return 3
    if query in text:
        return 4
    return 5 if _in_order(query, shortcut) else None


def _in_order(query: str, shortcut: str) -> bool:
    letters = iter(shortcut)
    return all(letter in letters for letter in query)
