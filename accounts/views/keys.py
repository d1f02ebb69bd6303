"""The settings page of the API keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import access, queries
from accounts.access import Permission, person_required
from accounts.actions.keys import create_key, revoke_key
from accounts.actors import agent
from accounts.forms import KeyForm
from accounts.keys import MadeKey
from accounts.models import Person
from accounts.pages import person_of
from accounts.refusals import Refused


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_KEYS)
def keys(request: HttpRequest) -> HttpResponse:
    """The API keys and the form for a new one, which is shown in this answer and never again.

    A reload posts the form again and is refused, because the name is taken by then.
    """
    person, at = person_of(request), timezone.now()
    form = KeyForm(request.POST if request.method == "POST" else None, person=person)
    made = _made(form, person, at=at)
    context = {
        "keys": queries.key_rows(person, at=at),
        "form": KeyForm(person=person) if made else form,
        "made": made,
    }
    return render(request, "settings/keys.html", context, status=422 if form.errors else 200)


def _made(form: KeyForm, person: Person, *, at: datetime) -> MadeKey | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return create_key(person.organization_id, by=agent(person), at=at, **form.wanted(at=at))
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_KEYS)
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Asks once; then the key stops working, for good."""
    person = person_of(request)
    key = access.key_for(person, key_id)
    if request.method == "GET":
        return render(request, "settings/revoke_key.html", {"key": key})
    revoke_key(key.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s no longer works.") % {"name": key.name})
    return redirect("accounts:keys")
