"""Whether Meta can reach us: web processes say so, and who waits for a webhook asks.

Silence means something only while we listen. A process that takes webhooks renews one row every
few seconds; a gap in that, or deliveries that nobody has digested, and we are deaf.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connection
from django.db.models import Case, F, Value, When

from accounts.clock import database_now
from webhooks import refused
from webhooks.models import Delivery, DeliveryState, Hearing

log = logging.getLogger(__name__)

EVERY_S: Final = 5.0
GAP: Final = timedelta(seconds=15)
BACKLOG: Final = timedelta(seconds=10)


def hear() -> None:
    """Says that this process takes webhooks now. One statement."""
    at = database_now()
    kept = Hearing.objects.filter(pk=1).update(
        since=Case(When(heard_at__lt=at - GAP, then=Value(at)), default=F("since")), heard_at=at
    )
    if not kept:
        Hearing.objects.bulk_create([Hearing(heard_at=at, since=at)], ignore_conflicts=True)


def heard_since(*, at: datetime) -> datetime | None:
    """From when on everything that Meta said has been heard and understood; None: not now.

    Two queries.
    """
    late = Delivery.objects.filter(state=DeliveryState.RECEIVED, received_at__lt=at - BACKLOG)
    if late.exists():
        return None
    hearing = Hearing.objects.filter(pk=1).first()
    if hearing is None or hearing.heard_at < at - GAP:
        return None
    return hearing.since


class Listening:
    """A thread that says so for as long as the process takes webhooks.

    able: whether it stored the last ones that came.
    """

    def __init__(self, able: Callable[[], bool]) -> None:
        self._able = able
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hearing", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends; what the process does from now on is its last work."""
        self._stop.set()

    def _run(self) -> None:
        while True:
            self._say()
            if self._stop.wait(EVERY_S):
                return

    def _say(self) -> None:
        if not self._able():
            return
        try:
            hear()
            refused.count()
        except DatabaseError as error:
            log.warning("the database does not hear: %s", type(error).__name__)
        finally:
            if connection.vendor != "sqlite":  # to the pool; a file is kept open
                connection.close()
