"""Named points where a test makes a process die, wait or stumble; off unless a test asked.

`FAILPOINTS="name:action[:nth],…"`, read only with `FAILPOINTS_ENABLED=1`. Actions: `exit` (as
`kill -9` would), `sleep:<seconds>`, `raise`. With `:nth` only that hit acts, else every one.
`name@about` acts only where the code says it is about that thing (one wamid, say).
"""

from __future__ import annotations

import itertools
import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings

log = logging.getLogger(__name__)

KILLED: Final = 137  # what a shell reports for a process that ended by SIGKILL


class FailpointHit(RuntimeError):
    """What the action `raise` raises."""


@dataclass(frozen=True, slots=True)
class Failpoint:
    """One entry of `FAILPOINTS`. seconds: only for `sleep`; nth: 0 is every hit."""

    name: str
    about: str
    action: str
    seconds: float
    nth: int


_hits: defaultdict[Failpoint, Iterator[int]] = defaultdict(lambda: itertools.count(1))


def parsed(text: str) -> tuple[Failpoint, ...]:
    """The failpoints of a setting. Raises: ValueError for an unknown action or a bad number."""
    return tuple(_one(entry.strip()) for entry in text.split(",") if entry.strip())


def _one(entry: str) -> Failpoint:
    where, action, *rest = entry.split(":")
    name, _, about = where.partition("@")
    if action not in _ACTIONS:
        raise ValueError(f"failpoint {entry!r}: the action is exit, sleep or raise")
    seconds = float(rest.pop(0)) if action == "sleep" else 0.0
    return Failpoint(name, about, action, seconds, int(rest[0]) if rest else 0)


_wanted = lru_cache(maxsize=8)(parsed)


def hit(name: str, about: str = "") -> None:
    """Says that the code is here. about: which thing it has in hand, if that may matter."""
    if not settings.FAILPOINTS_ENABLED:
        return
    for point in _wanted(settings.FAILPOINTS):
        if point.name == name and point.about in ("", about) and _is_the_turn(point):
            log.warning("%s at %s", point.action, name)  # what a test waits for
            _ACTIONS[point.action](point)


def _is_the_turn(point: Failpoint) -> bool:
    # next() of a count is atomic: several threads may pass here.
    return not point.nth or next(_hits[point]) == point.nth


def _exit(_point: Failpoint) -> None:
    os._exit(KILLED)


def _sleep(point: Failpoint) -> None:
    time.sleep(point.seconds)


def _raise(point: Failpoint) -> None:
    raise FailpointHit(point.name)


_ACTIONS: Final[dict[str, Callable[[Failpoint], None]]] = {
    "exit": _exit,
    "sleep": _sleep,
    "raise": _raise,
}
