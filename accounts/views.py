"""The settings of numbers and keys, and answers that belong to no app's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, queries
from accounts.access import Permission, person_required
from accounts.actions import keys as key_actions
from accounts.actions import numbers as number_actions
from accounts.actors import agent
from accounts.forms import KeyForm
from accounts.keys import MadeKey
from accounts.pages import person_of, wants_part
from accounts.refusals import Refused


@require_GET
@login_required
def settings_index(request: HttpRequest) -> HttpResponse:
    """Where the settings are."""
    return render(request, "settings/index.html")


@require_GET
@person_required(Permission.READ_NUMBERS)
def numbers(request: HttpRequest) -> HttpResponse:
    """A card for each business number."""
    cards = queries.number_cards(person_of(request), at=timezone.now())
    return render(request, "settings/numbers.html", {"numbers": cards})


@require_POST
@person_required(Permission.MANAGE_NUMBERS)
def resume_number(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Sending may go on: the admin has repaired what stopped it."""
    person = person_of(request)
    number = access.number_for(person, number_id)
    number_actions.resume_number(number.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("Sending goes on; what waited is being sent."))
    return redirect("accounts:numbers")


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_KEYS)
def keys(request: HttpRequest) -> HttpResponse:
    """The API keys, and the form for a new one, which is shown once in the answer."""
    person, at = person_of(request), timezone.now()
    form = KeyForm(request.POST if request.method == "POST" else None, person=person)
    made: MadeKey | None = None
    if form.is_bound and form.is_valid():
        try:
            wanted = form.wanted(at=at)
            made = key_actions.create_key(person.organization_id, by=agent(person), at=at, **wanted)
            form = KeyForm(person=person)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {"keys": queries.key_rows(person, at=at), "form": form, "made": made}
    return render(request, "settings/keys.html", context, status=422 if form.errors else 200)


@require_POST
@person_required(Permission.MANAGE_KEYS)
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """The key stops working at once, for good."""
    person = person_of(request)
    key = access.key_for(person, key_id)
    key_actions.revoke_key(key.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s no longer works.") % {"name": key.name})
    return redirect("accounts:keys")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is old: htmx fetches a fresh one and repeats, a browser gets a page."""
    if wants_part(request):
        return HttpResponse(status=403, headers={"HX-Trigger": "csrf-failed"})
    return render(request, "403.html", status=403)


@never_cache
@require_GET
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and is migrated; 503 and what is missing when not."""
    missing = _missing()
    return JsonResponse({"status": missing or "ok"}, status=503 if missing else 200)


_migrated = False


def _missing() -> str:
    """"database", "migrations", or "" when all is there. Migrations are looked at until done."""
    global _migrated
    try:
        if _migrated:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return ""
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "database"
    return "" if _migrated else "migrations"
