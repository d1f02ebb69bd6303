"""What the worker runs for this app: the digest, retries of dead letters, and the janitor."""

from __future__ import annotations

import threading
import time
from typing import Final

from webhooks.digest import digest_batch
from webhooks.purging import Janitor
from webhooks.retries import retry_next

# A worker that is killed again and again from outside seldom lives so long.
STEADY_AFTER_S: Final = 3.0

_began = threading.local()


def digest(stop: threading.Event) -> bool:
    """Digests the next deliveries; whether there were any."""
    if not hasattr(_began, "at"):
        _began.at = time.monotonic()
    is_steady = time.monotonic() - _began.at >= STEADY_AFTER_S
    return not stop.is_set() and digest_batch(stop, is_steady=is_steady)


def retry_dead_letters(stop: threading.Event) -> bool:
    """Tries the next dead letters that somebody wants tried again; whether there were any."""
    return retry_next(stop)


_janitor = threading.local()


def purge(stop: threading.Event) -> bool:
    """Removes a batch of what is old, about once an hour; whether there is more to do."""
    if not hasattr(_janitor, "own"):
        _janitor.own = Janitor()
    own: Janitor = _janitor.own
    return own.turn(stop)
