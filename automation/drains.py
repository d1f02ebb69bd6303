"""What the worker runs for this app: turns that are due."""

from __future__ import annotations

import threading

from automation.actions import turns


def run_turns(stop: threading.Event) -> bool:
    """Runs one turn; whether there was one."""
    if stop.is_set():
        return False
    turn = turns.claim()
    if turn is None:
        return False
    turns.run(turn)
    return True
