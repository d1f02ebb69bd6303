"""The pages of one number: what an admin chooses, its secrets, and what customers read of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import access, connecting, number_pages, profiles, queries
from accounts.access import Permission, person_required
from accounts.actions.accounts import make_verify_token, rotate_app_secret
from accounts.actions.number_settings import change_number
from accounts.actors import agent
from accounts.connect_forms import AppSecretForm, NumberForm, ProfileForm, RefusableForm, TokenForm
from accounts.models import PhoneNumber
from accounts.pages import person_of, saved
from accounts.refusals import Refused


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def number(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Everything of one number, and what an admin chooses for it."""
    person, at = person_of(request), timezone.now()
    one = access.number_for(person, number_id)
    form = NumberForm(request.POST if request.method == "POST" else None, number=one)
    if _done(form, lambda: change_number(one.pk, by=agent(person), at=at, **form.wanted())):
        return saved(request, "accounts:number", one.pk)
    context = {
        "number": queries.number_card(person, one, at=at),
        "secrets": number_pages.secrets_page(one, at=at),
        "form": form,
    }
    return render(request, "settings/number.html", context, status=422 if form.errors else 200)


def _done(form: RefusableForm, act: Callable[[], object]) -> bool:
    """Whether the form was sent, well-formed, and done as asked; else it says why not."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal)
    return not form.errors


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def token(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Another access token for the number's account, looked at before it is kept."""
    person, at = person_of(request), timezone.now()
    one = access.number_for(person, number_id)
    form = TokenForm(request.POST if request.method == "POST" else None)

    def keep() -> None:
        given = form.cleaned_data["access_token"]
        connecting.replace_token(one.account, given, by=agent(person), at=at)

    if _done(form, keep):
        messages.success(request, _("Saved. Meta takes the new token; what waited is being sent."))
        return redirect("accounts:number", one.pk)
    return _page(request, "settings/number_token.html", one, form)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def app_secret(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """The app's new secret; the one before signs for a while."""
    person, at = person_of(request), timezone.now()
    one = access.number_for(person, number_id)
    form = AppSecretForm(request.POST if request.method == "POST" else None)

    def keep() -> None:
        given, until = form.cleaned_data["app_secret"], form.old_until(at=at)
        rotate_app_secret(
            one.account_id, app_secret=given, old_until=until, by=agent(person), at=at
        )

    if _done(form, keep):
        messages.success(request, _("Saved. What Meta signs with the new secret is taken."))
        return redirect("accounts:number", one.pk)
    return _page(request, "settings/app_secret.html", one, form)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def verify_token(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Asks once; then makes a fresh token for Meta's challenge, shown in this answer alone."""
    person, at = person_of(request), timezone.now()
    one = access.number_for(person, number_id)
    made = ""
    if request.method == "POST":
        made = make_verify_token(one.account_id, by=agent(person), at=at)
    context = {"number": one, "made": made, "secrets": number_pages.secrets_page(one, at=at)}
    return render(request, "settings/verify_token.html", context)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_NUMBERS)
def profile(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """What customers read about the number; Meta has it, and is asked for it each time."""
    person, at = person_of(request), timezone.now()
    one = access.number_for(person, number_id)
    if request.method == "GET":
        return _profile(request, one)
    form = ProfileForm(request.POST)

    def change() -> None:
        profiles.change_profile(one, form.wanted(), by=agent(person), at=at)

    if _done(form, change):
        messages.success(request, _("Saved. Customers see it at once."))
        return redirect("accounts:number", one.pk)
    return _page(request, "settings/number_profile.html", one, form)


def _profile(request: HttpRequest, one: PhoneNumber) -> HttpResponse:
    try:
        form = ProfileForm(initial=ProfileForm.shown(profiles.read_profile(one)))
    except Refused as refusal:
        context = {"number": one, "fault": refusal.message}
        return render(request, "settings/number_profile.html", context)
    return _page(request, "settings/number_profile.html", one, form)


def _page(
    request: HttpRequest, template: str, one: PhoneNumber, form: RefusableForm
) -> HttpResponse:
    context = {"number": one, "form": form, "secrets": number_pages.secrets_page(one, at=_now())}
    return render(request, template, context, status=422 if form.errors else 200)


def _now() -> datetime:
    return timezone.now()
