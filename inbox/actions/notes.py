"""Notes for the team, in the thread and never on the way to the customer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox.actions.threads import locked
from inbox.models import Note
from inbox.models.notes import LONGEST


@transactional
def add_note(
    conversation_id: UUID, *, body: str, by: Actor, at: datetime, token: UUID | None = None
) -> Note:
    """Writes a note. It changes neither owner nor status, and no window is asked.

    token: a known one answers with its note. Refuses: VALIDATION_ERROR (body) for nothing, and for
    more than 4,096 characters.
    """
    text = body.strip()
    if not 0 < len(text) <= LONGEST:
        told = _("A note has at most 4,096 characters.") if text else _("Write something first.")
        raise Refused("VALIDATION_ERROR", told, field="body", detail="length")
    conversation = locked(conversation_id)
    known = Note.objects.filter(conversation=conversation, token=token).first() if token else None
    if known is not None:
        return known
    note = Note.objects.create(
        conversation=conversation,
        author_id=by.person_id,
        author_name=by.name[:80],
        body=text,
        token=token,
        created_at=at,
    )
    announce(
        "note.added",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        ids=[note.pk],
    )
    return note
