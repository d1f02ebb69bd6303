"""Organizations: made, with what the event log needs of them, and given other rules."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import EventCounter, Organization


@dataclass(frozen=True, slots=True)
class Rules:
    """What an organization decides for all of its people; the names are those of the row."""

    name: str
    time_zone: str
    country_code: str
    answer_moves_to_pending: bool
    takeover_before_writing: bool
    agents_see: str


@transactional
def create_organization(
    name: str, *, by: Actor, at: datetime, time_zone: str = "UTC"
) -> Organization:
    """A new organization with its event counter, without which nothing can be announced."""
    organization = Organization.objects.create(name=name, time_zone=time_zone)
    EventCounter.objects.create(organization=organization)
    announce("organization.created", organization.pk, by=by, at=at)
    return organization


@transactional
def change_organization(organization_id: UUID, *, to: Rules, by: Actor, at: datetime) -> None:
    """Gives the organization these rules. The event names what changed, not to what."""
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    changed = [
        field for field, value in asdict(to).items() if value != getattr(organization, field)
    ]
    if not changed:
        return
    for field in changed:
        setattr(organization, field, getattr(to, field))
    organization.save(update_fields=changed)
    announce(
        "organization.changed",
        organization_id,
        by=by,
        at=at,
        ids=[organization_id],
        changed=changed,
        agents_see=organization.agents_see,
    )
