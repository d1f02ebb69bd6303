"""What people do at the entrance, told by the login library and kept in the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.actors import Actor, agent
from accounts.events import announce, transactional
from accounts.models import Person

NOBODY: Final = Actor("anonymous")


@transactional
def note_login(person: Person, *, method: str, at: datetime) -> None:
    """They are in. method: password, socialaccount, mfa, … as allauth names it."""
    announce(
        "login.succeeded",
        person.organization_id,
        by=agent(person),
        at=at,
        ids=[person.pk],
        method=method,
    )


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
