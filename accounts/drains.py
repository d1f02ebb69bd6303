"""What the worker runs for this app: the connection doctor."""

from __future__ import annotations

import threading
from typing import Final

from accounts.actions import checkups
from accounts.clock import database_now

LOOK_EVERY_S: Final = 1.0


def check_connections(stop: threading.Event) -> bool:
    """Looks at the number that is due; whether there was one."""
    number = None if stop.is_set() else checkups.claim_due()
    if number is None:
        stop.wait(LOOK_EVERY_S)
        return False
    try:
        checkups.examine(number, at=database_now())
    except Exception:
        checkups.give_back(number.pk, at=database_now())
        raise
    return True
