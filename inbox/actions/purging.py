"""Statuses that waited in vain for their message go when the raw log that brought them goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from accounts.clock import database_now
from inbox.models import PendingStatus

BATCH: Final = 500


def purge_parked_statuses() -> int:
    """Removes one batch of those that are older than `RAW_LOG_DAYS`; how many."""
    with transaction.atomic():
        old = PendingStatus.objects.filter(
            created_at__lt=database_now() - timedelta(days=settings.RAW_LOG_DAYS)
        ).order_by("pk")
        # Whoever applies one now has locked it by deleting it: that one is skipped.
        ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        PendingStatus.objects.filter(pk__in=ids).delete()
    return len(ids)
