"""What this app keeps goes when nobody may ask for it any more: remembered answers, old
events, sessions that are over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.clock import database_now
from accounts.models import Event, IdempotencyRecord

BATCH: Final = 500
# Beyond the time the contract gives them, so that no clock makes one go too early.
KEPT_FOR: Final = timedelta(hours=96)
# Browsers catch up over a day (inbox.live_read); somebody may ask later what has happened.
EVENTS_KEPT_FOR: Final = timedelta(days=90)


def purge_idempotency_records() -> int:
    """Removes one batch of those that have expired; how many."""
    with transaction.atomic():
        old = IdempotencyRecord.objects.filter(created_at__lt=database_now() - KEPT_FOR)
        ids = list(
            old.order_by("pk")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:BATCH]
        )
        IdempotencyRecord.objects.filter(pk__in=ids).delete()
    return len(ids)


def purge_sessions() -> int:
    """Removes one batch of those that have expired; how many."""
    over = Session.objects.filter(expire_date__lt=database_now())
    keys = list(over.order_by("expire_date").values_list("pk", flat=True)[:BATCH])
    over.filter(pk__in=keys).delete()
    return len(keys)


@cache
def kept_kinds() -> tuple[str, ...]:
    """The kinds that stay: `EVENTS_KEPT`."""
    return tuple(kind for name in settings.EVENTS_KEPT for kind in import_string(name))


# Where the next batch begins: what stays is not read again before the next round.
_begun: dict[str, UUID] = {}


def purge_events() -> int:
    """Removes one batch of events that are 90 days old and that no page shows any more; how many.

    Those of a conversation's timeline stay as long as the conversation.
    """
    until = _first_id_of(database_now() - EVENTS_KEPT_FOR)
    old = Event.objects.filter(pk__lt=until).exclude(kind__in=kept_kinds())
    if "after" in _begun:
        old = old.filter(pk__gt=_begun["after"])
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not ids:
        _begun.clear()
        return 0
    _begun["after"] = ids[-1]
    Event.objects.filter(pk__in=ids).delete()
    return len(ids)


def _first_id_of(moment: datetime) -> UUID:
    """The smallest id of version 7 that is made then: our own time, where `at` may be Meta's."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
