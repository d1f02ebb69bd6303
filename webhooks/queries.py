"""What the dead-letter page shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.models import Person
from webhooks.access import visible_dead_letters
from webhooks.models import DeadLetter

SHOWN: Final = 100
RAW_LENGTH: Final = 20_000


@dataclass(frozen=True, slots=True)
class DeadLetterRow:
    """One line of the list. raw: indented JSON, or what bytes there are, cut at RAW_LENGTH."""

    id: UUID
    reason: str
    received_at: datetime
    path: str
    field: str
    attempts: int
    raw: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class DeadLetterList:
    """The page. total: how many are unresolved, shown or not."""

    rows: list[DeadLetterRow]
    total: int


def dead_letter_list(person: Person) -> DeadLetterList:
    """The unresolved ones, newest first, at most SHOWN. Five queries for any number of rows."""
    letters = visible_dead_letters(person).filter(resolved_at=None)
    newest = letters.select_related("delivery").order_by("-created_at", "-pk")[:SHOWN]
    return DeadLetterList([_row(letter) for letter in newest], letters.count())


def _row(letter: DeadLetter) -> DeadLetterRow:
    text = _readable(bytes(letter.raw) if letter.path else bytes(letter.delivery.body))
    return DeadLetterRow(
        id=letter.pk,
        reason=letter.reason,
        received_at=letter.delivery.received_at,
        path=letter.path,
        field=letter.field,
        attempts=letter.attempts,
        raw=text[:RAW_LENGTH],
        is_cut=len(text) > RAW_LENGTH,
    )


def _readable(raw: bytes) -> str:
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw[: RAW_LENGTH * 4].decode("utf-8", "replace")
