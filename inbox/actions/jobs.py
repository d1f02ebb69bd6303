"""Jobs on people's data: claimed for a batch, settled under the claim, resumed after a crash."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.clock import database_now
from inbox.models import ContactImport, Erasure, Export

log = logging.getLogger(__name__)

J = TypeVar("J", Erasure, Export, ContactImport)

# Longer than any batch takes; an export of many files begins its lease anew as it goes.
LEASE: Final = timedelta(minutes=2)
MOST_ATTEMPTS: Final = 20
LONGEST_WAIT: Final = timedelta(minutes=10)


def claim(rows: QuerySet[J]) -> J | None:
    """The oldest of these that is due, in hand for `LEASE`; None where nothing is due."""
    at = database_now()
    due = rows.filter(
        Q(not_before=None) | Q(not_before__lte=at), Q(lease_until=None) | Q(lease_until__lt=at)
    ).order_by("created_at", "pk")
    if not due.exists():  # without a write lock: an idle drain looks often
        return None
    with transaction.atomic():
        row = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.claim_token, row.lease_until = uuid4(), at + LEASE
        row.save(update_fields=["claim_token", "lease_until"])
        return row


def settle(row: J, **fields: Any) -> bool:
    """Writes what became of a batch and gives the row back; False where another has it by now."""
    mine = type(row)._default_manager.filter(pk=row.pk, claim_token=row.claim_token)
    done: dict[str, Any] = {"claim_token": None, "lease_until": None, "attempts": 0}
    return bool(mine.update(**(done | fields)))


def keep(row: J, **fields: Any) -> bool:
    """Begins the lease anew in the middle of a long batch; False where another has it by now."""
    mine = type(row)._default_manager.filter(pk=row.pk, claim_token=row.claim_token)
    return bool(mine.update(lease_until=database_now() + LEASE, **fields))


def wait(row: J, seconds: float) -> None:
    """Gives the row back for a moment; that counts as no attempt."""
    settle(row, not_before=database_now() + timedelta(seconds=seconds))


def missed(row: J, error: Exception, *, at: datetime) -> None:
    """A batch failed: it is tried again, later each time.

    Only the kind of the error is logged: its text may quote a row.
    """
    pause = min(timedelta(seconds=2 ** min(row.attempts, 10)), LONGEST_WAIT)
    attempts = min(row.attempts + 1, MOST_ATTEMPTS)
    settle(row, attempts=attempts, not_before=at + pause)
    log.error("%s failed (%s) and is tried again in %s", row, type(error).__name__, pause)
