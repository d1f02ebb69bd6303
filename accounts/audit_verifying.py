"""Whether the audit log of an organization is whole: every link recomputed from the first row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit_chain import FIELDS, link
from accounts.models import AuditEvent, EventCounter


@dataclass(frozen=True, slots=True)
class Verdict:
    """rows: how many were right. wrong: the number of the first that is not, None for a whole log.

    reason: what is wrong with it, "" for nothing. number, hash: the newest row.
    """

    rows: int
    wrong: int | None
    reason: str
    number: int
    hash: str


def verify(organization_id: UUID) -> Verdict:
    """Reads the whole log, a thousand rows at a time. Memory does not grow with it.

    What it cannot see: a log that somebody with all rights on the database has made anew from a
    row on, links and all. Against that keep the newest number and hash somewhere else.
    """
    with transaction.atomic():
        # A writer would add rows between the two reads.
        counter = EventCounter.objects.select_for_update().get(organization_id=organization_id)
        number, last = counter.audit_number, counter.audit_hash
        strangers = AuditEvent.objects.filter(organization_id=organization_id).exclude(
            number__gt=0, number__lte=number
        )
        stranger = strangers.order_by("number").values_list("number", flat=True).first()
    if stranger is not None:
        return Verdict(0, stranger, _("it was put in"), number, last)
    rows = AuditEvent.objects.filter(organization_id=organization_id, number__lte=number)
    cut = rows.filter(cut_through__isnull=False).order_by("-cut_through").first()
    start, before = (0, "") if cut is None else (cut.cut_through or 0, str(cut.data.get("hash")))
    right = 0
    expected, previous = start + 1, before
    for row in _rows(organization_id, after=start, through=number):
        if row["number"] != expected:
            return Verdict(right, expected, _("it is missing"), number, last)
        if link(previous, row) != row["hash"]:
            return Verdict(right, expected, _("it was altered, or the one before it"), number, last)
        expected, previous, right = expected + 1, row["hash"], right + 1
    if expected != number + 1 or (number > start and previous != last):
        return Verdict(right, expected, _("it is missing"), number, last)
    return Verdict(right, None, "", number, last)


def _rows(organization_id: UUID, *, after: int, through: int) -> Iterator[dict[str, object]]:
    rows = AuditEvent.objects.filter(
        organization_id=organization_id, number__gt=after, number__lte=through
    )
    yield from rows.order_by("number").values(*FIELDS, "hash").iterator(chunk_size=1000)
