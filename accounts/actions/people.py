"""People: added, given another role, deactivated. An organization never loses its last admin."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actions.keys import revoke_key
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import ApiKey, Person, Role
from accounts.models.people import UNDO_CHOICES
from accounts.refusals import Refused


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
    announce("person.added", organization_id, by=by, at=at, ids=[person.pk], role=str(role))
    return person


@transactional
def change_role(person_id: UUID, *, role: Role, by: Actor, at: datetime) -> None:
    """Gives a person another role. Refuses: STATE_CONFLICT for the last admin."""
    person, other_admins = _with_admins(person_id)
    if person.role == role:
        return
    if _is_needed(person, other_admins):
        raise _last_admin()
    person.role = role
    person.save(update_fields=["role"])
    _announce("person.role_changed", person, by=by, at=at)


@transactional
def set_undo_seconds(person_id: UUID, *, seconds: int, by: Actor, at: datetime) -> None:
    """How long this person's messages can be taken back. Refuses: VALIDATION_ERROR (undo_seconds).

    seconds: one of `UNDO_CHOICES`.
    """
    if seconds not in UNDO_CHOICES:
        raise Refused("VALIDATION_ERROR", _("There is no such choice."), field="undo_seconds")
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if person.undo_seconds != seconds:
        person.undo_seconds = seconds
        person.save(update_fields=["undo_seconds"])
        _announce("person.settings_changed", person, by=by, at=at)


@transactional
def deactivate_person(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """Ends a person's access: the next request of every session and of every key fails.

    Conversations stay assigned until somebody takes them over.
    Refuses: STATE_CONFLICT for the last admin.
    """
    person, other_admins = _with_admins(person_id)
    if not person.is_active:
        return
    if _is_needed(person, other_admins):
        raise _last_admin()
    person.is_active = False
    person.save(update_fields=["is_active"])
    for key in ApiKey.objects.filter(user=person, revoked_at=None):
        revoke_key(key.pk, by=by, at=at)
    _announce("person.deactivated", person, by=by, at=at)


@transactional
def reactivate_person(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """Lets a person log in again, with the old password and role; revoked keys stay revoked."""
    person, _other_admins = _with_admins(person_id)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        _announce("person.reactivated", person, by=by, at=at)


def _with_admins(person_id: UUID) -> tuple[Person, int]:
    """The person, and how many other active admins there are; all of them locked, in one order.

    Who waits here reads the rows anew afterwards: two admins who demote each other at the same
    moment cannot both succeed.
    """
    organization_id = Person.objects.values_list("organization_id", flat=True).get(pk=person_id)
    admins = Q(role=Role.ADMIN, is_active=True)
    locked = {
        person.pk: person
        for person in Person.objects.select_for_update(of=("self",))
        .filter(Q(pk=person_id) | admins, organization_id=organization_id)
        .order_by("pk")
    }
    person = locked.pop(person_id)
    return person, len(locked)


def _is_needed(person: Person, other_admins: int) -> bool:
    return person.is_active and person.role == Role.ADMIN and not other_admins


def _last_admin() -> Refused:
    return Refused(
        "STATE_CONFLICT",
        _("This is the last admin. Make somebody else an admin first."),
        field="role",
    )


def _announce(kind: str, person: Person, *, by: Actor, at: datetime) -> None:
    announce(kind, person.organization_id, by=by, at=at, ids=[person.pk], role=str(person.role))
