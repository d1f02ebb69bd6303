"""The customer's choice about marketing messages, as Meta reports it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.actors import CONTACT
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from inbox.actions.contacts import person_behind
from inbox.models import Contact, Conversation
from whatsapp.inbound import UserPreference


@transactional
def set_marketing_consent(
    number: PhoneNumber, preference: UserPreference, *, received_at: datetime
) -> None:
    """`stop` stops marketing templates, nothing else; `resume` and `signup` undo it.

    The newest choice counts, by Meta's time; of two in one second, the one to stop.
    """
    at = min(preference.at or received_at, received_at)
    contact, _identity = person_behind(number.organization_id, preference.user, at=at)
    stops, stopped = preference.value == "stop", contact.opted_out_at is not None
    if contact.consent_at is not None and (at, stops) <= (contact.consent_at, stopped):
        return
    opted_out_at = at if stops else None
    Contact.objects.filter(pk=contact.pk).update(opted_out_at=opted_out_at, consent_at=at)
    if stops == stopped:
        return
    # Once a thread, so that each open one shows it; without a thread it is told all the same.
    threads = Conversation.objects.filter(contact=contact).values_list("pk", flat=True)
    told: list[UUID | None] = list(threads)
    for conversation_id in told or [None]:
        announce(
            "contact.consent_changed",
            number.organization_id,
            by=CONTACT,
            at=received_at,
            conversation_id=conversation_id,
            ids=[contact.pk],
            value=preference.value,
        )
