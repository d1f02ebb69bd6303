"""The settings pages of targets for answering; their list is on the page of the hours."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import Permission, person_required
from accounts.actions.targets import change_target, create_target, delete_target
from accounts.actors import agent
from accounts.models import Person, SlaTarget
from accounts.pages import RefusalsIn, person_of, saved
from accounts.target_forms import TargetForm


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_HOURS)
def new_target(request: HttpRequest) -> HttpResponse:
    """Another target."""
    return _target(request, None)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_HOURS)
def one_target(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """One target."""
    return _target(request, access.target_for(person_of(request), target_id))


def _target(request: HttpRequest, row: SlaTarget | None) -> HttpResponse:
    person, posted = person_of(request), request.method == "POST"
    form = TargetForm(request.POST if posted else None, person=person, row=row)
    if posted and form.is_valid() and _written(form, row, by=person):
        return saved(request, "accounts:hours")
    context = {"form": form, "row": row}
    return render(request, "settings/target_form.html", context, status=422 if posted else 200)


def _written(form: TargetForm, row: SlaTarget | None, *, by: Person) -> bool:
    at = timezone.now()
    with RefusalsIn(form):
        if row is None:
            create_target(by.organization_id, form.target(), by=agent(by), at=at)
        else:
            change_target(row.pk, form.target(), by=agent(by), at=at)
    return not form.errors


@require_POST
@person_required(Permission.MANAGE_HOURS)
def remove_target(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """The target goes; its conversations go by the next wider one."""
    person = person_of(request)
    row = access.target_for(person, target_id)
    delete_target(row.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("The target is deleted."))
    return redirect("accounts:hours")
