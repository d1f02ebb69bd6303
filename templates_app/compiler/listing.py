"""Reading what Graph lists without trusting its shape."""

from __future__ import annotations

from typing import Any

from templates_app.compiler.types import Json, NotSendable, Why


def word_of(value: object) -> str:
    """Meta's word in capitals; "" for what is none."""
    return value.upper() if isinstance(value, str) else ""


def text_of(component: Json) -> str:
    """The text that a part cannot be without. Raises: NotSendable."""
    text = component.get("text")
    if not isinstance(text, str) or not text:
        raise NotSendable(Why.UNREADABLE)
    return text


def first_example(example: Any, key: str = "") -> str:
    """The first sample, or "". Samples only help people: no shape of theirs stands in the way."""
    found = example.get(key) if key and isinstance(example, dict) else example
    first = found[0] if isinstance(found, list) and found else found
    return first if isinstance(first, str) else ""


def examples_of(example: Any, key: str, names: tuple[str, ...]) -> dict[str, str]:
    """The samples of a text by the names of its variables."""
    if not isinstance(example, dict):
        return {}
    named = example.get(f"{key}_named_params")
    if isinstance(named, list):
        pairs = [
            (row.get("param_name"), row.get("example")) for row in named if isinstance(row, dict)
        ]
    else:
        row = example.get(key)
        row = row[0] if isinstance(row, list) and row and isinstance(row[0], list) else row
        pairs = list(zip(names, row, strict=False)) if isinstance(row, list) else []
    return {str(name): text for name, text in pairs if isinstance(text, str)}
