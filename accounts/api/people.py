"""The people and teams of the organization: whom a conversation can be given to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from accounts.api.auth import needs
from accounts.api.endpoints import Paging, page_of
from accounts.api.envelopes import Many
from accounts.api.requests import caller_of
from accounts.models import Person, Role, Team, TeamMember

router = Router(tags=["People"])


class PersonOut(BaseModel):
    """Somebody who logs in. availability: nobody says it yet, so it is null. teams: ids."""

    id: UUID
    name: str
    role: Role
    availability: Literal["available", "busy", "away"] | None = None
    teams: list[UUID]


class TeamOut(BaseModel):
    """A team. members: ids of people, those who have left not among them."""

    id: UUID
    name: str
    members: list[UUID]


@router.get("/people", auth=needs("conversations:read"), response=Many[PersonOut])
def people(request: HttpRequest, filters: Query[Paging]) -> HttpResponse:
    """Everybody who can have a conversation, oldest first."""
    rows = Person.objects.filter(
        organization_id=caller_of(request).key.organization_id, is_active=True
    )
    return page_of(request, rows.prefetch_related("memberships"), filters, _people)


def _people(found: Sequence[Person]) -> list[PersonOut]:
    return [
        PersonOut(
            id=one.pk,
            name=one.name,
            role=Role(one.role),
            teams=sorted(membership.team_id for membership in one.memberships.all()),
        )
        for one in found
    ]


@router.get("/teams", auth=needs("conversations:read"), response=Many[TeamOut])
def teams(request: HttpRequest, filters: Query[Paging]) -> HttpResponse:
    """Every team, oldest first."""
    rows = Team.objects.filter(organization_id=caller_of(request).key.organization_id)
    return page_of(request, rows, filters, _teams)


def _teams(found: Sequence[Team]) -> list[TeamOut]:
    members: dict[UUID, list[UUID]] = {one.pk: [] for one in found}
    of_them = TeamMember.objects.filter(team__in=members, person__is_active=True)
    for team_id, person_id in of_them.order_by("person").values_list("team", "person"):
        members[team_id].append(person_id)
    return [TeamOut(id=one.pk, name=one.name, members=members[one.pk]) for one in found]
