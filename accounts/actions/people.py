"""People: added, given another role, deactivated. An organization never loses its last admin."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.actions.keys import revoke_key
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import ApiKey, Person, Role
from accounts.models.people import UNDO_CHOICES
from accounts.refusals import Refused


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """What people choose for themselves; the names are those of the row.

    time_zone: "" for the organization's. undo_seconds: one of `UNDO_CHOICES`.
    """

    name: str
    language: str
    time_zone: str
    undo_seconds: int


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
    try:
        with transaction.atomic():
            person = Person.objects.create_user(
                email, password, name=name, role=role, organization_id=organization_id
            )
    except IntegrityError as error:  # the constraint decides, also between two at once
        taken = Person.objects.filter(email=email.lower()).values_list("pk", flat=True).first()
        raise Refused(
            "ALREADY_EXISTS",
            _("Somebody has this e-mail address."),
            field="email",
            id=str(taken),
        ) from error
    announce("person.added", organization_id, by=by, at=at, ids=[person.pk], role=str(role))
    return person


@transactional
def change_role(person_id: UUID, *, role: Role, by: Actor, at: datetime) -> None:
    """Gives a person another role; they log in anew. With a smaller one their API keys are revoked.

    Refuses: STATE_CONFLICT for the last admin.
    """
    person, other_admins = _with_admins(person_id)
    if person.role == role:
        return
    if _is_needed(person, other_admins):
        raise _last_admin()
    roles = list(Role)  # from the smallest up
    if roles.index(role) < roles.index(Role(person.role)):
        _revoke_keys(person, by=by, at=at)
    person.role = role
    person.session_round += 1
    person.save(update_fields=["role", "session_round"])
    _announce("person.role_changed", person, by=by, at=at)


@transactional
def change_settings(person_id: UUID, *, to: OwnChoices, by: Actor, at: datetime) -> None:
    """What this person chose for themselves. Refuses: VALIDATION_ERROR (undo_seconds)."""
    if to.undo_seconds not in UNDO_CHOICES:
        raise Refused("VALIDATION_ERROR", _("There is no such choice."), field="undo_seconds")
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    changed = [field for field, value in asdict(to).items() if value != getattr(person, field)]
    if changed:
        for field in changed:
            setattr(person, field, getattr(to, field))
        person.save(update_fields=changed)
        _announce("person.settings_changed", person, by=by, at=at, changed=changed)


@transactional
def set_undo_seconds(person_id: UUID, *, seconds: int, by: Actor, at: datetime) -> None:
    """How long this person's messages can be taken back: one of `UNDO_CHOICES`.

    Refuses: VALIDATION_ERROR (undo_seconds).
    """
    person = Person.objects.get(pk=person_id)
    now = OwnChoices(person.name, person.language, person.time_zone, seconds)
    change_settings(person_id, to=now, by=by, at=at)


@transactional
def set_password(
    person_id: UUID, *, known_hash: str, password: str, by: Actor, at: datetime
) -> Person:
    """A new password. Sessions and sockets under the old one end, links to reset it are dead.

    known_hash: the stored hash that the caller has checked the old password, or a link, against.
    Refuses: STATE_CONFLICT when it is another by now: of twenty uses of one link, one wins.
    """
    won = Person.objects.filter(pk=person_id, password=known_hash).update(
        password=make_password(password)
    )
    if not won:
        raise Refused("STATE_CONFLICT", _("The password was changed a moment ago. Log in anew."))
    person = Person.objects.get(pk=person_id)
    _announce("person.password_changed", person, by=by, at=at)
    return person


@transactional
def end_sessions(person_id: UUID, *, by: Actor, at: datetime) -> Person:
    """Ends every session of a person and its sockets; who asks may renew their own afterwards."""
    Person.objects.filter(pk=person_id).update(session_round=F("session_round") + 1)
    person = Person.objects.get(pk=person_id)
    _announce("person.sessions_ended", person, by=by, at=at)
    return person


@transactional
def note_second_factor(person_id: UUID, *, what: str, by: Actor, at: datetime) -> None:
    """A second factor of this person was set up, removed, or got new codes. what: a code."""
    person = Person.objects.get(pk=person_id)
    announce(
        "person.second_factor_changed",
        person.organization_id,
        by=by,
        at=at,
        ids=[person.pk],
        what=what,
    )


@transactional
def deactivate_person(person_id: UUID, *, by: Actor, at: datetime, let_go: bool = False) -> None:
    """Ends a person's access: the next request of every session and of every key fails.

    let_go: their open conversations go back to everybody, in this transaction (a listener of the
    event does it); otherwise they stay assigned until somebody takes them over.
    Refuses: STATE_CONFLICT for the last admin.
    """
    person, other_admins = _with_admins(person_id)
    if not person.is_active:
        return
    if _is_needed(person, other_admins):
        raise _last_admin()
    person.is_active = False
    person.session_round += 1
    person.save(update_fields=["is_active", "session_round"])
    _revoke_keys(person, by=by, at=at)
    _announce("person.deactivated", person, by=by, at=at, let_go=let_go)


@transactional
def reactivate_person(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """Lets a person log in again, with the old password and role; revoked keys stay revoked."""
    person, _other_admins = _with_admins(person_id)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        _announce("person.reactivated", person, by=by, at=at)


@transactional
def note_link(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """An admin asked for a link with which this person may choose a new password."""
    _announce("person.link_made", Person.objects.get(pk=person_id), by=by, at=at)


@transactional
def remove_second_factor(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """Somebody lost app, passkey and codes: the password alone opens the account again.

    Their sessions end: whoever asked for this in their name is not let in by an open one.
    """
    Authenticator.objects.filter(user=person_id).delete()
    note_second_factor(person_id, what="removed_by_admin", by=by, at=at)
    end_sessions(person_id, by=by, at=at)


def _with_admins(person_id: UUID) -> tuple[Person, int]:
    """The person, and how many other active admins there are; all of them locked, in one order.

    Who waits here reads the rows anew afterwards: two admins who demote each other at the same
    moment cannot both succeed.
    """
    organization_id = Person.objects.values_list("organization_id", flat=True).get(pk=person_id)
    admins = Q(role=Role.ADMIN, is_active=True)
    locked = {
        person.pk: person
        for person in Person.objects.select_for_update(of=("self",), no_key=True)
        .filter(Q(pk=person_id) | admins, organization_id=organization_id)
        .order_by("pk")
    }
    person = locked.pop(person_id)
    return person, len(locked)


def _revoke_keys(person: Person, *, by: Actor, at: datetime) -> None:
    for key in ApiKey.objects.filter(user=person, revoked_at=None):
        revoke_key(key.pk, by=by, at=at)


def _is_needed(person: Person, other_admins: int) -> bool:
    return person.is_active and person.role == Role.ADMIN and not other_admins


def _last_admin() -> Refused:
    return Refused(
        "STATE_CONFLICT",
        _("This is the last admin. Make somebody else an admin first."),
        field="role",
    )


def _announce(kind: str, person: Person, *, by: Actor, at: datetime, **data: Any) -> None:
    role = str(person.role)
    announce(kind, person.organization_id, by=by, at=at, ids=[person.pk], role=role, **data)
