"""The settings pages of the people of an organization."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, queries
from accounts.access import Permission, check_may, person_required
from accounts.actions.people import (
    change_role,
    create_person,
    deactivate_person,
    reactivate_person,
)
from accounts.actors import agent
from accounts.forms import PersonForm, RoleForm
from accounts.models import Person
from accounts.pages import person_of
from accounts.refusals import Refused


@require_http_methods(["GET", "POST"])
@person_required(Permission.READ_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody; and for an admin the form that adds somebody."""
    person = person_of(request)
    if request.method == "POST":
        check_may(person, Permission.MANAGE_PEOPLE)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (added := _added(form, person, at=timezone.now())):
        messages.success(request, _("%(name)s can log in now.") % {"name": added.name})
        return redirect("accounts:people")
    context = {"people": queries.person_rows(person), "form": form}
    return render(request, "settings/people.html", context, status=422 if form.errors else 200)


def _added(form: PersonForm, person: Person, *, at: datetime) -> Person | None:
    try:
        return create_person(person.organization_id, by=agent(person), at=at, **form.wanted())
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
        return None


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_PEOPLE)
def colleague(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: the role, and whether they may log in."""
    person = person_of(request)
    one = access.colleague_for(person, person_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": one.role})
    if form.is_valid() and _changed(form, one, by=person, at=timezone.now()):
        messages.success(request, _("Saved."))
        return redirect("accounts:people")
    context = {"one": queries.person_row(one, reader=person), "form": form}
    return render(request, "settings/person.html", context, status=422 if form.errors else 200)


def _changed(form: RoleForm, one: Person, *, by: Person, at: datetime) -> bool:
    try:
        change_role(one.pk, role=form.role_given, by=agent(by), at=at)
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
    return not form.errors


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def deactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ends a person's access. The button stands on the person's own page, with what it does."""
    person = person_of(request)
    one = access.colleague_for(person, person_id)
    deactivate_person(one.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s can no longer log in.") % {"name": one.name})
    return redirect("accounts:people")


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def reactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Gives access back."""
    person = person_of(request)
    one = access.colleague_for(person, person_id)
    reactivate_person(one.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s can log in again.") % {"name": one.name})
    return redirect("accounts:people")
