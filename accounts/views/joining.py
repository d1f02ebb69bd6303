"""The way in for somebody who was invited."""

from __future__ import annotations

from datetime import datetime

from allauth.account.utils import perform_login
from allauth.socialaccount.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keys
from accounts.actions.invitations import accept_invitation
from accounts.models import Invitation, Person
from accounts.people_forms import JoinForm
from accounts.people_queries import open_invitation
from accounts.refusals import Refused
from accounts.sign_on import KEPT


@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the secret out of the address: nothing on the page, and no `Referer`, holds it.

    A session is begun for an open invitation only: strangers make no rows by guessing.
    """
    digest = keys.digest(token)
    if open_invitation(digest, at=timezone.now()):
        request.session[KEPT] = digest
    else:
        request.session.pop(KEPT, None)
    return redirect("accounts:join")


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Name, password, language, time zone; address, role and teams are the invitation's."""
    at = timezone.now()
    row = open_invitation(request.session.get(KEPT, ""), at=at)
    if row is None:
        return render(request, "join/over.html", status=404)
    if isinstance(request.user, Person):
        return render(request, "join/as_another.html", {"row": row}, status=409)
    data = request.POST if request.method == "POST" else None
    form = JoinForm(data, email=row.email, initial={"name": row.name, "language": "en"})
    if form.is_valid() and (person := _joined(form, row, at=at)):
        request.session.pop(KEPT, None)
        welcome: HttpResponse = perform_login(request, person)
        return welcome
    context = {"form": form, "row": row, "providers": get_adapter(request).list_providers(request)}
    return render(request, "join/form.html", context, status=422 if form.errors else 200)


def _joined(form: JoinForm, row: Invitation, *, at: datetime) -> Person | None:
    try:
        return accept_invitation(row.token_sha256, at=at, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None
