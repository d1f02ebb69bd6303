"""The settings pages of opening hours; their list shows the targets, too."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, hours_pages
from accounts.access import Permission, person_required
from accounts.actions.hours import change_hours, create_hours, delete_hours
from accounts.actors import agent
from accounts.hours_forms import HoursForm
from accounts.models import BusinessHours, Person
from accounts.pages import RefusalsIn, person_of, saved


@require_GET
@person_required(Permission.MANAGE_HOURS)
def hours(request: HttpRequest) -> HttpResponse:
    """Every schedule with whether it is open now, and the targets that count by them."""
    person = person_of(request)
    context = {
        "schedules": hours_pages.hours_rows(person, at=timezone.now()),
        "targets": hours_pages.target_rows(person),
    }
    return render(request, "settings/hours.html", context)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_HOURS)
def new_hours(request: HttpRequest) -> HttpResponse:
    """Another schedule."""
    return _hours(request, None)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_HOURS)
def one_hours(request: HttpRequest, hours_id: UUID) -> HttpResponse:
    """One schedule: its week, its holidays, whose it is."""
    return _hours(request, access.hours_for(person_of(request), hours_id))


def _hours(request: HttpRequest, row: BusinessHours | None) -> HttpResponse:
    person, posted = person_of(request), request.method == "POST"
    form = HoursForm(request.POST if posted else None, person=person, row=row)
    if posted and form.is_valid() and _written(form, row, by=person):
        return saved(request, "accounts:hours")
    context = {"form": form, "row": row, "may_delete": row is not None}
    return render(request, "settings/hours_form.html", context, status=422 if posted else 200)


def _written(form: HoursForm, row: BusinessHours | None, *, by: Person) -> bool:
    at = timezone.now()
    with RefusalsIn(form):
        if row is None:
            create_hours(by.organization_id, form.schedule(), by=agent(by), at=at)
        else:
            change_hours(row.pk, form.schedule(), by=agent(by), at=at)
    return not form.errors


@require_POST
@person_required(Permission.MANAGE_HOURS)
def remove_hours(request: HttpRequest, hours_id: UUID) -> HttpResponse:
    """The schedule goes; who went by it goes by the default."""
    person = person_of(request)
    row = access.hours_for(person, hours_id)
    delete_hours(row.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s is deleted.") % {"name": row.name})
    return redirect("accounts:hours")
