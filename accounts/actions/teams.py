"""Teams: made, renamed, filled, deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import Person, Team, TeamMember
from accounts.refusals import Refused


@transactional
def create_team(
    organization_id: UUID,
    *,
    name: str,
    by: Actor,
    at: datetime,
    person_ids: Iterable[UUID] = (),
) -> Team:
    """A new team. Refuses: ALREADY_EXISTS (name)."""
    _check_name(organization_id, name)
    team = Team.objects.create(organization_id=organization_id, name=name)
    members = sorted(_colleagues(organization_id, person_ids))
    TeamMember.objects.bulk_create(TeamMember(team=team, person_id=one) for one in members)
    announce("team.created", organization_id, by=by, at=at, ids=[team.pk, *members])
    return team


@transactional
def change_team(
    team_id: UUID, *, name: str, person_ids: Iterable[UUID], by: Actor, at: datetime
) -> None:
    """Gives a team this name and, of those who may log in, exactly these members.

    Refuses: ALREADY_EXISTS (name).
    """
    team = Team.objects.select_for_update(of=("self",)).get(pk=team_id)
    if team.name != name:
        _check_name(team.organization_id, name, but=team_id)
        team.name = name
        team.save(update_fields=["name"])
        announce("team.renamed", team.organization_id, by=by, at=at, ids=[team_id])
    wanted = _colleagues(team.organization_id, person_ids)
    rows = TeamMember.objects.filter(team=team, person__is_active=True)
    had = set(rows.values_list("person_id", flat=True))
    _change_members(team, join=wanted - had, leave=had - wanted, by=by, at=at)


@transactional
def delete_team(team_id: UUID, *, by: Actor, at: datetime) -> None:
    """The team is gone; its conversations and numbers belong to no team from then on."""
    team = Team.objects.select_for_update(of=("self",)).get(pk=team_id)
    announce("team.deleted", team.organization_id, by=by, at=at, ids=[team_id])
    team.delete()


@transactional
def join_teams(person_id: UUID, *, team_ids: Iterable[UUID], by: Actor, at: datetime) -> None:
    """The person belongs to exactly these teams of their organization."""
    person = Person.objects.get(pk=person_id)
    teams = Team.objects.filter(organization_id=person.organization_id)
    wanted = set(team_ids)
    had = set(TeamMember.objects.filter(person=person).values_list("team_id", flat=True))
    for team in teams.filter(pk__in=wanted ^ had).order_by("pk"):
        joins = {person_id} if team.pk in wanted else set()
        _change_members(team, join=joins, leave={person_id} - joins, by=by, at=at)


def _change_members(
    team: Team, *, join: set[UUID], leave: set[UUID], by: Actor, at: datetime
) -> None:
    if not join and not leave:
        return
    TeamMember.objects.filter(team=team, person__in=leave).delete()
    TeamMember.objects.bulk_create(
        (TeamMember(team=team, person_id=one) for one in sorted(join)), ignore_conflicts=True
    )
    announce(
        "team.members_changed",
        team.organization_id,
        by=by,
        at=at,
        ids=[team.pk],
        joined=[str(one) for one in sorted(join)],
        left=[str(one) for one in sorted(leave)],
    )


def _colleagues(organization_id: UUID, person_ids: Iterable[UUID]) -> set[UUID]:
    people = Person.objects.filter(
        organization_id=organization_id, pk__in=list(person_ids), is_active=True
    )
    return set(people.values_list("pk", flat=True))


def _check_name(organization_id: UUID, name: str, *, but: UUID | None = None) -> None:
    same = Team.objects.filter(organization_id=organization_id, name__iexact=name)
    if set(same.values_list("pk", flat=True)) - {but}:
        raise Refused("ALREADY_EXISTS", _("There is a team with this name."), field="name")
