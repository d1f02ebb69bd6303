"""The addresses that a webhook names, and the locks that everybody takes on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.advisory import lock_keys
from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind
from whatsapp.inbound import WhatsAppUser
from whatsapp.phone import canonical


@dataclass(frozen=True, slots=True)
class Address:
    """One identifier, in the form it came and in the form all its variants share."""

    kind: str
    value: str
    canonical: str


def addresses_of(user: WhatsAppUser) -> list[Address]:
    """The identifiers of a person, best for answering first."""
    found = []
    if user.wa_id:
        found.append(Address(IdentityKind.WA_ID, user.wa_id, canonical(user.wa_id)))
    if user.bsuid:
        found.append(Address(IdentityKind.BSUID, user.bsuid, user.bsuid))
    if user.parent_bsuid:
        found.append(Address(IdentityKind.PARENT_BSUID, user.parent_bsuid, user.parent_bsuid))
    return found


def lock_addresses(organization_id: UUID, addresses: Iterable[Address]) -> None:
    """Makes two first messages of one person wait for each other; sorted, so no deadlock."""
    lock_keys(f"{organization_id}:{one.kind}:{one.canonical}" for one in addresses)


def lock_addresses_of(contacts: Iterable[Contact]) -> None:
    """The same for all that these have: nothing of theirs comes in until the transaction ends."""
    rows = Identity.objects.filter(contact__in=[one.pk for one in contacts])
    lock_keys(f"{one.organization_id}:{one.kind}:{one.canonical}" for one in rows)
