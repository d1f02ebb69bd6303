"""What the worker runs for this app: campaigns that are due."""

from __future__ import annotations

import threading


def run_campaigns(stop: threading.Event) -> bool:
    """Takes one step of one campaign; whether there was anything to do."""
    return False
