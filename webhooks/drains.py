"""What the worker runs for this app."""

from __future__ import annotations

import threading

from webhooks.digest import digest_batch


def digest(stop: threading.Event) -> bool:
    """Digests the next deliveries; whether there were any."""
    return not stop.is_set() and digest_batch(stop)
