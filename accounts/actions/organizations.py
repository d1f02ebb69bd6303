"""Organizations: made, with what the event log needs of them, and given other rules."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import EventCounter, Organization
from accounts.refusals import Refused

# From and to. Meta repeats a delivery for 7 days. Conversations stay longer than any delivery: what
# is gone could else come back by a replay.
RETENTION: Final[Mapping[str, tuple[int, int]]] = {
    "raw_log_days": (7, 90),
    "closed_months": (4, 120),
    "audit_years": (1, 30),
}


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


def hold_organization(organization_id: UUID) -> Organization:
    """Whoever takes names or places of an organization in this way does so one after the other.

    Not a plain lock of the row: every insert that refers to it would wait, and whoever waits may
    hold the event counter that the holder needs at its end.
    """
    return Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


@transactional
def change_organization(organization_id: UUID, *, to: Rules, by: Actor, at: datetime) -> None:
    """Gives the organization these rules. The event names what changed, not to what."""
    organization = hold_organization(organization_id)
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


@transactional
def tombstone_key_made(organization_id: UUID) -> Organization:
    """The organization, with a key for the hashes of who is erased; made once, kept for ever.

    Locks the row until the transaction ends, as those who insert for it do not need to.
    """
    organization = hold_organization(organization_id)
    if not organization.tombstone_key_sealed:
        organization.tombstone_key = secrets.token_urlsafe(32)
        organization.save(update_fields=["tombstone_key_sealed"])
    return organization


@transactional
def set_retention(
    organization_id: UUID,
    *,
    raw_log_days: int | None,
    closed_months: int | None,
    audit_years: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """How long deliveries, closed conversations and the audit log stay; None: as installed, or for
    ever. Refuses: VALIDATION_ERROR, naming the field."""
    wanted: dict[str, Any] = {
        "raw_log_days": raw_log_days,
        "closed_months": closed_months,
        "audit_years": audit_years,
    }
    for field, value in wanted.items():
        least, most = RETENTION[field]
        if value is not None and not least <= value <= most:
            raise Refused(
                "VALIDATION_ERROR",
                _("Between %(least)s and %(most)s.") % {"least": least, "most": most},
                field=field,
            )
    rows = Organization.objects.filter(pk=organization_id)
    if rows.values(*wanted).get() != wanted:
        rows.update(**wanted)
        announce("organization.retention_changed", organization_id, by=by, at=at, **wanted)
