"""The settings page of a number's assistant."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import access
from accounts.access import Permission, person_required
from accounts.actors import agent
from accounts.pages import person_of
from automation.actions.linking import link_bot
from automation.forms import AssistantForm


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def assistant(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Which assistant the number has, and whether it answers there."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    form = AssistantForm(request.POST if request.method == "POST" else None, number=number)
    if form.is_valid():
        link_bot(number.pk, by=agent(person), at=timezone.now(), **form.wanted())
        messages.success(request, _("Saved."))
        return redirect("accounts:number", number.pk)
    context = {"number": number, "form": form}
    return render(
        request, "settings/number_assistant.html", context, status=422 if form.errors else 200
    )
