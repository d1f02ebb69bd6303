"""Deliveries as jobs: claimed for a minute of the database's time, then done, or given back."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length, Now

from webhooks.models import Delivery, DeliveryState

LEASE: Final = timedelta(seconds=60)
BATCH: Final = 100
BATCH_BYTES: Final = 8 * 1024 * 1024
# So many workers may die over an item; then it is a dead letter.
CRASHES: Final = 3
NOBODYS: Final[Mapping[int, UUID | None]] = MappingProxyType({})


def claim(*, is_steady: bool = True) -> list[Delivery]:
    """What is due, oldest first, at most BATCH; the claim is committed. Empty: nothing is due.

    is_steady: whether this worker has lived for a while. What would be condemned by one more death
    is taken by such a worker only: it is then most likely the death that it causes itself.

    A delivery that was in hand when a worker died comes alone, so that its next crash is nobody
    else's; and after all others, those last that saw most crashes. Where workers are killed for
    reasons of their own, the first claim of each new one is what dies with it: were it the same
    delivery each time, three such deaths would condemn it.
    """
    if not _due().exists():  # without a write lock: an idle drain looks five times a second
        return []
    with transaction.atomic():
        ids = _next_ids(is_steady=is_steady)
        Delivery.objects.filter(pk__in=ids).update(
            attempts=F("attempts") + 1, lease_until=Now() + LEASE
        )
    return list(Delivery.objects.filter(pk__in=ids).order_by("pk"))


def _due() -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=Now()),
        Q(not_before=None) | Q(not_before__lte=Now()),
        state=DeliveryState.RECEIVED,
    )


def _next_ids(*, is_steady: bool) -> list[int]:
    # SQLite ignores SKIP LOCKED: there the IMMEDIATE transaction keeps other claimers out.
    due = _due().select_for_update(skip_locked=True)
    fresh = due.filter(attempts=0).order_by("pk").annotate(size=Length("body"))
    ids: list[int] = []
    total = 0
    for pk, size in fresh.values_list("pk", "size")[:BATCH]:
        total += size
        if ids and total > BATCH_BYTES:
            break
        ids.append(pk)
    suspects = due.filter(attempts__gt=0).order_by("attempts", "pk")
    if not is_steady:
        suspects = suspects.filter(attempts__lt=CRASHES - 1)
    return ids or list(suspects.values_list("pk", flat=True)[:1])


def keep(ids: Iterable[int]) -> None:
    """Begins the lease anew."""
    Delivery.objects.filter(pk__in=ids).update(lease_until=Now() + LEASE)


def finish(item_counts: dict[int, int], owners: Mapping[int, UUID | None] = NOBODYS) -> None:
    """Marks deliveries as done. item_counts: the number of items by delivery id.

    owners: the organization whose items it has, where that is one.
    """
    alike: dict[tuple[int, UUID | None], list[int]] = defaultdict(list)
    for pk, count in item_counts.items():
        alike[count, owners.get(pk)].append(pk)
    for (count, owner), ids in alike.items():
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.DONE,
            digested_at=Now(),
            lease_until=None,
            items=count,
            organization=owner,
        )


def give_back(ids: Iterable[int]) -> None:
    """Gives back what was claimed and not begun; it counts as no attempt."""
    Delivery.objects.filter(pk__in=ids, state=DeliveryState.RECEIVED).update(
        attempts=F("attempts") - 1, lease_until=None
    )


def give_back_after_trouble(ids: Iterable[int]) -> None:
    """The same, for half a second to a second and a half: the database had to refuse."""
    wait = timedelta(seconds=random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries
    Delivery.objects.filter(pk__in=ids, state=DeliveryState.RECEIVED).update(
        attempts=F("attempts") - 1, lease_until=None, not_before=Now() + wait
    )


def suspect(ids: Iterable[int]) -> None:
    """Gives back, to be digested alone in a second or two: others go first meanwhile."""
    wait = timedelta(seconds=random.uniform(1, 2))  # noqa: S311 - spreads retries
    Delivery.objects.filter(pk__in=ids, state=DeliveryState.RECEIVED).update(
        lease_until=None, not_before=Now() + wait
    )


def take_in_hand(delivery: Delivery, index: int) -> None:
    """Writes down, before the item is applied, which one it is: a crash will be its crash."""
    if delivery.item_in_hand != index:
        # The first crash, in a batch, counts for every item: it may have been any of them.
        delivery.attempts, delivery.item_in_hand = min(delivery.attempts, 2), index
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=delivery.attempts, item_in_hand=index, lease_until=Now() + LEASE
    )
