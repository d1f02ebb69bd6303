"""The settings pages of the people of an organization."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, people_queries
from accounts.access import Permission, person_required
from accounts.actions.people import change_role, deactivate_person, reactivate_person
from accounts.actions.teams import join_teams
from accounts.actors import agent
from accounts.mail import can_mail
from accounts.models import Person
from accounts.pages import RefusalsIn, person_of, saved
from accounts.people_forms import ColleagueForm, DeactivateForm


@require_GET
@person_required(Permission.READ_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and who was invited and has not come yet."""
    person = person_of(request)
    context = {
        "rows": people_queries.person_rows(person),
        "invitations": people_queries.invitation_rows(person, at=timezone.now()),
    }
    return render(request, "settings/people.html", context)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_PEOPLE)
def colleague(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: role, teams, and whether they may log in."""
    person = person_of(request)
    one = access.colleague_for(person, person_id)
    form = ColleagueForm(
        request.POST if request.method == "POST" else None,
        teams=people_queries.team_choices(person),
        initial={"role": one.role, "teams": people_queries.teams_of(one)},
    )
    if form.is_valid() and _changed(form, one, by=person, at=timezone.now()):
        return saved(request, "accounts:people")
    context = {
        "one": people_queries.person_row(one, reader=person),
        "form": form,
        "leaving": DeactivateForm(),
        "mails": can_mail(),
    }
    return render(request, "settings/person.html", context, status=422 if form.errors else 200)


def _changed(form: ColleagueForm, one: Person, *, by: Person, at: datetime) -> bool:
    with RefusalsIn(form):
        change_role(one.pk, role=form.role_given, by=agent(by), at=at)
        if "teams" in form.fields:
            join_teams(one.pk, team_ids=form.team_ids, by=agent(by), at=at)
    return not form.errors


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def deactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ends a person's access. The button stands on the person's own page, with what it does."""
    person = person_of(request)
    one = access.colleague_for(person, person_id)
    let_go = request.POST.get("conversations") == "free"
    deactivate_person(one.pk, let_go=let_go, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s can no longer log in.") % {"name": one.name})
    return redirect("accounts:people")


@require_POST
@person_required(Permission.MANAGE_PEOPLE)
def reactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Gives access back."""
    person = person_of(request)
    one = access.colleague_for(person, person_id)
    reactivate_person(one.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("%(name)s can log in again.") % {"name": one.name})
    return redirect("accounts:people")
