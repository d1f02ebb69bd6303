"""Invitations: made, sent again, cancelled, accepted. A link works once, and for a week."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import keys
from accounts.actions.people import create_person
from accounts.actions.teams import join_teams
from accounts.actors import Actor, agent
from accounts.events import announce, transactional
from accounts.models import Invitation, Person, Role, Team
from accounts.refusals import Refused

VALID_FOR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    """An invitation with the secret of its link, which is kept nowhere."""

    row: Invitation
    token: str


@transactional
def invite(
    organization_id: UUID,
    *,
    email: str,
    by: Actor,
    at: datetime,
    name: str = "",
    role: Role = Role.AGENT,
    team_ids: Sequence[UUID] = (),
) -> MadeInvitation:
    """Asks somebody to join.

    Nothing tells whether the address has an account in another organization: it is no business
    of this one's. Refuses: ALREADY_EXISTS for a colleague's address, and while an invitation to
    it is open.
    """
    address = email.strip().lower()
    _check_is_new(organization_id, address)
    token = secrets.token_urlsafe(32)
    row = Invitation(
        organization_id=organization_id,
        email=address,
        name=name,
        role=role,
        token_sha256=keys.digest(token),
        invited_by_id=by.person_id,
        sent_at=at,
        expires_at=at + VALID_FOR,
    )
    _insert(row)
    row.teams.set(Team.objects.filter(organization_id=organization_id, pk__in=team_ids))
    _announce("invitation.made", row, by=by, at=at, role=str(role))
    return MadeInvitation(row, token)


def _check_is_new(organization_id: UUID, address: str) -> None:
    here = Person.objects.filter(organization_id=organization_id, email__iexact=address)
    if here.exists():
        raise Refused("ALREADY_EXISTS", _("Somebody here has this e-mail address."), field="email")


def _insert(row: Invitation) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # the constraint decides, also between two admins at once
        raise Refused(
            "ALREADY_EXISTS",
            _("An invitation to this address is open. You can send it again from the list."),
            field="email",
        ) from error


@transactional
def send_again(invitation_id: UUID, *, by: Actor, at: datetime) -> MadeInvitation:
    """A new link, valid for a week from now; the old one is dead.

    Refuses: STATE_CONFLICT when it was accepted or cancelled in the meantime.
    """
    token = secrets.token_urlsafe(32)
    won = (
        _open()
        .filter(pk=invitation_id)
        .update(token_sha256=keys.digest(token), sent_at=at, expires_at=at + VALID_FOR)
    )
    if not won:
        raise _over()
    row = Invitation.objects.get(pk=invitation_id)
    _announce("invitation.sent_again", row, by=by, at=at)
    return MadeInvitation(row, token)


@transactional
def cancel_invitation(invitation_id: UUID, *, by: Actor, at: datetime) -> None:
    """Its link is dead. Nothing happens where it was accepted or cancelled already."""
    if _open().filter(pk=invitation_id).update(cancelled_at=at):
        row = Invitation.objects.get(pk=invitation_id)
        _announce("invitation.cancelled", row, by=by, at=at)


@transactional
def accept_invitation(
    token_sha256: str,
    *,
    name: str,
    password: str | None,
    at: datetime,
    language: str = "en",
    time_zone: str = "",
) -> Person:
    """The invited person joins, with the address, role and teams of the invitation.

    token_sha256: of the link's secret. password None: they log in by sign-on.
    Refuses: STATE_CONFLICT when it is no longer open (of twenty at once, one wins), or when the
    address has got an account elsewhere.
    """
    won = _open().filter(token_sha256=token_sha256, expires_at__gt=at).update(accepted_at=at)
    if not won:
        raise _over()
    row = Invitation.objects.get(token_sha256=token_sha256)
    try:
        person = _joined(row, name=name, password=password, at=at)
    except Refused as refusal:  # ALREADY_EXISTS; the mark `accepted` goes with the transaction
        raise _over() from refusal
    person.language, person.time_zone = language, time_zone
    person.save(update_fields=["language", "time_zone"])
    return person


def _joined(row: Invitation, *, name: str, password: str | None, at: datetime) -> Person:
    who = Actor("agent", name=name)
    person = create_person(
        row.organization_id,
        email=row.email,
        name=name,
        password=password,
        role=Role(row.role),
        by=who,
        at=at,
    )
    join_teams(person.pk, team_ids=row.teams.values_list("pk", flat=True), by=agent(person), at=at)
    _announce("invitation.accepted", row, by=agent(person), at=at)
    return person


def digests_of_open(email: str, *, at: datetime) -> list[str]:
    """The digests of the open invitations to this address, in any organization.

    For a sign-on that has proved whose address it is.
    """
    rows = _open().filter(email=email.lower(), expires_at__gt=at)
    return list(rows.values_list("token_sha256", flat=True))


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, cancelled_at=None)


def _over() -> Refused:
    return Refused(
        "STATE_CONFLICT",
        _("This invitation does not work any more. Ask an admin for a new one."),
    )


def _announce(kind: str, row: Invitation, *, by: Actor, at: datetime, **data: Any) -> None:
    announce(kind, row.organization_id, by=by, at=at, ids=[row.pk], **data)
