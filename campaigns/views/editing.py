"""The editor: name, template and values, when and pace, the last check."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import number_for
from accounts.actors import agent
from accounts.models import Person
from accounts.pages import RefusalsIn, person_of, saved
from accounts.queries import LIMITS
from accounts.refusals import Refused
from campaigns import access, checking, editor, pages, queries, wording
from campaigns.actions import audience as audiences
from campaigns.actions import editing, testing
from campaigns.audience import own_values, reach
from campaigns.editor import OWN, SAME, Chosen
from campaigns.forms import (
    AT_ONCE,
    LATER,
    NameForm,
    PaceForm,
    TestForm,
    typed_moment,
    typed_values,
)
from campaigns.models import Campaign
from campaigns.personal import FIELDS
from campaigns.status import EDITABLE
from campaigns.views.steering import manager_required
from templates_app.models import MessageTemplate


def draft_for(person: Person, campaign_id: UUID) -> Campaign:
    """A campaign that can still be changed. Refuses: STATE_CONFLICT for one that was launched."""
    row = access.campaign_for(person, campaign_id)
    if row.state not in EDITABLE:
        sentence = _("It has been launched: it cannot be changed any more. Copy it instead.")
        raise Refused("STATE_CONFLICT", sentence)
    return row


def step(
    request: HttpRequest, row: Campaign, number: int, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page of a step with what all of them show."""
    name = editor.NAMES[number - 1]
    context |= {"campaign": row, "steps": editor.steps(row, number), "step": number}
    context["refused"] = status == 422
    return render(request, f"campaigns/{name}.html", context, status=status)


# --- Name and number ---


@require_http_methods(["GET", "POST"])
@manager_required
def new(request: HttpRequest) -> HttpResponse:
    """What it is called, and from which number it is sent."""
    person = person_of(request)
    form = _name_form(request, person)
    if form.is_valid():
        data = form.cleaned_data
        number = number_for(person, UUID(data["number"]))
        fields: editing.Fields = {"name": data["name"], "phone_number": number}
        with RefusalsIn(form):
            made = editing.create(
                person.organization_id, fields, by=agent(person), at=timezone.now()
            )
            return redirect("campaigns:audience", made.pk)
    context = {"form": form, "campaign": None}
    return render(request, "campaigns/name.html", context, status=422 if form.errors else 200)


def _name_form(request: HttpRequest, person: Person, **initial: str) -> NameForm:
    numbers = [(str(one.pk), str(one)) for one in editor.numbers_of(person)]
    data = request.POST if request.method == "POST" else None
    return NameForm(data, numbers=numbers, initial=initial)


@require_http_methods(["GET", "POST"])
@manager_required
def name(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Another name, or another number."""
    person = person_of(request)
    row = draft_for(person, campaign_id)
    form = _name_form(request, person, name=row.name, number=str(row.phone_number_id))
    if form.is_valid():
        data = form.cleaned_data
        number = number_for(person, UUID(data["number"]))
        fields: editing.Fields = {"name": data["name"], "phone_number": number}
        with RefusalsIn(form):
            editing.change(row.pk, fields, by=agent(person), at=timezone.now())
            return saved(request, "campaigns:audience", row.pk)
    context = {"form": form, "campaign": row}
    return render(request, "campaigns/name.html", context, status=422 if form.errors else 200)


# --- Template and values ---


@require_http_methods(["GET", "POST"])
@manager_required
def template(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Which template, and what stands in its places; `do=preview` answers the previews alone."""
    person = person_of(request)
    row = draft_for(person, campaign_id)
    if request.method == "GET":
        return _template_page(
            request, row, editor.template_of_draft(row, request.GET.get("template", ""))
        )
    template = editor.template_of_draft(row, request.POST.get("template", ""))
    variables = editor.asked(template)
    sources, same = typed_values(request.POST, variables, [SAME, OWN, *FIELDS])
    typed = Chosen(sources, same)
    if request.POST.get("do") == "preview":
        found = editor.samples(row, template, typed, zone=person.zone)
        return render(request, "campaigns/_samples.html", {"samples": found})
    if template is None:
        return _template_page(request, row, None, error=_("Choose a template."))
    errors = editor.gaps(variables, typed)
    if errors:
        return _template_page(request, row, template, typed=typed, errors=errors)
    _save_template(row, template, typed, person)
    return saved(request, "campaigns:pace", row.pk)


def _save_template(row: Campaign, template: MessageTemplate, typed: Chosen, person: Person) -> None:
    zone = row.phone_number.organization.time_zone
    how: dict[str, Any] = {"by": agent(person), "at": timezone.now()}
    fields: editing.Fields = {
        "template": template,
        "variables": typed.values(editor.asked(template), zone=zone),
        "variables_map": typed.mapped(),
    }
    editing.change(row.pk, fields, **how)
    audiences.keep_values(row.pk, typed.own(), **how)


def _template_page(
    request: HttpRequest,
    row: Campaign,
    template: MessageTemplate | None,
    *,
    typed: Chosen | None = None,
    errors: dict[str, str] | None = None,
    error: str = "",
) -> HttpResponse:
    variables, own = editor.asked(template), own_values(row)
    chosen = typed or editor.chosen_of(row, own, variables)
    sendable, others = editor.choices(row)
    fields = editor.fields_of(variables, chosen, own, errors=errors or {})
    context = {
        "choices": sendable,
        "others": others,
        "chosen": template,
        "lost": row.template_name if template is None and row.template_name else "",
        "fields": fields,
        "wrong": [one for one in fields if one.error],
        "error": error,
        "samples": editor.samples(row, template, chosen, zone=person_of(request).zone),
    }
    return step(request, row, 2, context, status=422 if errors or error else 200)


# --- When and pace ---


@require_http_methods(["GET", "POST"])
@manager_required
def pace(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """When it starts, how fast it goes, when it rests; `do=estimate` answers the end alone."""
    person = person_of(request)
    row = draft_for(person, campaign_id)
    zone = row.phone_number.organization.time_zone
    data = request.POST if request.method == "POST" else None
    form = PaceForm(data, zone=zone, initial=_pace_of(row, zone))
    if request.POST.get("do") == "estimate":
        return render(request, "campaigns/_estimate.html", _estimate(form, row, person))
    if form.is_valid():
        with RefusalsIn(form):
            fields = form.fields_of_campaign()
            editing.change(row.pk, fields, by=agent(person), at=timezone.now())
            return saved(request, "campaigns:check", row.pk)
    context = {"form": form, "zone": zone.replace("_", " "), **_estimate(form, row, person)}
    return step(request, row, 3, context, status=422 if form.errors else 200)


def _pace_of(row: Campaign, zone: str) -> dict[str, Any]:
    return {
        "start": LATER if row.scheduled_at else AT_ONCE,
        "moment": typed_moment(row.scheduled_at, zone),
        "per_second": row.per_second,
        "quiet_from": row.quiet_from,
        "quiet_until": row.quiet_until,
    }


def _estimate(form: PaceForm, row: Campaign, person: Person) -> dict[str, str]:
    """The end of what is typed, where that makes sense; the row itself is left as it is."""
    if form.is_bound and form.is_valid():
        for field, value in form.fields_of_campaign().items():
            setattr(row, field, value)
    people = reach(row).reached
    at = timezone.now()
    words = editor.estimate(row, people, at=at, zone=person.zone)
    return {"estimate": words, "limit": editor.limit_words(row, people)}


# --- The last check ---


@require_http_methods(["GET", "POST"])
@manager_required
def check(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What would happen; posted, one message to a phone of one's own."""
    person = person_of(request)
    row = draft_for(person, campaign_id)
    form = TestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with RefusalsIn(form):
            own = form.cleaned_data["to"]
            testing.send_test(row.pk, to=own, by=agent(person), at=timezone.now())
            messages.success(request, _("The test is on its way to you."))
            return redirect("campaigns:check", row.pk)
    context = {"form": form, **_summary(row, person)}
    return step(request, row, 4, context, status=422 if form.errors else 200)


def _summary(row: Campaign, person: Person) -> dict[str, Any]:
    """What would happen, to whom and when, and what keeps it from happening."""
    reached, view, at = reach(row), queries.one(row), timezone.now()
    template, tier = editor.template_of_draft(row), row.phone_number.messaging_limit
    chosen = editor.chosen_of(row, own_values(row), editor.asked(template))
    return {
        "reach": reached,
        "view": view,
        "pace": pages.pace_words(view),
        "problems": checking.problems(row, reached),
        "samples": editor.samples(row, template, chosen, zone=person.zone)[:1],
        "estimate": editor.estimate(row, reached.reached, at=at, zone=person.zone),
        "limit": editor.limit_words(row, reached.reached),
        "tier": _(LIMITS[tier]) if tier in LIMITS else "",
        "people": wording.people(reached.reached),
        "starts": editor.start_words(row, at=at),
    }
