"""The settings page of the business numbers."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import access, queries
from accounts.access import Permission, person_required
from accounts.actions import numbers as actions
from accounts.actors import agent
from accounts.pages import person_of


@require_GET
@person_required(Permission.READ_NUMBERS)
def numbers(request: HttpRequest) -> HttpResponse:
    """A card for each business number."""
    person = person_of(request)
    context = {
        "numbers": queries.number_cards(person, at=timezone.now()),
        "removed": queries.removed_numbers(person),
        "notices": queries.account_notices(person),
        "simulator": settings.SIMULATOR,
    }
    return render(request, "settings/numbers.html", context)


@require_POST
@person_required(Permission.MANAGE_NUMBERS)
def pause(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Nothing more is sent from this number until somebody resumes it."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    actions.disconnect_number(number.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("Sending from %(number)s is paused.") % {"number": number})
    return redirect("accounts:numbers")


@require_POST
@person_required(Permission.MANAGE_NUMBERS)
def resume(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Sending may go on: what stopped it is repaired, or the pause is over."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    actions.resume_number(number.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("Sending goes on; what waited is being sent."))
    return redirect("accounts:numbers")
