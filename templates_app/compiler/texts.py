"""Texts with variables: finding them, filling them in, and the words around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from templates_app.compiler.types import Format, NotSendable, Why

# Anything in double braces: what we cannot read here, Meta may still take for a variable.
BRACES: Final = re.compile(r"\{\{([^{}]*)\}\}")
POSITION: Final = re.compile(r"[1-9][0-9]?")
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MARKS: Final = " \t*_~`,;:.!?()\"“”„»«'"
WORDS_AROUND: Final = 3


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


def around(text: str, name: str) -> tuple[str, str]:
    """The few words before and after a variable in its line, where it stands first.

    Up to the next variable, without the marks of formatting: "Your order *{{1}}*" has
    ("Your order", "").
    """
    found = next((one for one in BRACES.finditer(text) if one[1].strip() == name), None)
    if found is None:
        return "", ""
    head = BRACES.split(text[: found.start()])[-1].rpartition("\n")[2].strip(MARKS)
    tail = BRACES.split(text[found.end() :])[0].partition("\n")[0].strip(MARKS)
    return " ".join(head.split()[-WORDS_AROUND:]), " ".join(tail.split()[:WORDS_AROUND])
