"""Answers remembered for an `Idempotency-Key` go when nobody may ask for them any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction

from accounts.clock import database_now
from accounts.models import IdempotencyRecord

BATCH: Final = 500
# Beyond the time the contract gives them, so that no clock makes one go too early.
KEPT_FOR: Final = timedelta(hours=96)


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
