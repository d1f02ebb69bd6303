"""Targets for answering: one row for each team, number, both, or all the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.rows import check_free, delete_row, writing_row
from accounts.actors import Actor
from accounts.events import transactional
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
    row = SlaTarget(organization_id=organization_id)
    with writing_row("target.created", row, by=by, at=at):
        _write(row, target)
    return row


@transactional
def change_target(target_id: UUID, target: Target, *, by: Actor, at: datetime) -> None:
    """Says it anew. Refuses: as `create_target`."""
    row = SlaTarget.objects.get(pk=target_id)
    with writing_row("target.changed", row, by=by, at=at):
        _write(row, target)


@transactional
def delete_target(target_id: UUID, *, by: Actor, at: datetime) -> None:
    """Its conversations go by the next wider target, or by none."""
    delete_row("target.deleted", SlaTarget.objects.get(pk=target_id), by=by, at=at)


def _write(row: SlaTarget, target: Target) -> None:
    if not any(target.minutes):
        raise Refused(
            "VALIDATION_ERROR",
            _("Give a time for at least one of the three."),
            field="first_reply",
            detail="required",
        )
    _check_ours(row.organization_id, target)
    same = SlaTarget.objects.filter(scope=target.scope)
    check_free(same, row, _("There is a target for these already."), field="team")
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
