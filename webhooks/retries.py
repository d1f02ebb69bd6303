"""Dead letters that people want tried again: claimed in small numbers, then tried one by one."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM
from accounts.clock import database_now
from webhooks.actions import retry_dead_letter
from webhooks.claims import CRASHES
from webhooks.failpoints import hit
from webhooks.models import DeadLetter

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
REST: Final = timedelta(seconds=1)
BATCH: Final = 20


def retry_next(stop: threading.Event) -> bool:
    """Tries a few of those that are due; whether there were any.

    Raises: the database's error; what was not tried then is due again after the lease.
    """
    ids = [] if stop.is_set() else _claim()
    for letter_id in ids:
        if stop.is_set():
            _give_back([letter_id])
        else:
            _try(letter_id)
    return bool(ids)


def _claim() -> list[UUID]:
    due = DeadLetter.objects.filter(retry_at__lte=Now()).order_by("retry_at", "pk")
    if not due.exists():  # without a write lock: an idle drain looks five times a second
        return []
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=True, of=("self",))
        ids = _few(list(rows.values_list("pk", "retries_begun")[:BATCH]))
        DeadLetter.objects.filter(pk__in=ids).update(
            retry_at=Now() + LEASE, retries_begun=F("retries_begun") + 1
        )
        return ids


def _few(rows: list[tuple[UUID, int]]) -> list[UUID]:
    """As they come; one that was in hand when a worker died comes alone, to kill nobody else's."""
    ids: list[UUID] = []
    for letter_id, begun in rows:
        if ids and begun:
            break
        ids.append(letter_id)
        if begun:
            break
    return ids


def _try(letter_id: UUID) -> None:
    if DeadLetter.objects.filter(pk=letter_id, retries_begun__gt=CRASHES).update(
        retry_at=None, retries_begun=0, reason=_("Applying it ended the worker three times.")
    ):
        return
    hit("dead_letter.before_retry", str(letter_id))
    try:
        retry_dead_letter(letter_id, by=SYSTEM, at=database_now())
    except DatabaseTrouble:
        with suppress(DatabaseTrouble):
            _give_back([letter_id], after=REST)
        raise


def _give_back(ids: list[UUID], *, after: timedelta | None = None) -> None:
    # SQLite writes a sum with more digits than the moment itself: it would be due a little later.
    due = Now() + after if after else Now()
    DeadLetter.objects.filter(pk__in=ids, retry_at__isnull=False).update(
        retry_at=due, retries_begun=F("retries_begun") - 1
    )
