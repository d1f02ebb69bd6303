"""Labels: of a conversation, and their pages in the settings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission, check_may, may, person_required
from accounts.actors import agent
from accounts.models import Person
from accounts.pages import RefusalsIn, person_of, saved, show
from accounts.refusals import Refused
from inbox import access, labels
from inbox.actions import labels as actions
from inbox.forms import first_error, uuid_or_none
from inbox.models import Conversation, Label
from inbox.room_forms import LabelForm, RelabelForm
from inbox.shapes import LabelChoice
from inbox.views.threads import shown_again

# --- of a conversation ---


@require_http_methods(["GET", "POST"])
@login_required
def of_conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Every label to tick; posted, the conversation has those."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    if request.method != "POST":
        return _choices(request, conversation, labels.ids_of(conversation))
    form = RelabelForm(request.POST)
    try:
        if not form.is_valid():
            raise first_error(form)
        _relabel(conversation, form, by=person)
    except Refused as refusal:
        return _choices(request, conversation, form.ticked, refusal)
    return shown_again(request, conversation_id)


def _relabel(conversation: Conversation, form: RelabelForm, *, by: Person) -> None:
    how: dict[str, Any] = {"by": agent(by), "at": timezone.now()}
    name = form.cleaned_data["new"]
    if name:
        check_may(by, Permission.MANAGE_LABELS)
    actions.relabel(conversation.pk, add=form.add, remove=form.remove, new=name, **how)


def _choices(
    request: HttpRequest,
    conversation: Conversation,
    ticked: set[UUID],
    refusal: Refused | None = None,
) -> HttpResponse:
    person, has = person_of(request), labels.ids_of(conversation)
    rows = labels.label_rows(conversation.organization_id)
    context = {
        "conversation_id": conversation.pk,
        "choices": [LabelChoice(one.chip, one.chip.id in ticked) for one in rows],
        "had": [one.chip.id for one in rows if one.chip.id in has],
        "may_make": may(person, Permission.MANAGE_LABELS),
        "refusal": refusal,
        "typed": request.POST.get("new", ""),
    }
    status = refusal.status if refusal else 200
    part, page = "inbox/_labels.html", "inbox/labels.html"
    return show(request, part=part, page=page, context=context, status=status)


# --- in the settings ---


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_LABELS)
def label_list(request: HttpRequest) -> HttpResponse:
    """Every label with its uses, and the form that makes one."""
    person, posted = person_of(request), request.method == "POST"
    colour = labels.least_used_colour(person.organization_id)
    form = LabelForm(request.POST if posted else None, initial={"colour": colour})
    if posted and form.is_valid() and _made(form, by=person):
        return saved(request, "inbox:settings_labels")
    context = {"rows": labels.label_rows(person.organization_id), "form": form}
    status = 422 if posted else 200
    return render(request, "settings/labels.html", context, status=status)


def _made(form: LabelForm, *, by: Person) -> bool:
    how: dict[str, Any] = {"by": agent(by), "at": timezone.now()}
    with RefusalsIn(form):
        actions.create_label(by.organization_id, **form.cleaned_data, **how)
    return not form.errors


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_LABELS)
def one_label(request: HttpRequest, label_id: UUID) -> HttpResponse:
    """Name and colour; where the name is another's, joining the two is offered."""
    person, posted = person_of(request), request.method == "POST"
    row = access.label_for(person, label_id)
    form = LabelForm(
        request.POST if posted else None, initial={"name": row.name, "colour": row.colour}
    )
    context: dict[str, Any] = {"label": row, "form": form, "uses": row.labellings.count()}
    if posted and form.is_valid():
        try:
            actions.change_label(row.pk, **form.cleaned_data, by=agent(person), at=timezone.now())
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            context["taken"] = refusal.data.get("id")
        else:
            return saved(request, "inbox:settings_labels")
    context["others"] = Label.objects.filter(organization=row.organization_id).exclude(pk=row.pk)
    return render(request, "settings/label.html", context, status=422 if posted else 200)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_LABELS)
def merge(request: HttpRequest, label_id: UUID) -> HttpResponse:
    """Says what joining two labels does, and does it."""
    person = person_of(request)
    row = access.label_for(person, label_id)
    given = request.POST if request.method == "POST" else request.GET
    into = access.label_for(person, uuid_or_none(given.get("into", "")) or row.pk)
    if request.method == "POST":
        actions.merge_labels(row.pk, into.pk, by=agent(person), at=timezone.now())
        said = _("“%(one)s” is “%(other)s” now.") % {"one": row.name, "other": into.name}
        messages.success(request, said)
        return redirect("inbox:settings_labels")
    context = {"label": row, "into": into, "uses": row.labellings.count()}
    return render(request, "settings/merge_label.html", context)


@require_POST
@person_required(Permission.MANAGE_LABELS)
def remove(request: HttpRequest, label_id: UUID) -> HttpResponse:
    """The label goes, from every conversation."""
    person = person_of(request)
    row = access.label_for(person, label_id)
    uses = row.labellings.count()
    actions.delete_label(row.pk, by=agent(person), at=timezone.now())
    said = ngettext(
        "“%(name)s” is deleted, and taken off %(n)s conversation.",
        "“%(name)s” is deleted, and taken off %(n)s conversations.",
        uses,
    )
    messages.success(request, said % {"name": row.name, "n": uses})
    return redirect("inbox:settings_labels")
