"""The answers of a flow as a table: what came is a string of JSON, sometimes broken."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from inbox.kind_shapes import Answers

ROWS: Final = 60
LONGEST: Final = 600
DEEPEST: Final = 3
OURS: Final = frozenset({"flow_token"})  # made by the sender, and no answer
# Meta's flow builder names fields "screen_0_Your_name_1" and options "0_Very_good".
_FIELD: Final = re.compile(r"^screen_\d+_(?P<label>.+)_\d+$")
_OPTION: Final = re.compile(r"^\d+_(?P<label>.+)$")


def answers_of(response_json: object) -> Answers:
    """The table; whatever is no JSON object is given as text, cut at 2,000 characters."""
    if not isinstance(response_json, str) or not response_json.strip():
        return Answers()
    try:
        found = json.loads(response_json)
    except (ValueError, RecursionError):
        return Answers(unread=response_json[:2000])
    if found is None:
        return Answers()
    if not isinstance(found, dict):
        return Answers(unread=response_json[:2000])
    rows = [_row(name, value) for name, value in found.items() if name not in OURS]
    return Answers(rows=tuple(rows[:ROWS]))


def _row(name: str, value: object) -> tuple[str, str]:
    field = _FIELD.match(name)
    label = (field["label"] if field else name).replace("_", " ").strip()
    words = _words(value, is_option=field is not None, depth=0)
    return label[:1].upper() + label[1:120], words[:LONGEST] or "–"


def _words(value: object, *, is_option: bool, depth: int) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case str():
            option = _OPTION.match(value) if is_option else None
            return option["label"].replace("_", " ") if option else value
        case list() | dict() if depth >= DEEPEST:
            return "…"
        case list():
            return ", ".join(_words(one, is_option=is_option, depth=depth + 1) for one in value)
        case dict():
            return _named(value, depth=depth)
        case _:
            return str(value)


def _named(value: Mapping[str, Any], *, depth: int) -> str:
    if isinstance(value.get("file_name"), str):
        return str(value["file_name"])  # a file inside a flow: the rest says how to decrypt it
    pairs = (
        (name.replace("_", " "), _words(one, is_option=False, depth=depth + 1))
        for name, one in value.items()
    )
    return ", ".join(f"{name}: {words}" for name, words in pairs)
