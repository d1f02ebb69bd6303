"""One page of Meta's list, applied to our rows in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from accounts.models import BusinessAccount
from templates_app import compiler
from templates_app.actions import history
from templates_app.listed import ListedTemplate, UnreadableTemplate, read_row, reason_against
from templates_app.models import APPROVED, DELETED, MessageTemplate, TemplateChange

FROM_META: Final = (
    *("meta_template_id", "category", "status", "quality", "parameter_format", "components"),
    *("rejected_reason",),
)
TOLD_BY_WEBHOOK: Final = frozenset({"status", "rejected_reason"})
COMPUTED: Final = ("body", "sendable", "not_sendable_reason", "removed_at")
OF_THE_STATUS: Final = ("explanation", "advice")


def locked(account_id: UUID) -> BusinessAccount:
    """The account, locked: whatever changes its templates takes turns, so that nothing deadlocks.

    Two runs at once alternate page by page; a webhook waits for one page at most.
    """
    # no_key: whoever only refers to the account need not wait.
    return BusinessAccount.objects.select_for_update(no_key=True).get(pk=account_id)


@dataclass(slots=True)
class Counts:
    """What a run found. nameless: rows of which not even the identity could be read."""

    added: int = 0
    changed: int = 0
    failed: int = 0
    nameless: int = 0
    total: int = 0

    def add(self, other: Counts) -> None:
        """The next page's counts."""
        self.added += other.added
        self.changed += other.changed
        self.failed += other.failed
        self.nameless += other.nameless
        self.total += other.total


@dataclass(slots=True)
class _Page:
    """The rows of a page: readable ones, unreadable ones, and ours that they speak of."""

    listed: dict[tuple[str, str], ListedTemplate] = field(default_factory=dict)
    unreadable: list[UnreadableTemplate] = field(default_factory=list)
    ours: Sequence[MessageTemplate] = ()


def apply_page(
    account: BusinessAccount, rows: Sequence[Mapping[str, Any]], *, at: datetime
) -> Counts:
    """Adds and changes what a page lists. The account's row is locked by the caller.

    at: when this run began. What a later run, or a later webhook, said is left alone.
    """
    page = _read(account, rows)
    fresh = _add(account, page, at=at)
    changed = _change(page, at=at)
    # Seen, also when unreadable: a template must not go because its row came out garbled.
    seen = MessageTemplate.objects.filter(pk__in=[row.pk for row in page.ours])
    seen.filter(Q(synced_at=None) | Q(synced_at__lt=at)).update(synced_at=at)
    return Counts(
        added=fresh,
        changed=changed,
        failed=len(page.unreadable),
        nameless=sum(not row.is_known for row in page.unreadable),
        total=len(rows),
    )


def _read(account: BusinessAccount, rows: Iterable[Mapping[str, Any]]) -> _Page:
    page = _Page()
    for row in map(read_row, rows):
        if isinstance(row, ListedTemplate):
            page.listed[row.key] = row
        else:
            page.unreadable.append(row)
    keys = {*page.listed, *(row.key for row in page.unreadable)}
    ids = {row.meta_template_id for row in page.unreadable} - {""}
    candidates = MessageTemplate.objects.filter(account=account).filter(
        Q(name__in={name for name, _ in keys}) | Q(meta_template_id__in=ids)
    )
    page.ours = [
        row for row in candidates if (row.name, row.language) in keys or row.meta_template_id in ids
    ]
    return page


def _add(account: BusinessAccount, page: _Page, *, at: datetime) -> int:
    known = {(row.name, row.language) for row in page.ours}
    fresh = [
        _filled(
            MessageTemplate(
                organization_id=account.organization_id,
                account=account,
                name=listed.name,
                language=listed.language,
                synced_at=at,
            ),
            listed,
            at=at,
        )
        for key, listed in page.listed.items()
        if key not in known
    ]
    return len(MessageTemplate.objects.bulk_create(fresh))


def _change(page: _Page, *, at: datetime) -> int:
    changed, told = [], []
    for row in page.ours:
        listed = page.listed.get((row.name, row.language))
        if listed is None or (row.synced_at and row.synced_at > at):
            continue
        before, state, text = _values(row), history.state_of(row), history.text_of(row.components)
        if _values(_filled(row, listed, at=at)) == before:
            continue
        changed.append(row)
        if row.status != state["status"]:
            row.explanation = row.advice = ""  # they were about the status before
        told += history.changes_since(row, state, at=at)
        if history.text_of(row.components) != text:
            told.append(TemplateChange(template=row, at=at, what="edited"))
    if changed:
        MessageTemplate.objects.bulk_update(
            changed, [*FROM_META, *COMPUTED, *OF_THE_STATUS], batch_size=100
        )
        TemplateChange.objects.bulk_create(told)
    return len(changed)


def _filled(row: MessageTemplate, listed: ListedTemplate, *, at: datetime) -> MessageTemplate:
    told_since = row.status_at is not None and row.status_at >= at
    for name in FROM_META:
        if not (told_since and name in TOLD_BY_WEBHOOK):
            setattr(row, name, getattr(listed, name))
    row.body = compiler.body_of(row.components)
    judge(row, at=at)
    return row


def judge(row: MessageTemplate, *, at: datetime) -> None:
    """Sets what follows from status and components."""
    row.not_sendable_reason = reason_against(row.status, row)
    row.sendable = row.status == APPROVED and not row.not_sendable_reason
    row.removed_at = (row.removed_at or at) if row.status == DELETED else None


def _values(row: MessageTemplate) -> list[Any]:
    return [getattr(row, name) for name in (*FROM_META, *COMPUTED)]
