"""Bytes of a webhook to JSON that is safe to handle, compare and store.

Cleaned once, at the door: PostgreSQL takes neither NUL nor lone surrogates, and a customer can
send both. What is read from the result is clean, and so is the raw JSON kept beside it.
"""

import json
import math
import re
from typing import Any

REPLACEMENT = "\ufffd"
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LONGEST_NUMBER = 40
"""Digits. Meta's ids have under 20; converting long ones takes quadratic time."""


def load(body: bytes) -> Any:
    """The JSON value in `body`, UTF-8 only; NUL and lone surrogates replaced by U+FFFD.

    Numbers that JSON does not know (NaN, Infinity), that no float holds or that are absurdly
    long become None: they spoil one item, not the body. Of repeated keys the last counts.
    Raises: ValueError, also for nesting deeper than the interpreter can follow.
    """
    try:
        value = json.loads(
            body.decode(), parse_int=_whole, parse_float=_finite, parse_constant=_nothing
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return _cleaned(value) if _may_be_dirty(body) else value


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


def _finite(digits: str) -> float | None:
    number = float(digits) if len(digits) <= 2 * LONGEST_NUMBER else math.inf
    return number if math.isfinite(number) else None


def _nothing(_word: str) -> None:
    return None


def _may_be_dirty(body: bytes) -> bool:
    # Decoded UTF-8 holds no surrogate and strict JSON no bare NUL: only escapes bring them.
    # Emoji look suspicious too. That costs a walk, not a mistake.
    return b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body


def _cleaned(value: Any) -> Any:
    # A stack of its own instead of recursion, so that depth costs memory only.
    holder = [value]
    waiting: list[Any] = [holder]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            _clean_keys(node)
        for key, child in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(child, str):
                node[key] = UNSTORABLE.sub(REPLACEMENT, child)
            elif isinstance(child, dict | list):
                waiting.append(child)
    return holder[0]


def _clean_keys(node: dict[str, Any]) -> None:
    for key in [key for key in node if UNSTORABLE.search(key)]:
        node[UNSTORABLE.sub(REPLACEMENT, key)] = node.pop(key)
