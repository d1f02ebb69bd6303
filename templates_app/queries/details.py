"""One template with all that is known of it: preview, history, languages, where it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.models import Person
from templates_app import above, access, wording
from templates_app.compiler import FILES, Kind, NotSendable, Template, Values
from templates_app.compiler import preview as compiled_preview
from templates_app.compiler import variables_of as compiled_variables
from templates_app.desk_shapes import HistoryLine, Sibling, TemplateDetails
from templates_app.drafting import draft_of
from templates_app.models import APPROVED, MessageTemplate, TemplateChange, TemplateDraft
from templates_app.queries.catalogue import template_row
from templates_app.queries.choices import variables_of

HISTORY: Final = 50
FOR_PROGRAMS: Final = frozenset({Kind.PAYLOAD, Kind.FLOW, Kind.FLOW_DATA})
FILLED: Final = frozenset({Kind.TEXT, Kind.SUFFIX, Kind.CODE, Kind.ONE_TIME_CODE})
EDITABLE: Final = frozenset({APPROVED, "REJECTED", "PAUSED"})
EDIT_EVERY: Final = timedelta(days=1)
EDITS_COUNTED_FOR: Final = timedelta(days=30)
MOST_EDITS: Final = 10


def template_details(template: MessageTemplate, *, person: Person, at: datetime) -> TemplateDetails:
    """The page of one template. Five queries."""
    used = above.last_used([template]).get(template.pk)
    manages = access.may_manage(person)
    note = edit_note(template, at=at, zone=person.zone) or _beyond_the_form(template)
    there = template.removed_at is None
    return TemplateDetails(
        row=template_row(template, used=used, zone=person.zone),
        account_id=template.account_id,
        name=template.name,
        meta_template_id=template.meta_template_id,
        letter=letter_of(template, zone=person.zone),
        explanation=template.explanation,
        advice=template.advice,
        history=history_of(template, zone=person.zone),
        siblings=_siblings(template),
        uses=above.uses_of(template, person=person),
        variables=_asked_of_people(template),
        may_manage=manages,
        may_edit=manages and there and not note,
        edit_note=note if there else "",
        may_delete=manages and there,
        may_unpause=manages and template.status == "PAUSED",
        is_removed=not there,
        has_draft=TemplateDraft.objects.filter(template=template).exists(),
    )


def _beyond_the_form(template: MessageTemplate) -> str:
    if draft_of(template, category=template.category) is not None:
        return ""
    return _("It has parts that only WhatsApp Manager can edit, at Meta.")


def _asked_of_people(template: MessageTemplate) -> tuple[tuple[str, str], ...]:
    """Label and sample of each value; the sample of a file is an address that says nothing."""
    return tuple(
        (one.label, "" if one.kind in FILES else one.example)
        for one in variables_of(template)
        if one.kind not in FOR_PROGRAMS
    )


def letter_of(template: Template, *, zone: str) -> Any:
    """What the preview shows, filled in with the samples; None for what cannot be compiled."""
    try:
        samples = {
            one.name: one.example
            for one in compiled_variables(template)
            if one.example and one.kind in FILLED
        }
        found = compiled_preview(template, Values(variables=samples))
    except NotSendable:
        return None
    return above.letter_of(found.content, zone=zone)


def history_of(template: MessageTemplate, *, zone: str) -> tuple[HistoryLine, ...]:
    """At most 50 lines, newest first. One query."""
    rows = TemplateChange.objects.filter(template=template).order_by("-at", "-pk")[:HISTORY]
    return tuple(
        HistoryLine(
            at=row.at.isoformat(),
            when=wording.time_text(row.at, zone),
            sentence=wording.change_sentence(row),
            by=row.by,
        )
        for row in rows
    )


def _siblings(template: MessageTemplate) -> tuple[Sibling, ...]:
    """Every language of the name, this one too; one query."""
    rows = MessageTemplate.objects.filter(account=template.account_id, name=template.name)
    there = rows.filter(removed_at=None).order_by("language")
    return tuple(
        Sibling(
            id=row.pk,
            language_label=wording.language_label(row.language),
            status_label=wording.status_label(row.status),
            status_tone=wording.status_tone(row.status),
            is_this=row.pk == template.pk,
        )
        for row in there
    )


def edit_note(template: MessageTemplate, *, at: datetime, zone: str) -> str:
    """Why, or until when, a template cannot be edited; "" when it can. At most one query.

    Meta takes an approved one once in 24 hours and ten times in 30 days. Of edits made in its
    own manager Baton knows when it read them.
    """
    if template.status not in EDITABLE:
        return _("Only approved, rejected and paused templates can be edited.")
    if template.status != APPROVED:
        return ""
    edits = TemplateChange.objects.filter(
        template=template, what="edited", at__gt=at - EDITS_COUNTED_FOR
    )
    return _pace(list(edits.order_by("-at").values_list("at", flat=True)), at=at, zone=zone)


def _pace(edits: Sequence[datetime], *, at: datetime, zone: str) -> str:
    if edits and at - edits[0] < EDIT_EVERY:
        facts = {"when": wording.time_text(edits[0] + EDIT_EVERY, zone)}
        return _("Meta takes one edit in 24 hours: again from %(when)s.") % facts
    if len(edits) >= MOST_EDITS:
        again = edits[MOST_EDITS - 1] + EDITS_COUNTED_FOR
        facts = {"when": wording.time_text(again, zone)}
        return _("Meta takes ten edits in 30 days: again from %(when)s.") % facts
    return ""
