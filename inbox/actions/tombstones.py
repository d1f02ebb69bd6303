"""Tombstones of who was erased: laid, and asked by everything that comes from Meta."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from accounts.models import Organization
from inbox.models import Tombstone
from inbox.tombstones import address_names, brings_back, mark_of, names_in
from webhooks import redacting
from webhooks.models import Delivery
from webhooks.works import Work
from whatsapp.inbound import named, person_in


def lay(organization: Organization, names: Iterable[str], *, at: datetime) -> None:
    """Lays one for each name; of one that is there already the newer erasure counts."""
    key = organization.tombstone_key
    Tombstone.objects.bulk_create(
        [
            Tombstone(organization=organization, mark=mark_of(key, name), erased_at=at)
            for name in sorted(set(names))
        ],
        update_conflicts=True,
        unique_fields=["organization", "mark"],
        update_fields=["erased_at"],
    )


def erased_among(organization: Organization, names: Collection[str]) -> dict[str, datetime]:
    """Which of these names were erased, and when. One query; none where nobody ever was."""
    return _erased({organization.pk: organization}, {organization.pk: names})[organization.pk]


def _erased(
    organizations: Mapping[UUID, Organization], names: Mapping[UUID, Collection[str]]
) -> dict[UUID, dict[str, datetime]]:
    found: dict[UUID, dict[str, datetime]] = {pk: {} for pk in names}
    name_of = {
        (pk, mark_of(key, name)): name
        for pk, organization in organizations.items()
        if (key := organization.tombstone_key)
        for name in names[pk]
    }
    if not name_of:
        return found
    rows = Tombstone.objects.filter(
        organization__in={pk for pk, _mark in name_of}, mark__in={mark for _pk, mark in name_of}
    )
    for pk, mark, erased_at in rows.values_list("organization_id", "mark", "erased_at"):
        if (pk, mark) in name_of:
            found[pk][name_of[pk, mark]] = erased_at
    return found


def late_among(items: Sequence[tuple[Organization, Work]]) -> list[frozenset[str]]:
    """For each item, the erased names for which it must not come back; nothing where it may.

    One query for any number of items; none where nobody of these organizations was ever erased.
    """
    organizations = {organization.pk: organization for organization, _work in items}
    found = [named(work.item) for _organization, work in items]
    names = [names_in(one) for one in found]
    every: defaultdict[UUID, set[str]] = defaultdict(set)
    for (organization, _work), mine in zip(items, names, strict=True):
        every[organization.pk] |= mine
    erased = _erased(organizations, every)
    late: list[frozenset[str]] = []
    for (organization, work), one, mine in zip(items, found, names, strict=True):
        known = erased[organization.pk]
        comes_back = brings_back(mine, known, at=one.at or work.received_at)
        late.append(mine & known.keys() if comes_back else frozenset())
    return late


def drop_late(items: Sequence[tuple[Organization, Work]]) -> list[bool]:
    """Which of these must have no effect; they leave the raw log in this transaction."""
    late = late_among(items)
    dropped = [(work, names) for (_one, work), names in zip(items, late, strict=True) if names]
    dropped.sort(key=lambda one: one[0].delivery_id)
    for delivery_id, group in groupby(dropped, key=lambda one: one[0].delivery_id):
        theirs = list(group)
        every = {name for _work, names in theirs for name in names}
        row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
        if row is not None:
            paths = [work.item.path for work, _names in theirs]
            redacting.take_out(row, paths, names_one_of(every))
    return [bool(names) for names in late]


def names_one_of(names: Collection[str]) -> Callable[[Any], bool]:
    """Whether an entry of `contacts`, or an imported thread, is about one of these addresses."""

    def theirs(raw: Any) -> bool:
        return not set(names).isdisjoint(address_names(person_in(raw)))

    return theirs
