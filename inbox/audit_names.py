"""What the contacts of the audit log are called today (`AUDIT_NAMES`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from inbox.models import Contact
from inbox.presentation import name_of_contact


def contacts(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of those contacts that are still there. One query."""
    found = Contact.objects.filter(organization_id=organization_id, pk__in=ids)
    return {one.pk: name_of_contact(one) for one in found}
