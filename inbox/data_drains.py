"""What the worker runs for people's data: erasures, exports, imports of contacts."""

from __future__ import annotations

import threading
from typing import Final

from inbox.actions.contact_imports import import_next
from inbox.actions.erasing import erase_next
from inbox.actions.exports import export_next

# Such jobs are rare, and nobody waits for the second.
LOOK_EVERY_S: Final = 1.0


def erase(stop: threading.Event) -> bool:
    """One batch of an erasure; whether there was one."""
    return _or_rests(not stop.is_set() and erase_next(), stop)


def export(stop: threading.Event) -> bool:
    """Makes one file that somebody asked for; whether there was one."""
    return _or_rests(not stop.is_set() and export_next(stop), stop)


def take_in(stop: threading.Event) -> bool:
    """One batch of an import of contacts; whether there was one."""
    return _or_rests(not stop.is_set() and import_next(), stop)


def _or_rests(did_something: bool, stop: threading.Event) -> bool:
    if not did_something:
        stop.wait(LOOK_EVERY_S)
    return did_something
