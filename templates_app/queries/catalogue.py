"""The settings page: every template with its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.events import last_seq
from accounts.models import Person
from templates_app import above, access, wording
from templates_app.models import MessageTemplate
from templates_app.queries.syncs import sync_states
from templates_app.shapes import Filter, TemplateRow, TemplatesPage

MOST_ROWS: Final = 300
FILTERS: Final = ("status", "category", "language", "quality")
DELETED: Final = "DELETED"


def templates_page(
    person: Person, *, search: str = "", wanted: Mapping[str, str] | None = None
) -> TemplatesPage:
    """The settings page: at most 300 rows, by name. Seven queries.

    wanted: of `FILTERS`, Meta's words. Removed templates come only when that status is wanted.
    """
    chosen = {name: value for name, value in (wanted or {}).items() if name in FILTERS and value}
    seq = last_seq(person.organization_id)  # before the rows: what comes since is told again
    syncs = sync_states(person.organization_id, zone=person.zone)
    everything = access.visible_templates(person.organization_id)
    rows = _narrowed(everything, search, chosen)
    shown = list(rows.select_related("account").order_by("name", "language", "pk")[:MOST_ROWS])
    used = above.last_used(shown)
    return TemplatesPage(
        rows=tuple(template_row(row, used=used.get(row.pk), zone=person.zone) for row in shown),
        more=rows.count() - len(shown) if len(shown) == MOST_ROWS else 0,
        total=everything.filter(removed_at=None).count(),
        syncs=syncs,
        search=search,
        filters=_filters(everything, chosen),
        is_narrowed=bool(search or chosen),
        several_accounts=len(syncs) > 1,
        may_sync=access.may_sync(person),
        may_manage=access.may_manage(person),
        seq=seq,
    )


def _narrowed(
    rows: QuerySet[MessageTemplate], search: str, chosen: Mapping[str, str]
) -> QuerySet[MessageTemplate]:
    if chosen.get("status") != DELETED:
        rows = rows.filter(removed_at=None)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(body__icontains=search))
    return rows.filter(**chosen)


def _filters(rows: QuerySet[MessageTemplate], chosen: Mapping[str, str]) -> tuple[Filter, ...]:
    """What there is to choose from: of what exists, and what is chosen."""
    found: dict[str, set[str]] = {name: {chosen.get(name, "")} for name in FILTERS}
    for values in rows.values_list(*FILTERS).distinct():
        for name, value in zip(FILTERS, values, strict=True):
            found[name].add(value)
    labels = {
        "status": (_("Status"), wording.status_label),
        "category": (_("Category"), wording.category_label),
        "language": (_("Language"), wording.language_label),
        "quality": (_("Quality"), wording.quality_label),
    }
    return tuple(
        Filter(
            name=name,
            label=label,
            value=chosen.get(name, ""),
            choices=_by_label([(one, words(one)) for one in found[name] if one]),
        )
        for name, (label, words) in labels.items()
    )


def _by_label(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: pair[1]))


def template_row(
    row: MessageTemplate, *, used: datetime | None = None, zone: str = "UTC"
) -> TemplateRow:
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
        used=wording.day_text(used, zone) if used else "",
    )
