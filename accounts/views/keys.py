"""The settings pages of the API keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import access, key_reading
from accounts.access import Permission, person_required
from accounts.actions.keys import change_key, create_key, revoke_key
from accounts.actors import agent
from accounts.key_forms import KeyChangeForm, KeyForm
from accounts.keys import MadeKey
from accounts.models import ApiKey, Person
from accounts.pages import RefusalsIn, person_of, saved


@require_GET
@person_required(Permission.MANAGE_KEYS)
def keys(request: HttpRequest) -> HttpResponse:
    """The API keys, each with what it may do and when it was used."""
    context = {"rows": key_reading.key_rows(person_of(request), at=timezone.now())}
    return render(request, "settings/keys.html", context)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_KEYS)
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new key, which is shown in the answer and never again.

    A reload posts the form again and is refused, because the name is taken by then.
    """
    person = person_of(request)
    form = KeyForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid() and (made := _made(form, person, at=timezone.now())):
        return render(request, "settings/key_made.html", {"made": made})
    context = {"form": form}
    return render(request, "settings/new_key.html", context, status=422 if form.errors else 200)


def _made(form: KeyForm, person: Person, *, at: datetime) -> MadeKey | None:
    with RefusalsIn(form):
        return create_key(person.organization_id, by=agent(person), at=at, **form.wanted(at=at))
    return None


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_KEYS)
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One key: what is known of it, and what may be changed while it works."""
    person, at = person_of(request), timezone.now()
    row = access.key_for(person, key_id)
    form = KeyChangeForm(request.POST if request.method == "POST" else None, person=person, key=row)
    if form.is_valid() and _changed(form, row, by=person, at=at):
        return saved(request, "accounts:key", row.pk)
    context = {"key": key_reading.one_key(person, row, at=at), "form": form}
    return render(request, "settings/key.html", context, status=422 if form.errors else 200)


def _changed(form: KeyChangeForm, row: ApiKey, *, by: Person, at: datetime) -> bool:
    with RefusalsIn(form):
        change_key(row.pk, by=agent(by), at=at, **form.wanted(at=at))
    return not form.errors


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_KEYS)
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Asks once; then the key stops working, for good."""
    person = person_of(request)
    row = access.key_for(person, key_id)
    if request.method == "GET":
        return render(request, "settings/revoke_key.html", {"key": row})
    revoke_key(row.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s no longer works.") % {"name": row.name})
    return redirect("accounts:keys")
