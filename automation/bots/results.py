"""What an engine is asked and what it may answer; it can name no receiver (HANDOFF section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the conversation. sender: contact, ai, agent … text: "" for media."""

    sender: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnInput:
    """What the engine sees. lines: the last 30, oldest first; asked: those to be answered.

    misses: how many answers in a row did not help. first: whether the customer is new.
    """

    lines: tuple[Line, ...]
    asked: tuple[Line, ...]
    first: bool
    misses: int
    return_note: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """Say this. missed: it is a "did not understand"."""

    text: str
    missed: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person has to go on. holding_line: told to the customer once, or ""."""

    reason: str
    holding_line: str = ""


Result = Reply | HandOver | None


class Bot(Protocol):
    """An engine with its settings. None is "say nothing"."""

    def reply(self, turn: TurnInput) -> Result:
        """Decides. Must not write, send or wait longer than its deadline."""
        ...
