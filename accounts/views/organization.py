"""The settings page of the organization."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, person_required
from accounts.actions.organizations import Rules, change_organization
from accounts.actors import agent
from accounts.pages import person_of, saved
from accounts.people_forms import OrganizationForm


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_ORGANIZATION)
def organization(request: HttpRequest) -> HttpResponse:
    """Name, time zone, and the rules that count for everybody."""
    person = person_of(request)
    now = {field: getattr(person.organization, field) for field in OrganizationForm.base_fields}
    form = OrganizationForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        change_organization(
            person.organization_id,
            to=Rules(**form.cleaned_data),
            by=agent(person),
            at=timezone.now(),
        )
        return saved(request, "accounts:organization")
    status = 422 if form.errors else 200
    return render(request, "settings/organization.html", {"form": form}, status=status)
