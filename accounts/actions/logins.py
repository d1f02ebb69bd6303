"""What people do at the entrance, told by the login library and kept in the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.actors import Actor, agent
from accounts.events import announce, transactional
from accounts.models import Person

NOBODY: Final = Actor("anonymous")


@transactional
def note_login(person: Person, *, at: datetime) -> None:
    """They are in."""
    announce("login.succeeded", person.organization_id, by=agent(person), at=at, ids=[person.pk])


@transactional
def note_logout(person: Person, *, at: datetime) -> None:
    """They are out."""
    announce("person.logged_out", person.organization_id, by=agent(person), at=at, ids=[person.pk])


@transactional
def note_failed_login(email: str, *, reason: str, at: datetime) -> None:
    """Somebody tried this address in vain; one that is nobody's belongs in no organization's log.

    reason: `password`, `code`.
    """
    person = Person.objects.filter(email__iexact=email).first()
    if person is not None:
        announce(
            "login.failed",
            person.organization_id,
            by=NOBODY,
            at=at,
            ids=[person.pk],
            reason=reason,
        )


@transactional
def note_new_password(person: Person, *, by_link: bool, at: datetime) -> None:
    """Their password is another one now."""
    announce(
        "person.password_reset" if by_link else "person.password_changed",
        person.organization_id,
        by=agent(person),
        at=at,
        ids=[person.pk],
    )


@transactional
def note_factor(person: Person, *, change: str, factor: str, at: datetime) -> None:
    """A second factor was `added`, `removed` or `renewed`; factor: `totp`, `webauthn`, …"""
    announce(
        "person.factor_added"
        if change == "added"
        else "person.factor_removed"
        if change == "removed"
        else "person.factor_renewed",
        person.organization_id,
        by=agent(person),
        at=at,
        ids=[person.pk],
        factor=factor,
    )
