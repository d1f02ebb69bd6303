"""The built-in engine: a greeting, an FAQ, and "talk to a person". Needs nothing outside."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from automation.bots.results import HandOver, Reply, Result, TurnInput

# Asking for a person cannot be switched off or talked out of: the settings only add to these.
ASKS_FOR_A_PERSON: Final = (
    "agent",
    "human",
    "a person",
    "real person",
    "talk to someone",
    "talk to a person",
    "mensch",
    "mitarbeiter",
    "persona",
    "humano",
    "agente",
    "atendente",
    "pessoa",
    "انسان",
    "موظف",
    "شخص",
    "quelqu un",
    "conseiller",
)
READABLE: Final = frozenset({"text", "interactive", "button"})
THRESHOLD: Final = 0.45
MISS_LIMIT: Final = 2


def normalised(text: str) -> str:
    """Lower case, without accents and punctuation, one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(
        character if character.isalnum() else " "
        for character in plain
        if not unicodedata.combining(character)
    )
    return " ".join(letters.split())


def has_words(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text as whole words."""
    return re.search(rf"(?<!\w){re.escape(normalised(phrase))}(?!\w)", normalised(text)) is not None


def likeness(one: str, other: str) -> float:
    """Shared trigrams of two texts, 0 to 1."""
    first, second = _trigrams(one), _trigrams(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _trigrams(text: str) -> frozenset[str]:
    padded = f"  {normalised(text)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


class RulesBot:
    """Settings: {"greeting": str, "faq": [{"questions": [str], "answer": str}], "handover_words":
    [str], "holding_line": str, "miss": str, "faq_threshold": 0.45, "miss_limit": 2}.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self.greeting = str(settings.get("greeting") or "")
        self.faq = list(settings.get("faq") or ())
        self.handover_words = (*ASKS_FOR_A_PERSON, *(settings.get("handover_words") or ()))
        self.holding_line = str(settings.get("holding_line") or "")
        self.miss = str(settings.get("miss") or "")
        self.threshold = float(settings.get("faq_threshold") or THRESHOLD)
        self.miss_limit = int(settings.get("miss_limit") or MISS_LIMIT)

    def reply(self, turn: TurnInput) -> Result:
        """First the wish for a person, then what it cannot read, then FAQ, greeting, miss."""
        said = " ".join(line.text for line in turn.asked)
        if any(has_words(said, phrase) for phrase in self.handover_words):
            return HandOver("customer_asked", self.holding_line)
        if any(line.kind not in READABLE for line in turn.asked):
            return HandOver("unsupported_media", self.holding_line)
        answer = self._answer(said)
        if answer is not None:
            return Reply(answer)
        if turn.first and self.greeting:
            return Reply(self.greeting)
        if turn.misses + 1 >= self.miss_limit or not self.miss:
            return HandOver("no_answer", self.holding_line)
        return Reply(self.miss, missed=True)

    def _answer(self, said: str) -> str | None:
        scored = [
            (
                max((self._score(said, question) for question in entry["questions"]), default=0.0),
                entry,
            )
            for entry in self.faq
        ]
        best = max(scored, key=lambda pair: pair[0], default=None)
        if best is None or best[0] < self.threshold:
            return None
        return str(best[1]["answer"])

    def _score(self, said: str, question: str) -> float:
        return 1.0 if has_words(said, question) else likeness(said, question)
