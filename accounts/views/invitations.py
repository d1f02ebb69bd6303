"""Inviting people: the form, the list's buttons, and the link where no mail can carry it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, people_queries
from accounts.access import Permission, person_required
from accounts.actions.invitations import MadeInvitation, cancel_invitation, invite, send_again
from accounts.actors import agent
from accounts.mail import can_mail, mailed
from accounts.models import Person
from accounts.pages import RefusalsIn, person_of
from accounts.people_forms import InvitationForm
from accounts.queries import when


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_PEOPLE)
def invite_somebody(request: HttpRequest) -> HttpResponse:
    """The form; an invitation that was made leaves by mail, or is shown."""
    person = person_of(request)
    teams = people_queries.team_choices(person)
    form = InvitationForm(request.POST if request.method == "POST" else None, teams=teams)
    if form.is_valid() and (made := _made(form, person, at=timezone.now())):
        return _sent(request, made)
    status = 422 if form.errors else 200
    return render(
        request, "settings/invite.html", {"form": form, "mails": can_mail()}, status=status
    )


def _made(form: InvitationForm, person: Person, *, at: datetime) -> MadeInvitation | None:
    with RefusalsIn(form):
        return invite(
            person.organization_id,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            role=form.role_given,
            team_ids=form.team_ids,
            by=agent(person),
            at=at,
        )
    return None


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def resend(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Another link, in another mail; the one before is dead."""
    person = person_of(request)
    row = access.invitation_for(person, invitation_id)
    return _sent(request, send_again(row.pk, by=agent(person), at=timezone.now()))


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def cancel(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The link is dead at once."""
    person = person_of(request)
    row = access.invitation_for(person, invitation_id)
    cancel_invitation(row.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("The invitation to %(email)s is cancelled.") % {"email": row.email})
    return redirect("accounts:people")


def _sent(request: HttpRequest, made: MadeInvitation) -> HttpResponse:
    """Without a mail server, or where it did not take the mail: the link, shown once."""
    link = settings.PUBLIC_URL + reverse("accounts:join_by_link", args=[made.token])
    person, row = person_of(request), made.row
    context = {"link": link, "by": person.name, "organization": person.organization, "row": row}
    if mailed("mail/invitation", row.email, context):
        messages.success(
            request, _("The invitation to %(email)s is on its way.") % {"email": row.email}
        )
        return redirect("accounts:people")
    shown = {"link": link, "email": row.email, "until": when(row.expires_at), "tried": can_mail()}
    return render(request, "settings/link.html", shown)
