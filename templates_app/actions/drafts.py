"""Drafts of templates: what was typed, kept until Meta has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import BusinessAccount
from templates_app.drafting import name_of
from templates_app.models import MessageTemplate, TemplateDraft

NAME: Final = 512
LANGUAGE: Final = 24


@transactional
def save_draft(
    account: BusinessAccount,
    typed: Mapping[str, Any],
    *,
    draft: TemplateDraft | None,
    template: MessageTemplate | None = None,
    by: Actor,
    at: datetime,
) -> TemplateDraft:
    """Keeps what was typed. draft: the row to go on with; None makes one, one for each edit."""
    if draft is None and template is not None:
        draft = TemplateDraft.objects.filter(template=template).first()
    row = draft or TemplateDraft(organization_id=account.organization_id, template=template)
    row.account = account
    row.typed = dict(typed)
    row.name = name_of(str(typed.get("name") or ""))[:NAME]
    row.language = str(typed.get("language") or "")[:LANGUAGE]
    row.by, row.updated_at = by.name[:120], at
    is_new = row._state.adding
    row.save()
    if is_new:
        _announce("template_draft.made", row, by=by, at=at)
    return row


@transactional
def drop_draft(draft: TemplateDraft, *, by: Actor, at: datetime) -> None:
    """It is at Meta now, or nobody wants it."""
    deleted, _rows = TemplateDraft.objects.filter(pk=draft.pk).delete()
    if deleted:
        _announce("template_draft.dropped", draft, by=by, at=at)


def _announce(kind: str, row: TemplateDraft, *, by: Actor, at: datetime) -> None:
    announce(kind, row.organization_id, by=by, at=at, ids=[row.pk])
