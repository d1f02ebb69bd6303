"""What an admin does for somebody who is locked out."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, person_required
from accounts.actions.people import note_link, remove_second_factor
from accounts.actors import agent
from accounts.mail import can_mail, mailed
from accounts.models import Person
from accounts.pages import person_of
from accounts.queries import when
from accounts.refusals import Refused
from accounts.reset_tokens import ResetTokens


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def new_password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A link to choose a new password: by mail, or shown once where none goes out."""
    person, at = person_of(request), timezone.now()
    one = access.colleague_for(person, person_id)
    if not one.is_active:
        raise Refused("STATE_CONFLICT", _("Activate this person first."))
    note_link(one.pk, by=agent(person), at=at)
    link = _link(one)
    if mailed("mail/password_reset", one.email, {"user": one, "password_reset_url": link}):
        messages.success(request, _("A link is on its way to %(email)s.") % {"email": one.email})
        return redirect("accounts:people")
    shown = {"link": link, "email": one.email, "until": _until(at), "tried": can_mail()}
    return render(request, "settings/link.html", shown)


def _until(at: datetime) -> str:
    return when(at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))


def _link(one: Person) -> str:
    parts = {"uidb36": user_pk_to_url_str(one), "key": ResetTokens().make_token(one)}
    return f"{settings.PUBLIC_URL}{reverse('account_reset_password_from_key', kwargs=parts)}"


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def remove_factor(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The password alone opens the account again."""
    person = person_of(request)
    one = access.colleague_for(person, person_id)
    remove_second_factor(one.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s logs in without a second factor.") % {"name": one.name})
    return redirect("accounts:people")
