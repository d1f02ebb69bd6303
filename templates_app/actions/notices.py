"""What Meta tells about a template by webhook: status, quality, category."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from accounts.actors import SYSTEM
from accounts.events import announce, transactional
from accounts.models import BusinessAccount
from templates_app.actions import history
from templates_app.actions.applying import judge, locked
from templates_app.listed import WORD, without_none
from templates_app.models import DELETED, MessageTemplate, TemplateChange
from whatsapp.inbound import TemplateUpdate

# Events that are named otherwise than the status they lead to.
STATUS_OF: Final[Mapping[str, str]] = {"REINSTATED": "APPROVED"}
# A warning, and a return to a status that the event does not name: the next sync tells.
NO_STATUS: Final = frozenset({"FLAGGED", "UNARCHIVED"})
TIMES: Final = frozenset({"quality_at", "category_at"})


@transactional
def apply_update(
    account: BusinessAccount, update: TemplateUpdate, *, said_at: datetime, received_at: datetime
) -> bool:
    """Applies one notice; whether the template is known. One that is not waits for a sync.

    said_at: Meta's time. A word that is no newer than the one we have changes nothing.
    """
    template = _template(locked(account.pk), update)
    if template is None:
        return False
    before = history.state_of(template)
    changed = _apply(template, update, said_at=said_at, received_at=received_at)
    if not changed:
        return True
    template.save(update_fields=changed)
    TemplateChange.objects.bulk_create(history.changes_since(template, before, at=said_at))
    if set(changed) <= TIMES:
        return True
    announce(
        "template.updated",
        account.organization_id,
        by=SYSTEM,
        at=received_at,
        ids=[template.pk],
        change=update.change,
        status=template.status,
        quality=template.quality,
        category=template.category,
    )
    return True


def _template(account: BusinessAccount, update: TemplateUpdate) -> MessageTemplate | None:
    rows = MessageTemplate.objects.filter(account=account)
    known = rows.filter(meta_template_id=update.template_id).first()
    if known or not (update.name and update.language):
        return known
    # By name only where we never learned the id: the id of a name changes when it is made anew.
    return rows.filter(meta_template_id="", name=update.name, language=update.language).first()


def _apply(
    template: MessageTemplate, update: TemplateUpdate, *, said_at: datetime, received_at: datetime
) -> list[str]:
    """Changes the row; the names of the fields to save, none when nothing changed."""
    match update.change:
        case "status" if update.event and update.event not in NO_STATUS:
            return _set_status(template, update, said_at=said_at, received_at=received_at)
        case "quality" if update.new_quality:
            return _set_word(template, "quality", update.new_quality, said_at=said_at)
        case "category" if update.new_category:
            return _set_word(template, "category", update.new_category, said_at=said_at)
    return []


def _set_word(template: MessageTemplate, name: str, word: str, *, said_at: datetime) -> list[str]:
    last: datetime | None = getattr(template, f"{name}_at")
    if last is not None and said_at <= last:
        return []
    changed = [f"{name}_at"]
    setattr(template, f"{name}_at", said_at)
    if getattr(template, name) != word[:WORD]:
        setattr(template, name, word[:WORD])
        changed.append(name)
    return changed


def _set_status(
    template: MessageTemplate, update: TemplateUpdate, *, said_at: datetime, received_at: datetime
) -> list[str]:
    event = (update.event or "")[:WORD]
    same = said_at == template.status_at and STATUS_OF.get(event, event) == template.status
    if same or (template.status_at and said_at < template.status_at):
        return []
    if template.status == DELETED and event == "PENDING_DELETION":
        return []  # the echo of our own deletion
    template.status = STATUS_OF.get(event, event)
    template.status_at = said_at
    template.rejected_reason = without_none(update.reason)
    template.explanation, template.advice = _told(update)
    judge(template, at=received_at)
    return [
        *("status", "status_at", "rejected_reason", "explanation", "advice"),
        *("sendable", "not_sendable_reason", "removed_at"),
    ]


def _told(update: TemplateUpdate) -> tuple[str, str]:
    """Meta's own words: why, and what it recommends."""
    why = update.explanation or update.pause_description or update.disable_date or ""
    return why, update.recommendation or ""
