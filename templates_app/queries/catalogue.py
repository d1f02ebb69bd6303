"""The settings page: every template with its state."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from accounts.models import Person
from templates_app import access, wording
from templates_app.models import MessageTemplate
from templates_app.queries.syncs import sync_states
from templates_app.shapes import TemplateRow, TemplatesPage

MOST_ROWS: Final = 300


def templates_page(person: Person, *, search: str = "") -> TemplatesPage:
    """The settings page: at most 300 rows, by name. Three queries, one more for a full page."""
    syncs = sync_states(person.organization_id, zone=person.zone)
    rows = access.visible_templates(person.organization_id).filter(removed_at=None)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(body__icontains=search))
    shown = list(rows.select_related("account").order_by("name", "language", "pk")[:MOST_ROWS])
    more = rows.count() - len(shown) if len(shown) == MOST_ROWS else 0
    return TemplatesPage(
        rows=tuple(template_row(row) for row in shown),
        more=more,
        syncs=syncs,
        search=search,
        several_accounts=len(syncs) > 1,
        may_sync=access.may_sync(person),
    )


def template_row(row: MessageTemplate) -> TemplateRow:
    """One template as the settings page shows it. No query when its account is there."""
    return TemplateRow(
        id=row.pk,
        name_parts=tuple(row.name.split("_")),
        account=str(row.account),
        language=row.language,
        language_label=wording.language_label(row.language),
        category_label=wording.category_label(row.category),
        status_label=wording.status_label(row.status),
        status_tone=wording.status_tone(row.status),
        quality_label=wording.quality_label(row.quality),
        quality_tone=wording.quality_tone(row.quality),
        sendable=row.sendable,
        reason=wording.not_sendable_sentence(row),
        body=row.body,
    )
