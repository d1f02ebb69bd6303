"""Drafts above the list, and what the linter may know of the account's other templates."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from accounts.models import Person
from templates_app import wording
from templates_app.desk_shapes import DraftRow
from templates_app.drafting import Draft, draft_of
from templates_app.linting import Known
from templates_app.models import MessageTemplate, TemplateDraft

MOST = 50


def draft_rows(person: Person) -> tuple[DraftRow, ...]:
    """The organization's drafts, newest first, at most 50. One query."""
    rows = TemplateDraft.objects.filter(organization_id=person.organization_id)
    return tuple(
        DraftRow(
            id=row.pk,
            name=row.name,
            language_label=wording.language_label(row.language) if row.language else "",
            when=wording.time_text(row.updated_at, person.zone),
            by=row.by,
            template_id=row.template_id,
        )
        for row in rows.order_by("-updated_at")[:MOST]
    )


def known_templates(
    account_id: UUID, *, name: str, body: str, but: UUID | None = None
) -> list[Known]:
    """The account's templates of that name or with that text, for the linter. One query.

    Without the one that is edited, and those that are gone.
    """
    same = Q(name=name) | Q(body=body) if body else Q(name=name)
    rows = MessageTemplate.objects.filter(same, account_id=account_id, removed_at=None)
    if but is not None:
        rows = rows.exclude(pk=but)
    return [Known(*values) for values in rows.values_list("name", "language", "category", "body")]


def draft_row_of(template: MessageTemplate) -> TemplateDraft | None:
    """What somebody has typed of an edit and Meta has not taken yet. One query."""
    return TemplateDraft.objects.filter(template=template).first()


def draft_of_template(template: MessageTemplate) -> Draft | None:
    """The form of a template; None where it has parts that the form does not know. No query."""
    return draft_of(template, category=template.category)
