"""Texts with variables: finding them, filling them in, and what a value may look like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from templates_app.compiler.types import Format, NotSendable, Why

# Anything in double braces: what we cannot read here, Meta may still take for a variable.
BRACES: Final = re.compile(r"\{\{([^{}]*)\}\}")
POSITION: Final = re.compile(r"[1-9][0-9]?")
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SPACES: Final = re.compile(r" {4,}")
LINE_BREAKS: Final = frozenset("\n\r\t\v\f\x85\u2028\u2029")


def names_in(text: str, format_: Format) -> tuple[str, ...]:
    """The variables, each once: positions by number, names in the order of the text.

    Raises: NotSendable when one is neither, or positions have gaps.
    """
    found = list(dict.fromkeys(part.strip() for part in BRACES.findall(text)))
    kind = NAME if format_ is Format.NAMED else POSITION
    if not all(kind.fullmatch(name) for name in found):
        raise NotSendable(Why.VARIABLES)
    if format_ is Format.NAMED:
        return tuple(found)
    positions = tuple(sorted(found, key=int))
    if positions != tuple(str(number) for number in range(1, len(found) + 1)):
        raise NotSendable(Why.VARIABLES)
    return positions


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in, in one pass: braces in a value stay as they are."""
    return BRACES.sub(lambda found: values[found[1].strip()], text)


def fault_of(value: object) -> str | None:
    """The code of what is wrong with a value; None when Meta takes it.

    Meta refuses line breaks, tabs and long runs of spaces in a value (132018).
    """
    if not isinstance(value, str):
        return "WRONG_KIND"
    if not value.strip():
        return "REQUIRED"
    if not LINE_BREAKS.isdisjoint(value):
        return "LINE_BREAK"
    if SPACES.search(value):
        return "SPACES"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        return "CONTROL"
    return None
