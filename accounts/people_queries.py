"""What the settings pages show of people, invitations and teams."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models.functions import Lower
from django.utils.module_loading import import_string

from accounts.models import Invitation, Person, PhoneNumber, Team, TeamMember
from accounts.queries import when
from accounts.shapes import InvitationRow, PersonRow, TeamRow


def person_rows(reader: Person) -> tuple[PersonRow, ...]:
    """Everybody in the organization, who may log in first, then by name. Three queries."""
    people = Person.objects.filter(organization_id=reader.organization_id)
    ordered = people.order_by("-is_active", Lower("name"), "pk")
    return tuple(_rows(list(ordered), reader=reader))


def person_row(one: Person, *, reader: Person) -> PersonRow:
    """One person as the reader sees them, with what is assigned to them. Three queries."""
    counting: Callable[[UUID], int] = import_string(settings.OPEN_CONVERSATIONS_OF)
    (row,) = _rows([one], reader=reader, assigned={one.pk: counting(one.pk)})
    return row


def _rows(
    people: list[Person], *, reader: Person, assigned: Mapping[UUID, int] | None = None
) -> Iterable[PersonRow]:
    teams = _team_names(people)
    guarded = _with_second_factor(people)
    for one in people:
        yield PersonRow(
            id=one.pk,
            name=one.name,
            email=one.email,
            role=one.role,
            role_label=str(one.get_role_display()),
            is_active=one.is_active,
            is_reader=one.pk == reader.pk,
            last_seen=when(one.last_login),
            teams=tuple(teams.get(one.pk, ())),
            second_factor=one.pk in guarded,
            open_conversations=(assigned or {}).get(one.pk, 0),
        )


def _team_names(people: list[Person]) -> dict[UUID, list[str]]:
    rows = TeamMember.objects.filter(person__in=people).order_by(Lower("team__name"))
    names: dict[UUID, list[str]] = {}
    for person_id, name in rows.values_list("person_id", "team__name"):
        names.setdefault(person_id, []).append(name)
    return names


def _with_second_factor(people: list[Person]) -> set[UUID]:
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    rows = Authenticator.objects.filter(user__in=people, type__in=kinds)
    return set(rows.values_list("user_id", flat=True))


def invitation_rows(reader: Person, *, at: datetime) -> tuple[InvitationRow, ...]:
    """The open invitations of the organization, newest first. One query."""
    rows = Invitation.objects.filter(
        organization_id=reader.organization_id, accepted_at=None, cancelled_at=None
    ).select_related("invited_by")
    return tuple(
        InvitationRow(
            id=row.pk,
            email=row.email,
            name=row.name,
            role_label=str(row.get_role_display()),
            invited_by=row.invited_by.name if row.invited_by else "",
            until=when(row.expires_at),
            expired=row.expires_at <= at,
        )
        for row in rows.order_by("-sent_at", "-pk")
    )


def open_invitation(token_sha256: str, *, at: datetime) -> Invitation | None:
    """The invitation that this link is for, while it can be accepted. One query."""
    return (
        Invitation.objects.select_related("organization", "invited_by")
        .filter(token_sha256=token_sha256, accepted_at=None, cancelled_at=None, expires_at__gt=at)
        .first()
    )


def team_rows(reader: Person) -> tuple[TeamRow, ...]:
    """The organization's teams by name. Three queries."""
    teams = list(
        Team.objects.filter(organization_id=reader.organization_id).order_by(Lower("name"))
    )
    members = TeamMember.objects.filter(team__in=teams, person__is_active=True)
    numbers = PhoneNumber.objects.filter(default_team__in=teams)
    names: dict[UUID, list[str]] = {}
    for team_id, name in members.order_by(Lower("person__name")).values_list(
        "team_id", "person__name"
    ):
        names.setdefault(team_id, []).append(name)
    theirs: dict[UUID, list[str]] = {}
    for number in numbers.order_by("created_at"):
        if number.default_team_id:
            theirs.setdefault(number.default_team_id, []).append(
                number.short_name or number.display_phone_number
            )
    return tuple(
        TeamRow(one.pk, one.name, tuple(names.get(one.pk, ())), tuple(theirs.get(one.pk, ())))
        for one in teams
    )


def team_row(team: Team, *, reader: Person) -> TeamRow:
    """One team. Three queries."""
    return next(row for row in team_rows(reader) if row.id == team.pk)


def team_choices(reader: Person) -> list[tuple[str, str]]:
    """The teams of a form, as (id, name). One query."""
    teams = Team.objects.filter(organization_id=reader.organization_id).order_by(Lower("name"))
    return [(str(one.pk), one.name) for one in teams]


def member_choices(reader: Person) -> list[tuple[str, str]]:
    """Who may be in a team, as (id, name): everybody who may log in. One query."""
    people = Person.objects.filter(organization_id=reader.organization_id, is_active=True)
    return [(str(one.pk), one.name) for one in people.order_by(Lower("name"))]


def members_of(team: Team) -> list[str]:
    """The ids of a team's members. One query."""
    rows = TeamMember.objects.filter(team=team).values_list("person_id", flat=True)
    return [str(one) for one in rows]


def teams_of(person: Person) -> list[str]:
    """The ids of a person's teams. One query."""
    rows = TeamMember.objects.filter(person=person).values_list("team_id", flat=True)
    return [str(one) for one in rows]
