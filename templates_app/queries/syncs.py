"""When Meta's list was read last, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import BusinessAccount, PhoneNumber
from templates_app import wording
from templates_app.models import TemplateReading, TemplateSync
from templates_app.shapes import SyncState

# A run that is older has died with its process.
READS_AT_MOST: Final = timedelta(minutes=10)


def sync_states(organization_id: UUID, *, zone: str) -> tuple[SyncState, ...]:
    """One line for each account, by name. Three queries."""
    accounts = BusinessAccount.objects.filter(organization_id=organization_id)
    syncs = {
        sync.account_id: sync
        for sync in TemplateSync.objects.filter(account__organization_id=organization_id)
    }
    readings = _readings(organization_id)
    return tuple(
        _state(account, syncs.get(account.pk), zone, readings.get(account.pk, ""))
        for account in accounts.order_by("name", "pk")
    )


def _readings(organization_id: UUID) -> dict[UUID, str]:
    """How far each run is that goes on now."""
    rows = TemplateReading.objects.filter(
        account__organization_id=organization_id, began_at__gt=timezone.now() - READS_AT_MOST
    )
    return {row.account_id: _so_far(row.rows) for row in rows}


def _so_far(rows: int) -> str:
    if not rows:
        return _("Reading Meta's list…")
    sentence = ngettext(
        "Reading Meta's list: %(n)s template so far…",
        "Reading Meta's list: %(n)s templates so far…",
        rows,
    )
    return sentence % {"n": rows}


def sync_note(phone_number: PhoneNumber, *, zone: str) -> str:
    """One sentence about the last sync of the number's account. One query."""
    sync = TemplateSync.objects.filter(account_id=phone_number.account_id).first()
    state = _state(None, sync, zone)
    return f"{state.sentence} {state.error}".strip()


def _state(
    account: BusinessAccount | None, sync: TemplateSync | None, zone: str, reading: str = ""
) -> SyncState:
    name = str(account) if account else ""
    if sync is None:
        return SyncState(name, "", _("Never synced."), "", reading)
    when = wording.time_text(sync.finished_at, zone)
    at = sync.finished_at.isoformat()
    return SyncState(name, at, _found(sync, when), sync.error, reading)


def _found(sync: TemplateSync, when: str) -> str:
    sentence = ngettext(
        "Last synced %(when)s: %(total)s template, %(added)s new, %(changed)s changed,"
        " %(removed)s removed.",
        "Last synced %(when)s: %(total)s templates, %(added)s new, %(changed)s changed,"
        " %(removed)s removed.",
        sync.total,
    ) % {
        "when": when,
        "total": sync.total,
        "added": sync.added,
        "changed": sync.changed,
        "removed": sync.removed,
    }
    if not sync.failed:
        return sentence
    unread = ngettext("%(n)s could not be read.", "%(n)s could not be read.", sync.failed)
    return f"{sentence} {unread % {'n': sync.failed}}"
