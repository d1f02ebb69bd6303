"""The door to the settings, and what people choose for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions.people import set_undo_seconds
from accounts.actors import agent
from accounts.forms import OwnSettingsForm
from accounts.pages import person_of


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The pages that this person may open, each with what it is for."""
    return render(request, "settings/index.html")


@require_http_methods(["GET", "POST"])
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """This person's own choices."""
    person = person_of(request)
    chosen = {"undo_seconds": person.undo_seconds}
    form = OwnSettingsForm(request.POST if request.method == "POST" else None, initial=chosen)
    if form.is_valid():
        seconds = form.cleaned_data["undo_seconds"]
        set_undo_seconds(person.pk, seconds=seconds, by=agent(person), at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:own")
    return render(request, "settings/own.html", {"form": form}, status=422 if form.errors else 200)
