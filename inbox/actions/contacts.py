"""Finding or making the contact behind the identifiers of a webhook."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from inbox.actions.merging import CHANGED_IDENTITY, ONE_WEBHOOK, OWN_CARD, suggest_merge
from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind
from whatsapp.ids import WaId
from whatsapp.inbound import WhatsAppUser
from whatsapp.phone import canonical, e164


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


def person_behind(organization_id: UUID, user: WhatsAppUser) -> tuple[Contact, Identity]:
    """The contact with these identifiers, made when new, and the identity that wrote.

    All identifiers of one webhook belong to one contact. Where they point at two, the phone
    number decides and nobody is merged (CLOUD_API 2.9). Takes the identity locks.

    Raises: ValueError when there is no identifier at all.
    """
    addresses = addresses_of(user)
    if not addresses:
        raise ValueError("The item names no person: neither wa_id nor user_id.")
    lock_addresses(organization_id, addresses)
    known = _known(organization_id, addresses)
    contact = _contact_of(addresses, known) or Contact(organization_id=organization_id)
    _refresh(contact, user)
    mine = {row.value: row for row in known if row.contact_id == contact.pk}
    for address in addresses:
        taken = any(row.value == address.value and row.kind == address.kind for row in known)
        if not taken:
            mine[address.value] = Identity.objects.create(
                organization_id=organization_id,
                contact=contact,
                kind=address.kind,
                value=address.value,
                canonical=address.canonical,
            )
    return contact, next(mine[one.value] for one in addresses if one.value in mine)


def lock_addresses(organization_id: UUID, addresses: list[Address]) -> None:
    """Makes two first messages of one person wait for each other; sorted, so no deadlock.

    SQLite has one writer at a time and needs none.
    """
    if connection.vendor != "postgresql":
        return
    keys = sorted(f"{organization_id}:{one.kind}:{one.canonical}" for one in addresses)
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _known(organization_id: UUID, addresses: list[Address]) -> list[Identity]:
    return list(
        Identity.objects.filter(
            organization_id=organization_id,
            kind__in={one.kind for one in addresses},
            canonical__in={one.canonical for one in addresses},
        )
        .select_related("contact")
        .order_by("created_at", "id")
    )


def _contact_of(addresses: list[Address], known: list[Identity]) -> Contact | None:
    for address in addresses:
        for row in known:
            if row.kind == address.kind and row.canonical == address.canonical:
                return row.contact.merged_into or row.contact
    return None


def _refresh(contact: Contact, user: WhatsAppUser) -> None:
    fresh = {
        # As much as a label holds: a name of any length must not cost its message.
        "profile_name": (user.profile_name or contact.profile_name)[:255],
        "username": (user.username or contact.username)[:80],
        "phone": contact.phone or (e164(f"+{user.wa_id}") if user.wa_id else None),
    }
    changed = [name for name, value in fresh.items() if getattr(contact, name) != value]
    for name in changed:
        setattr(contact, name, fresh[name])
    if contact._state.adding:
        contact.save()
    elif changed:
        # These alone: our people may block or rename the customer at this moment.
        contact.save(update_fields=[*changed, "updated_at"])


def contact_named(organization_id: UUID, user: WhatsAppUser) -> Contact | None:
    """The contact with these identifiers, if there is one; nobody is made."""
    addresses = addresses_of(user)
    return _contact_of(addresses, _known(organization_id, addresses)) if addresses else None


def attach_number(contact: Contact, wa_ids: list[str]) -> None:
    """Numbers that the contact gave us; one that is somebody else's already stays theirs.

    Then the two may be one person, which is suggested.
    """
    for wa_id in wa_ids:
        addresses = addresses_of(WhatsAppUser(wa_id=WaId(wa_id)))
        lock_addresses(contact.organization_id, addresses)
        known = _known(contact.organization_id, addresses)
        if known:
            suggest_merge(contact, _others(known, contact), reason=OWN_CARD)
            continue
        _add(contact, addresses[0])
        if contact.phone is None:
            contact.phone = e164(f"+{wa_id}")
            contact.save(update_fields=["phone", "updated_at"])


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of joining identifiers. new: those of the contact now, best for answering first."""

    contact: Contact
    new: tuple[Identity, ...]
    is_news: bool


def link_identities(
    organization_id: UUID, *, old: WhatsAppUser, new: WhatsAppUser
) -> Linked | None:
    """Adds the new identifiers to the contact of the old ones; None when nobody has those.

    One that belongs to somebody else already is left there: no merge on a conflict, only the
    suggestion of one.
    """
    addresses = addresses_of(old)
    lock_addresses(organization_id, addresses + addresses_of(new))
    before = _known(organization_id, addresses)
    contact = _holder_of(addresses, before)
    if contact is None:
        return None
    for address in _unknown(addresses, before):
        _add(contact, address)  # a late message may still carry it
    after = _known(organization_id, addresses_of(new))
    is_news = suggest_merge(contact, _others([*before, *after], contact), reason=CHANGED_IDENTITY)
    added = [_add(contact, one) for one in _unknown(addresses_of(new), after)]
    mine = [*added, *(one for one in after if one.contact_id == contact.pk)]
    best = [one.kind for one in addresses_of(new)]
    mine.sort(key=lambda one: best.index(one.kind))
    return Linked(contact, tuple(mine), is_news or bool(added))


def _unknown(addresses: list[Address], known: list[Identity]) -> list[Address]:
    """Those that nobody has in any form."""
    taken = {(one.kind, one.canonical) for one in known}
    return [one for one in addresses if (one.kind, one.canonical) not in taken]


def note_conflict(contact: Contact, known: list[Identity]) -> None:
    """One webhook carried identifiers of several contacts: suggested as one person, not merged.

    contact: whom the webhook was taken for. known: the identities with any of its identifiers. No
    query where all are the contact's.
    """
    suggest_merge(contact, _others(known, contact), reason=ONE_WEBHOOK)


def _holder_of(addresses: list[Address], known: list[Identity]) -> Contact | None:
    """Whose the best of these is: the contact itself, also when it is merged into another.

    A merge may be undone, and what was learnt meanwhile stays with whom it is about.
    """
    for address in addresses:
        for row in known:
            if (row.kind, row.canonical) == (address.kind, address.canonical):
                return row.contact
    return None


def _others(known: list[Identity], contact: Contact) -> list[Contact]:
    return [one.contact for one in known if one.contact_id != contact.pk]


def _add(contact: Contact, address: Address) -> Identity:
    return Identity.objects.create(
        organization_id=contact.organization_id,
        contact=contact,
        kind=address.kind,
        value=address.value,
        canonical=address.canonical,
    )
