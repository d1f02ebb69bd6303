"""Organizations and the people in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import EventCounter, Organization, Person, Role
from accounts.refusals import Refused


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
def create_person(
    organization_id: UUID,
    *,
    email: str,
    name: str,
    password: str | None,
    role: Role = Role.AGENT,
    by: Actor,
    at: datetime,
) -> Person:
    """Somebody who can log in; password None: not yet.

    Refuses: ALREADY_EXISTS (data: id) when the address belongs to somebody, here or elsewhere.
    """
    taken = Person.objects.filter(email__iexact=email).first()
    if taken is not None:
        raise Refused(
            "ALREADY_EXISTS",
            _("Somebody has this e-mail address."),
            field="email",
            id=str(taken.pk),
        )
    person = Person.objects.create_user(
        email, password, name=name, role=role, organization_id=organization_id
    )
    announce("person.created", organization_id, by=by, at=at, ids=[person.pk], role=str(role))
    return person
