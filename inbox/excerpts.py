"""Where in a message stands what was looked for: one line, with the matches marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inbox.markup import plain
from inbox.models import Conversation, Message
from inbox.searching import MOST_WORDS, fold

Pieces = tuple[tuple[str, bool], ...]

BEFORE: Final = 20
"""Characters before the first match, at most: a row of the list is narrow, and the match shows."""
LONGEST: Final = 140
_TEXTS: Final = ("body", "header", "footer")
_MOST_READ: Final = 8_192


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search has found in messages: of each conversation the newest. search: the words."""

    message_ids: Mapping[UUID, UUID]
    search: str

    def of(self, conversations: Iterable[Conversation]) -> set[UUID]:
        """The messages that are shown for these."""
        return {found for one in conversations if (found := self.message_ids.get(one.pk))}

    def line(self, conversation: Conversation, messages: Mapping[UUID, Message]) -> Pieces:
        """What is shown of one, from those messages; () where no message of it was found."""
        found = self.message_ids.get(conversation.pk)
        message = messages.get(found) if found else None
        return hit_line(message, self.search) if message else ()


NO_HITS: Final = Hits({}, "")


def hit_line(message: Message, search: str) -> Pieces:
    """The line of a message that a search has found: (text, is a match); () where none is.

    Of its words, or of the name of its file. The message comes with `media`.
    """
    lines = (excerpt(text, search) for text in _texts(message))
    return next((pieces for pieces in lines if pieces), ())


def _texts(message: Message) -> Iterator[str]:
    for name in _TEXTS:
        yield plain(str(message.content.get(name) or ""), longest=_MOST_READ)
    media = getattr(message, "media", None)
    if media is not None:
        yield media.filename


def excerpt(text: str, search: str) -> Pieces:
    """The part of the text around the first of these words; case and accents do not count."""
    line = " ".join(text.split())
    matches = _matches(line, search)
    if not matches:
        return ()
    start = _start(line, matches[0][0])
    end = start + LONGEST
    pieces, at = [("…" if start else "", False)], start
    for first, last in matches:
        if first < end:
            pieces += [(line[at:first], False), (line[first:last], True)]
            at = last
    pieces.append((line[at:end] + ("…" if at < end < len(line) else ""), False))
    return tuple(piece for piece in pieces if piece[0])


def _start(line: str, first: int) -> int:
    """At the beginning of a word that is near enough."""
    if first <= BEFORE:
        return 0
    return line.find(" ", first - BEFORE, first) + 1 or first


def _matches(line: str, search: str) -> list[tuple[int, int]]:
    """Where each match begins and ends, in the line as it is written."""
    words = {fold(word) for word in (*search.split()[:MOST_WORDS], *re.findall(r"\w+", search))}
    wanted = sorted((one for one in words if len(one) > 1 or not one.isascii()), key=len)
    if not any(wanted):
        return []
    folded, origin = _folded(line)
    found: list[tuple[int, int]] = []
    for match in re.finditer("|".join(map(re.escape, reversed(wanted))), folded):
        first, last = origin[match.start()], origin[match.end() - 1] + 1
        last = max(last, origin[match.end()])  # an accent of its own belongs to its letter
        if not found or first >= found[-1][1]:
            found.append((first, last))
    return found


def _folded(line: str) -> tuple[str, list[int]]:
    """The line folded, and of each of its characters (and its end) the place in the line."""
    parts = [fold(letter) for letter in line]
    origin = [at for at, part in enumerate(parts) for _letter in part]
    return "".join(parts), [*origin, len(line)]
