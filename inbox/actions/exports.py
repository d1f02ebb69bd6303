"""Somebody takes a person's data away: noted, with who and when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.actors import Actor
from accounts.events import announce, transactional
from inbox.models import Contact


@transactional
def note_export(contact_id: UUID, *, by: Actor, at: datetime) -> None:
    """The event that says who took which contact's data. Changes nothing on a page."""
    contact = Contact.objects.get(pk=contact_id)
    announce("contact.exported", contact.organization_id, by=by, at=at, ids=[contact.pk])
