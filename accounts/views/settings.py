"""The door to the settings, and what people choose for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import people_queries
from accounts.actions.people import OwnChoices, change_settings, end_sessions
from accounts.actors import agent
from accounts.pages import person_of, saved
from accounts.people_forms import OwnSettingsForm


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The pages that this person may open, each with what it is for."""
    return render(request, "settings/index.html")


@require_http_methods(["GET", "POST"])
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """This person's own choices, and what guards their account."""
    person = person_of(request)
    now = {field: getattr(person, field) for field in OwnSettingsForm.base_fields}
    form = OwnSettingsForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        choices = OwnChoices(**form.cleaned_data)
        change_settings(person.pk, to=choices, by=agent(person), at=timezone.now())
        return saved(request, "accounts:own")
    context = {"form": form, "one": people_queries.person_row(person, reader=person)}
    return render(request, "settings/own.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Logs this person out everywhere but here."""
    person = end_sessions(person_of(request).pk, by=agent(person_of(request)), at=timezone.now())
    update_session_auth_hash(request, person)
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("accounts:own")
