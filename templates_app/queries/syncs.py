"""When Meta's list was read last, and what came of it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import BusinessAccount, PhoneNumber
from templates_app import wording
from templates_app.models import TemplateSync
from templates_app.shapes import SyncState


def sync_states(organization_id: UUID, *, zone: str) -> tuple[SyncState, ...]:
    """One line for each account, by name. Two queries."""
    accounts = BusinessAccount.objects.filter(organization_id=organization_id)
    syncs = {
        sync.account_id: sync
        for sync in TemplateSync.objects.filter(account__organization_id=organization_id)
    }
    return tuple(
        _state(str(account), syncs.get(account.pk), zone)
        for account in accounts.order_by("name", "pk")
    )


def sync_note(phone_number: PhoneNumber, *, zone: str) -> str:
    """One sentence about the last sync of the number's account. One query."""
    sync = TemplateSync.objects.filter(account_id=phone_number.account_id).first()
    state = _state("", sync, zone)
    return f"{state.sentence} {state.error}".strip()


def _state(account: str, sync: TemplateSync | None, zone: str) -> SyncState:
    if sync is None:
        return SyncState(account, "", _("Never synced."), "")
    when = wording.time_text(sync.finished_at, zone)
    return SyncState(account, sync.finished_at.isoformat(), _found(sync, when), sync.error)


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
