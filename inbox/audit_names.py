"""What contacts and conversations of the audit log are called today (`AUDIT_NAMES`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from inbox.models import Contact, Conversation
from inbox.presentation import name_of_contact


def contacts(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of those contacts that are still there. One query."""
    found = Contact.objects.filter(organization_id=organization_id, pk__in=ids)
    return {one.pk: name_of_contact(one) for one in found}


def conversations(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of the people of those conversations. One query."""
    found = Conversation.objects.filter(organization_id=organization_id, pk__in=ids)
    return {
        one.pk: name_of_contact(one.contact)
        for one in found.select_related("contact")
        if one.contact is not None
    }
