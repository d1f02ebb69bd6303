"""What the worker runs for this app: campaigns that are due, and recipients that are missing."""

from __future__ import annotations

import threading
import time
from typing import Final

from campaigns.actions.restoring import restore_all
from campaigns.actions.turns import next_turn

RESTORE_EVERY_S: Final = 60.0

_restored = threading.local()


def run_campaigns(stop: threading.Event) -> bool:
    """Takes one step of one campaign; whether there was anything to do."""
    if stop.is_set():
        return False
    now = time.monotonic()
    if now - getattr(_restored, "at", now - RESTORE_EVERY_S) >= RESTORE_EVERY_S:
        _restored.at = now
        restore_all()
    return next_turn()
