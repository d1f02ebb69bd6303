"""The first step: who is to get it, by number, from a file, by label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import agent
from accounts.models import Person
from accounts.pages import RefusalsIn, person_of, saved
from campaigns import editor, pages, tables, uploads
from campaigns.actions import editing, recipients
from campaigns.actions.recipients import Added, Row
from campaigns.audience import reach
from campaigns.forms import (
    LabelsForm,
    PasteForm,
    TableForm,
    UploadForm,
    column_choices,
    typed_columns,
)
from campaigns.models import Campaign
from campaigns.uploads import Fault
from campaigns.views.editing import draft_for, step
from campaigns.views.steering import manager_required
from inbox.labels import label_rows
from templates_app.compiler import Variable

MOST_FAULTS = 50


@require_http_methods(["GET", "POST"])
@manager_required
def audience(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Who is in it so far; posted, numbers that somebody pasted."""
    person = person_of(request)
    row = draft_for(person, campaign_id)
    form = PasteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        lines = tables.pasted(form.cleaned_data["people"])
        rows = [Row(line.cell(0), name=line.cell(1)) for line in lines]
        with RefusalsIn(form):
            added = _add(row, rows, person)
            faults = [Fault(lines[one.place].number, one.to, one.reason) for one in added.invalid]
            return _told(request, row, added, faults)
    return _page(request, row, paste=form)


def _add(row: Campaign, rows: Sequence[Row], person: Person) -> Added:
    return recipients.add_recipients(row.pk, rows, by=agent(person), at=timezone.now())


def _told(
    request: HttpRequest, row: Campaign, added: Added, faults: Sequence[Fault]
) -> HttpResponse:
    """What came of it: back to the page, or the page with the lines that are wrong."""
    sentence = ngettext("%(n)s person added.", "%(n)s people added.", added.added)
    told = [sentence % {"n": f"{added.added:,}"}]
    if added.duplicates:
        sentence = ngettext(
            "%(n)s was in it already.", "%(n)s were in it already.", added.duplicates
        )
        told.append(sentence % {"n": f"{added.duplicates:,}"})
    if not faults:
        messages.success(request, " ".join(told))
        return redirect("campaigns:audience", row.pk)
    context = {"told": " ".join(told), "faults": faults[:MOST_FAULTS], "faulty": len(faults)}
    return _page(request, row, **context)


def _page(request: HttpRequest, row: Campaign, **more: Any) -> HttpResponse:
    person = person_of(request)
    page = pages.campaign_page(row, person, status="", after=_after(request), at=timezone.now())
    forms = {"paste": PasteForm(), "upload": UploadForm(), "labels": _labels_form(row)}
    context: dict[str, Any] = forms | {"page": page, "reach": reach(row)} | more
    refused = any(context[name].errors for name in forms)
    return step(request, row, 1, context, status=422 if refused else 200)


def _after(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


# --- By label ---


@require_POST
@manager_required
def labels(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """People whose conversations have labels; looked up when it starts."""
    person = person_of(request)
    row = draft_for(person, campaign_id)
    form = _labels_form(row, request.POST)
    if form.is_valid():
        with RefusalsIn(form):
            fields: editing.Fields = {"segment": form.segment()}
            editing.change(row.pk, fields, by=agent(person), at=timezone.now())
            return saved(request, "campaigns:audience", row.pk)
    return _page(request, row, labels=form)


def _labels_form(row: Campaign, data: Any = None) -> LabelsForm:
    segment = row.segment or {}
    chosen = list(segment.get("tags", []))
    known = [one.chip.name for one in label_rows(row.organization_id)]
    known += [one for one in chosen if one not in known]
    return LabelsForm(data, labels=[(one, one) for one in known], initial=segment)


# --- From a file ---


@require_POST
@manager_required
def upload(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """A file is looked at: its columns are guessed, nothing is added yet."""
    row = draft_for(person_of(request), campaign_id)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        with RefusalsIn(form):
            return _table(request, row, uploads.text_of_file(form.cleaned_data["file"].chunks()))
    return _page(request, row, upload=form)


@require_POST
@manager_required
def table(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What the columns hold: looked at again, or added. The page itself carries the table."""
    person = person_of(request)
    row = draft_for(person, campaign_id)
    form = TableForm(request.POST)
    if not form.is_valid():
        return redirect("campaigns:audience", row.pk)
    text = form.cleaned_data["table"]
    if request.POST.get("do") != "add":
        return _table(request, row, text)
    template = editor.template_of_draft(row, request.POST.get("template", ""))
    sheet, columns = _columns(request, text, editor.asked(template))
    looked = uploads.looked_at(row, sheet, tables.columns_of(columns))
    if not looked.rows:
        return _table(request, row, text, status=422)
    if template is not None and template.pk != row.template_id:
        how: dict[str, Any] = {"by": agent(person), "at": timezone.now()}
        editing.change(row.pk, {"template": template}, **how)
    added = _add(row, looked.rows, person)
    late = [Fault(looked.lines[one.place], one.to, one.reason) for one in added.invalid]
    return _told(request, row, added, [*looked.faults, *late])


def _table(request: HttpRequest, row: Campaign, text: str, *, status: int = 200) -> HttpResponse:
    template = editor.template_of_draft(row, request.POST.get("template", ""))
    variables = editor.asked(template)
    sheet, chosen = _columns(request, text, variables)
    looked = uploads.looked_at(row, sheet, tables.columns_of(chosen))
    columns = [
        {"place": n, "heading": sheet.headings[n], "samples": sheet.samples(n), "holds": holds}
        for n, holds in enumerate(chosen)
    ]
    context = {
        "form": TableForm({"table": text}),
        "columns": columns,
        "choices": column_choices(variables),
        "template": template,
        "templates": editor.choices(row)[0],
        "count": len(looked.rows),
        "faults": looked.faults,
        "faulty": looked.faulty,
        "has_numbers": tables.TO in chosen,
        "campaign": row,
        "steps": editor.steps(row, 1),
        "step": 1,
    }
    return render(request, "campaigns/table.html", context, status=status)


def _columns(
    request: HttpRequest, text: str, variables: Sequence[Variable]
) -> tuple[tables.Sheet, tuple[str, ...]]:
    sheet = tables.sheet_of(tables.rows_in(text))
    guessed = tables.guessed(sheet, [one.name for one in variables])
    return sheet, typed_columns(request.POST, guessed, variables)
