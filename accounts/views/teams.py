"""The settings pages of teams."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import access, people_queries
from accounts.access import Permission, person_required
from accounts.actions.teams import change_team, create_team, delete_team
from accounts.actors import agent
from accounts.pages import RefusalsIn, person_of, saved
from accounts.people_forms import TeamForm


@require_GET
@person_required(Permission.READ_PEOPLE)
def teams(request: HttpRequest) -> HttpResponse:
    """Every team with its members and numbers."""
    return render(
        request, "settings/teams.html", {"rows": people_queries.team_rows(person_of(request))}
    )


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_PEOPLE)
def new_team(request: HttpRequest) -> HttpResponse:
    """A team to be made."""
    person = person_of(request)
    data = request.POST if request.method == "POST" else None
    form = TeamForm(data, people=people_queries.member_choices(person))

    def make() -> object:
        return create_team(
            person.organization_id,
            name=form.cleaned_data["name"],
            person_ids=form.person_ids,
            by=agent(person),
            at=timezone.now(),
        )

    if form.is_valid() and _done(form, make):
        return saved(request, "accounts:teams")
    return render(request, "settings/team.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_PEOPLE)
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """One team: its name and its members."""
    person = person_of(request)
    row = access.team_for(person, team_id)
    form = TeamForm(
        request.POST if request.method == "POST" else None,
        people=people_queries.member_choices(person),
        initial={"name": row.name, "members": people_queries.members_of(row)},
    )

    def change() -> object:
        change_team(
            row.pk,
            name=form.cleaned_data["name"],
            person_ids=form.person_ids,
            by=agent(person),
            at=timezone.now(),
        )
        return row

    if form.is_valid() and _done(form, change):
        return saved(request, "accounts:teams")
    context = {"form": form, "team": row}
    return render(request, "settings/team.html", context, status=422 if form.errors else 200)


def _done(form: TeamForm, act: Callable[[], object]) -> bool:
    with RefusalsIn(form):
        act()
    return not form.errors


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_PEOPLE)
def delete(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Asks first, with what happens to what the team has."""
    person = person_of(request)
    row = access.team_for(person, team_id)
    if request.method == "GET":
        context = {"team": people_queries.team_row(row, reader=person)}
        return render(request, "settings/delete_team.html", context)
    delete_team(row.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("The team %(name)s is deleted.") % {"name": row.name})
    return redirect("accounts:teams")
