"""The audit log: an export of it noted, its oldest rows cut off. Rows come by `announce()`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max, Min

from accounts.actors import SYSTEM, Actor
from accounts.clock import database_now
from accounts.events import announce, transactional
from accounts.models import AuditEvent, Organization

BATCH: Final = 500
YEAR: Final = timedelta(days=366)
# Each cut is a row: the log is not cut for every row that has become old, but about monthly.
SLACK: Final = timedelta(days=30)


@transactional
def note_audit_export(
    organization_id: UUID, *, file_format: str, rows: int, by: Actor, at: datetime
) -> None:
    """Somebody takes the log away: file_format is csv or jsonl, rows how many there were."""
    announce("audit.exported", organization_id, by=by, at=at, format=file_format, rows=rows)


@transactional
def cut_audit_log(organization_id: UUID, *, before: datetime, by: Actor, at: datetime) -> int:
    """Lets the rows go that stand before the first one of `before` or later; how many.

    A row of the log itself says up to which number, and carries the hash of the last that goes:
    what remains still proves itself. The triggers let those rows go from the commit on;
    `purge_cut_rows` removes them.
    """
    rows = AuditEvent.objects.filter(organization_id=organization_id)
    if (first := rows.aggregate(at=Min("number"))["at"]) is None:
        return 0
    kept_from = rows.filter(at__gte=before).aggregate(at=Min("number"))["at"]
    last = rows.aggregate(at=Max("number"))["at"] if kept_from is None else kept_from - 1
    through = rows.filter(number=last).first()
    if through is None or last <= (rows.aggregate(at=Max("cut_through"))["at"] or 0):
        return 0
    announce("audit.cut", organization_id, by=by, at=at, through=through.number, hash=through.hash)
    return int(last - first + 1)


@transactional
def purge_cut_rows(organization_id: UUID) -> int:
    """Removes one batch of the rows that a cut has let go, oldest first; how many."""
    rows = AuditEvent.objects.filter(organization_id=organization_id)
    through = rows.aggregate(at=Max("cut_through"))["at"] or 0
    gone = rows.filter(number__lte=through).order_by("number").values_list("pk", flat=True)
    removed, _each = AuditEvent.objects.filter(pk__in=list(gone[:BATCH])).delete()
    return removed


def purge_audit_log() -> int:
    """Removes one batch of what organizations do not keep any longer (`audit_years`); how many."""
    now = database_now()
    for organization in Organization.objects.exclude(audit_years=None).order_by("pk"):
        before = now - (organization.audit_years or 0) * YEAR
        rows = AuditEvent.objects.filter(organization=organization).order_by("number")
        if rows.filter(at__lt=before - SLACK)[:1]:
            cut_audit_log(organization.pk, before=before, by=SYSTEM, at=now)
        if removed := purge_cut_rows(organization.pk):
            return removed
    return 0
