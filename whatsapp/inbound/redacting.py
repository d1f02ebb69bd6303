"""Items taken out of a webhook body, so that the rest of it reads as before.

What is taken out leaves a mark in its place: the others keep their paths, by which dead letters
know them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

REDACTED: Final = {"redacted": True}
"""What stands where an item was. `parse` yields no item for it."""
EMPTY: Final = b'{"object":"whatsapp_business_account","entry":[]}'
"""A body with nothing in it, for one that cannot be read."""

_STEP: Final = re.compile(r"([A-Za-z_]+)|\[(\d+)\]")
# What a value keeps when nothing of it is left: whose it was.
_KEPT: Final = frozenset({"messaging_product", "metadata"})


def without(body: bytes, paths: Collection[str], is_theirs: Callable[[Any], bool]) -> bytes:
    """The body without the items at these paths (`Item.path`), and without what names the person.

    is_theirs: of an entry of `contacts` or of an imported thread. A body that cannot be read
    becomes `EMPTY`, whatever the paths.
    """
    try:
        whole = json.loads(body)
        if not isinstance(whole, dict) or not {"", "entry"}.isdisjoint(paths):
            return EMPTY
        for path in paths:
            _take_out(whole, path)
        for value in _values(whole):
            _forget_people(value, is_theirs)
            _forget_the_rest(value)
        return json.dumps(whole, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return EMPTY


def _take_out(whole: Any, path: str) -> None:
    steps = [int(place) if place else name for name, place in _STEP.findall(path)]
    node = whole
    for step in steps[:-1]:
        node = node[step]
    if steps:
        node[steps[-1]] = dict(REDACTED)


def _values(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _dicts(whole.get("entry")):
        for change in _dicts(entry.get("changes")):
            if isinstance(change.get("value"), dict):
                yield change["value"]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _forget_people(value: dict[str, Any], is_theirs: Callable[[Any], bool]) -> None:
    for holder in (value, value.get("standby")):
        if isinstance(holder, dict) and isinstance(holder.get("contacts"), list):
            holder["contacts"] = [one for one in holder["contacts"] if not is_theirs(one)]
    for chunk in _dicts(value.get("history")):
        threads = chunk.get("threads")
        if isinstance(threads, list):
            chunk["threads"] = [
                dict(REDACTED) if _names_them(one, is_theirs) else one for one in threads
            ]


def _names_them(thread: Any, is_theirs: Callable[[Any], bool]) -> bool:
    if not isinstance(thread, dict):
        return False
    return is_theirs({key: thread[key] for key in thread if key != "messages"})


def _forget_the_rest(value: dict[str, Any]) -> None:
    """Beside items that are gone there may be a summary of them, or their errors."""
    lists = [found for key, found in value.items() if _holds_items(key, found)]
    if lists and all(one == REDACTED for found in lists for one in found):
        for key in [key for key in value if key not in _KEPT]:
            if not _holds_items(key, value[key]):
                del value[key]


def _holds_items(key: str, found: Any) -> bool:
    return isinstance(found, list) and bool(found) and key not in ("contacts", "errors")
