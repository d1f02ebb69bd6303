"""Organizations: made, with what the event log needs of them."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import EventCounter, Organization


@transactional
def create_organization(
    name: str, *, by: Actor, at: datetime, time_zone: str = "UTC"
) -> Organization:
    """A new organization with its event counter, without which nothing can be announced."""
    organization = Organization.objects.create(name=name, time_zone=time_zone)
    EventCounter.objects.create(organization=organization)
    announce("organization.created", organization.pk, by=by, at=at)
    return organization
