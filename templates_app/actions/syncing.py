"""Reading Meta's list of templates, page by page, and keeping ours the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.crypto import WrongPlace
from accounts.events import announce, transactional
from accounts.graph import NoToken, client_for
from accounts.models import BusinessAccount
from accounts.refusals import Refused
from templates_app.actions.applying import Counts, apply_page, locked
from templates_app.meta_errors import FAILURES
from templates_app.models import (
    DELETED,
    MessageTemplate,
    TemplateChange,
    TemplateReading,
    TemplateSync,
)
from whatsapp.client import TemplatePage
from whatsapp.errors import CloudApiError, NotSent


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What one run found. error: a sentence when it ended early; then nothing was removed.

    total: rows that Meta listed. failed: rows among them that could not be read.
    """

    account_id: UUID
    waba_id: str
    added: int
    changed: int
    removed: int
    failed: int
    total: int
    complete: bool
    error: str | None
    finished_at: datetime


def sync_organization(organization_id: UUID, *, by: Actor, at: datetime) -> list[SyncResult]:
    """Syncs every account, one after the other. Refuses: NO_CONNECTED_ACCOUNT."""
    accounts = BusinessAccount.objects.filter(organization_id=organization_id).order_by("pk")
    ids = list(accounts.values_list("pk", flat=True))
    if not ids:
        raise Refused("NO_CONNECTED_ACCOUNT", _("No WhatsApp account is connected yet."))
    return [sync_templates(account_id, by=by, at=at) for account_id in ids]


def sync_templates(account_id: UUID, *, by: Actor, at: datetime) -> SyncResult:
    """Reads every page of Meta's list and applies each as it comes.

    Holds no transaction while it waits for Meta: not to be called inside one. When a page fails,
    what was read before stays and nothing is removed; the result says so.
    """
    account = BusinessAccount.objects.get(pk=account_id)
    counts, pages, error, code = Counts(), 0, None, None
    _begin(account_id, at=at)
    try:
        for page in client_for(account).templates(account.waba_id):
            counts.add(_apply(account_id, page, before=counts.total, at=at))
            pages += 1
    except FAILURES as failure:
        error = _sentence(failure, page=pages + 1)
        code = failure.code if isinstance(failure, CloudApiError) else None
    return _finish(account_id, counts, error, code, by=by, at=at)


def _begin(account_id: UUID, *, at: datetime) -> None:
    TemplateReading.objects.update_or_create(
        account_id=account_id, defaults={"began_at": at, "rows": 0}
    )


@transactional
def _apply(account_id: UUID, page: TemplatePage, *, before: int, at: datetime) -> Counts:
    counts = apply_page(locked(account_id), page.rows, at=at)
    reading = TemplateReading.objects.filter(account=account_id)
    reading.update(rows=before + counts.total)
    return counts


@transactional
def _finish(
    account_id: UUID,
    counts: Counts,
    error: str | None,
    code: int | None,
    *,
    by: Actor,
    at: datetime,
) -> SyncResult:
    account = locked(account_id)
    TemplateReading.objects.filter(account=account).delete()
    may_remove = error is None and not counts.nameless
    result = SyncResult(
        account_id=account_id,
        waba_id=account.waba_id,
        added=counts.added,
        changed=counts.changed,
        removed=_remove_unseen(account, at=at) if may_remove else 0,
        failed=counts.failed,
        total=counts.total,
        complete=error is None,
        error=error,
        finished_at=timezone.now(),
    )
    _keep(account, result)
    _announce(account, result, code, by=by, at=at)
    return result


def _remove_unseen(account: BusinessAccount, *, at: datetime) -> int:
    here = MessageTemplate.objects.filter(account=account, removed_at=None)
    unseen = here.filter(Q(synced_at=None) | Q(synced_at__lt=at))
    TemplateChange.objects.bulk_create(
        TemplateChange(template=row, at=at, what="status", before=row.status, after=DELETED)
        for row in unseen
    )
    return unseen.update(
        status=DELETED, removed_at=at, sendable=False, not_sendable_reason="status"
    )


def _keep(account: BusinessAccount, result: SyncResult) -> None:
    facts = asdict(result) | {"error": result.error or ""}
    del facts["account_id"], facts["waba_id"]
    TemplateSync.objects.update_or_create(account=account, defaults=facts)
    account.templates_sync_error = result.error or ""
    if result.complete:
        account.templates_synced_at = result.finished_at
    account.save(update_fields=["templates_sync_error", "templates_synced_at"])


def _announce(
    account: BusinessAccount, result: SyncResult, code: int | None, *, by: Actor, at: datetime
) -> None:
    announce(
        "templates.synced",
        account.organization_id,
        by=by,
        at=at,
        ids=[account.pk],
        added=result.added,
        changed=result.changed,
        removed=result.removed,
        failed=result.failed,
        total=result.total,
        complete=result.complete,
        error_code=code,
    )


def _sentence(failure: Exception, *, page: int) -> str:
    facts = {"page": page, "reason": _reason(failure)}
    return _("Page %(page)s of Meta's list failed; nothing was removed. %(reason)s") % facts


def _reason(failure: Exception) -> str:
    match failure:
        case CloudApiError():
            said = {"code": failure.code, "details": failure.details or failure.title}
            return _("Meta says: (#%(code)s) %(details)s") % said
        case NoToken() | WrongPlace():
            return _("The account's access token is missing or cannot be opened.")
        case NotSent():
            return _("WhatsApp could not be reached.")
        case _:
            return _("No clear answer came back.")


def ask_for_sync(account: BusinessAccount) -> None:
    """The catalogue is out of date: the worker reads it again within seconds."""
    TemplateSync.objects.filter(account=account).delete()
