"""What is old goes: in small batches, from any number of workers, and killed at any moment.

Each table is purged by its owner: `PURGES` names a function for each, `purge() -> rows removed`,
that removes one batch and commits it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length
from django.utils.module_loading import import_string

from accounts.clock import database_now
from accounts.models import Organization
from webhooks.failpoints import hit
from webhooks.models import DeadLetter, Delivery, DeliveryState

log = logging.getLogger(__name__)

Purge = Callable[[], int]

EVERY_S: Final = 3600.0
LOOK_EVERY_S: Final = 5.0
BATCH: Final = 500
# A delivery has up to 4 MiB: 500 of those in one transaction would lock SQLite for seconds.
BATCH_BYTES: Final = 32 * 1024 * 1024
BETWEEN_BATCHES_S: Final = 0.05


class Janitor:
    """Goes through every purge once an hour, a batch a turn."""

    def __init__(self) -> None:
        self._left: list[str] = []
        self._removed: dict[str, int] = {}
        self._next_round = 0.0

    def turn(self, stop: threading.Event) -> bool:
        """Removes one batch; whether there is more to do now."""
        if not self._left and not self._begin():
            stop.wait(LOOK_EVERY_S)
            return False
        if stop.is_set():
            return False
        name = self._left[0]
        try:
            removed = _purge_of(name)()
        except Exception:
            self._end(self._left.pop(0))  # the later ones have their turn; this one in an hour
            raise
        if removed:
            self._removed[name] = self._removed.get(name, 0) + removed
            stop.wait(BETWEEN_BATCHES_S)
        else:
            self._end(self._left.pop(0))
        return True

    def _begin(self) -> bool:
        if time.monotonic() < self._next_round:
            return False
        self._next_round = time.monotonic() + EVERY_S
        self._left, self._removed = list(settings.PURGES), {}
        return True

    def _end(self, name: str) -> None:
        if self._removed.get(name):
            log.info("purged %s of %s", self._removed[name], name)


def _purge_of(name: str) -> Purge:
    purge: Purge = import_string(settings.PURGES[name])
    return purge


def purge_deliveries() -> int:
    """Removes deliveries that are too old, and their settled dead letters; how many.

    Too old is what their organization says, else `RAW_LOG_DAYS`; that counts, too, for what is
    nobody's or has items of several. Kept however old: one whose dead letter waits for a person,
    and one that is not digested yet.
    """
    with transaction.atomic():
        ids = _oldest()
        hit("purge.before_delete")
        DeadLetter.objects.filter(delivery__in=ids).delete()
        # Only the ids are read: the bodies of 500 deliveries may be a gigabyte.
        Delivery.objects.filter(pk__in=ids).only("pk").delete()
        hit("purge.before_commit")
    if ids:
        hit("purge.after_batch")
    return len(ids)


def _oldest() -> list[int]:
    at = database_now()
    own = dict(Organization.objects.exclude(raw_log_days=None).values_list("pk", "raw_log_days"))
    plain = Q(organization=None) | ~Q(organization__in=list(own))
    spans = [(plain if own else Q(), settings.RAW_LOG_DAYS)]
    spans += [(Q(organization=pk), days or settings.RAW_LOG_DAYS) for pk, days in own.items()]
    for whose, days in spans:
        if ids := _older(whose, at - timedelta(days=days)):
            return ids
    return []


def _older(whose: Q, before: datetime) -> list[int]:
    waiting = DeadLetter.objects.filter(
        delivery=OuterRef("pk"), resolved_at=None, discarded_at=None
    )
    old = Delivery.objects.filter(
        whose,
        ~Exists(waiting),
        state=DeliveryState.DONE,
        digested_at__isnull=False,  # taken in from a file, and not replayed yet
        received_at__lt=before,
    ).order_by("received_at")
    rows = old.select_for_update(skip_locked=True, of=("self",))
    ids: list[int] = []
    total = 0
    for pk, size in rows.annotate(size=Length("body")).values_list("pk", "size")[:BATCH]:
        total += size
        if ids and total > BATCH_BYTES:
            break
        ids.append(pk)
    return ids
