"""Targets for answering: one row for each team, number, both, or all the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.organizations import hold_organization
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import PhoneNumber, SlaTarget, Team
from accounts.refusals import Refused


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes, each None for no target; of a team's, a number's, both's or all conversations."""

    first_reply_minutes: int | None = None
    next_reply_minutes: int | None = None
    resolution_minutes: int | None = None
    in_business_hours: bool = True
    team_id: UUID | None = None
    phone_number_id: UUID | None = None

    @property
    def scope(self) -> str:
        """What makes it the only one of its kind."""
        return f"{self.team_id or '-'}/{self.phone_number_id or '-'}"

    @property
    def minutes(self) -> tuple[int | None, int | None, int | None]:
        """First reply, next reply, resolution."""
        return self.first_reply_minutes, self.next_reply_minutes, self.resolution_minutes


@transactional
def create_target(organization_id: UUID, target: Target, *, by: Actor, at: datetime) -> SlaTarget:
    """A new target. Refuses: ALREADY_EXISTS, VALIDATION_ERROR, NOT_FOUND (team, number)."""
    hold_organization(organization_id)
    row = SlaTarget(organization_id=organization_id)
    _write(row, target)
    announce("target.created", organization_id, by=by, at=at, ids=[row.pk])
    return row


@transactional
def change_target(target_id: UUID, target: Target, *, by: Actor, at: datetime) -> None:
    """Says it anew. Refuses: as `create_target`."""
    row = SlaTarget.objects.get(pk=target_id)
    hold_organization(row.organization_id)
    _write(row, target)
    announce("target.changed", row.organization_id, by=by, at=at, ids=[row.pk])


@transactional
def delete_target(target_id: UUID, *, by: Actor, at: datetime) -> None:
    """Its conversations go by the next wider target, or by none."""
    row = SlaTarget.objects.get(pk=target_id)
    organization_id, key = row.organization_id, row.pk
    row.delete()
    announce("target.deleted", organization_id, by=by, at=at, ids=[key])


def _write(row: SlaTarget, target: Target) -> None:
    if not any(target.minutes):
        raise Refused(
            "VALIDATION_ERROR",
            _("Give a time for at least one of the three."),
            field="first_reply",
            detail="required",
        )
    _check_ours(row.organization_id, target)
    others = SlaTarget.objects.filter(organization=row.organization_id, scope=target.scope)
    if others.exclude(pk=row.pk).exists():
        raise Refused("ALREADY_EXISTS", _("There is a target for these already."), field="team")
    for name in (*Target.__dataclass_fields__, "scope"):
        setattr(row, name, getattr(target, name))
    row.save()


def _check_ours(organization_id: UUID, target: Target) -> None:
    ours = {"organization": organization_id}
    if target.team_id and not Team.objects.filter(pk=target.team_id, **ours).exists():
        raise Refused("NOT_FOUND", _("There is no such team."), field="team")
    number = target.phone_number_id
    if number and not PhoneNumber.objects.filter(pk=number, **ours).exists():
        raise Refused("NOT_FOUND", _("There is no such number."), field="number")
