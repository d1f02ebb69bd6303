"""Finding or making the contact behind the identifiers of a webhook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.row_updates import update_rows
from inbox.actions.addresses import Address, addresses_of, lock_addresses
from inbox.actions.joining import is_only_addresses, join_if_younger, take_addresses
from inbox.actions.merging import CHANGED_IDENTITY, ONE_WEBHOOK, OWN_CARD, suggest_merge
from inbox.models import Contact, Identity
from whatsapp.ids import WaId
from whatsapp.inbound import WhatsAppUser
from whatsapp.phone import e164

# What a webhook tells of a person. These alone are written: our people may block or rename the
# customer at this moment.
TOLD: Final = ("profile_name", "profile_name_at", "username", "username_at", "phone", "updated_at")
TOLD_AGAIN: Final = ("profile_name_at", "username_at")


def person_behind(
    organization_id: UUID, user: WhatsAppUser, *, at: datetime
) -> tuple[Contact, Identity]:
    """The contact with these identifiers, made when new, and the identity that wrote.

    at: Meta's time of the item that names them. Takes the identity locks. Raises: ValueError when
    there is no identifier at all.
    """
    directory = Directory(organization_id, [user])
    found = directory.person_behind(user, at=at)
    directory.save()
    return found


class Directory:
    """The people of one organization whom these users may be: read at once, written at once.

    All identifiers of one webhook belong to one contact. Where they point at two, the phone
    number decides and nobody is merged (CLOUD_API 2.9). Takes the identity locks of everybody.
    One query to lock, one to read; at most two to make people, and two to write who changed.
    """

    def __init__(self, organization_id: UUID, users: Iterable[WhatsAppUser]) -> None:
        self._organization_id = organization_id
        addresses = [address for user in users for address in addresses_of(user)]
        lock_addresses(organization_id, addresses)
        self._known: defaultdict[tuple[str, str], list[Identity]] = defaultdict(list)
        contacts: dict[UUID, Contact] = {}
        for row in _known(organization_id, addresses):
            # One object for each person: two of them would overwrite what the other has learnt.
            row.contact = contacts.setdefault(row.contact_id, row.contact)
            self._known[row.kind, row.canonical].append(row)
        self._new: list[Contact] = []
        self._changed: dict[UUID, Contact] = {}  # called something else now
        self._told_again: dict[UUID, Contact] = {}  # called the same, later
        self._new_identities: list[Identity] = []
        self._conflicts: list[tuple[Contact, list[Address]]] = []

    def person_behind(self, user: WhatsAppUser, *, at: datetime) -> tuple[Contact, Identity]:
        """As the function of this name; what is new is written by `save`."""
        addresses = addresses_of(user)
        if not addresses:
            raise ValueError("The item names no person: neither wa_id nor user_id.")
        contact = self._contact_of(addresses) or self._new_contact()
        self._refresh(contact, user, at=at)
        mine = [self._identity(contact, address) for address in addresses]
        if None in mine:
            self._conflicts.append((contact, addresses))
        return contact, next(identity for identity in mine if identity is not None)

    def save(self) -> None:
        """Writes whoever is new or called something else now."""
        Contact.objects.bulk_create(self._new)
        update_rows(list(self._changed.values()), TOLD)
        again = [one for pk, one in self._told_again.items() if pk not in self._changed]
        update_rows(again, TOLD_AGAIN)
        Identity.objects.bulk_create(self._new_identities)
        for contact, addresses in self._conflicts:
            known = [row for one in addresses for row in self._known[one.kind, one.canonical]]
            note_conflict(contact, known)
        self._new, self._new_identities, self._conflicts = [], [], []
        self._changed, self._told_again = {}, {}

    def _contact_of(self, addresses: list[Address]) -> Contact | None:
        known = [row for one in addresses for row in self._known[one.kind, one.canonical]]
        return _best(_holders_of(addresses, known))

    def _new_contact(self) -> Contact:
        contact = Contact(organization_id=self._organization_id)
        self._new.append(contact)
        return contact

    def _identity(self, contact: Contact, address: Address) -> Identity | None:
        """The row of this very address; None where it is somebody else's."""
        known = self._known[address.kind, address.canonical]
        exact = next((row for row in known if row.value == address.value), None)
        if exact is None:
            exact = Identity(
                organization_id=self._organization_id,
                contact=contact,
                kind=address.kind,
                value=address.value,
                canonical=address.canonical,
            )
            known.append(exact)
            self._new_identities.append(exact)
        return exact if exact.contact_id == contact.pk else None

    def _refresh(self, contact: Contact, user: WhatsAppUser, *, at: datetime) -> None:
        before = (contact.profile_name, contact.username, contact.phone)
        told_before = (contact.profile_name_at, contact.username_at)
        # As much as a label holds: a name of any length must not cost its message.
        if user.profile_name and _is_newest(at, contact.profile_name_at):
            contact.profile_name, contact.profile_name_at = user.profile_name[:255], at
        if user.username and _is_newest(at, contact.username_at):
            contact.username, contact.username_at = user.username[:80], at
        contact.phone = contact.phone or (e164(f"+{user.wa_id}") if user.wa_id else None)
        if any(contact is one for one in self._new):
            return
        if (contact.profile_name, contact.username, contact.phone) != before:
            self._changed[contact.pk] = contact
        elif (contact.profile_name_at, contact.username_at) != told_before:
            self._told_again[contact.pk] = contact


def _is_newest(at: datetime, told_at: datetime | None) -> bool:
    return told_at is None or at >= told_at


def _known(organization_id: UUID, addresses: list[Address]) -> list[Identity]:
    return list(
        Identity.objects.filter(
            organization_id=organization_id,
            kind__in={one.kind for one in addresses},
            canonical__in={one.canonical for one in addresses},
        )
        .select_related("contact", "replaced_by")
        .order_by("created_at", "id")
    )


def contact_named(organization_id: UUID, user: WhatsAppUser) -> Contact | None:
    """The contact with these identifiers, if there is one; nobody is made."""
    addresses = addresses_of(user)
    return _best(_holders_of(addresses, _known(organization_id, addresses))) if addresses else None


def attach_number(contact: Contact, wa_ids: list[str]) -> None:
    """Numbers that the contact gave us; one that is somebody else's already stays theirs.

    Then the two may be one person, which is suggested.
    """
    for wa_id in wa_ids:
        addresses = addresses_of(WhatsAppUser(wa_id=WaId(wa_id)))
        lock_addresses(contact.organization_id, addresses)
        known = _known(contact.organization_id, addresses)
        if known:
            _take_addresses(known, contact)
            suggest_merge(contact, _others(known, contact), reason=OWN_CARD)
            continue
        _add(contact, addresses[0])
        if contact.phone is None:
            contact.phone = e164(f"+{wa_id}")
            contact.save(update_fields=["phone", "updated_at"])


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of joining identifiers. is_new: the contact was made for them.

    is_news: something was not known before. is_conflict: a merge was suggested just now.
    """

    contact: Contact
    is_new: bool
    is_news: bool
    is_conflict: bool


def link_identities(
    organization_id: UUID,
    *,
    old: WhatsAppUser,
    new: WhatsAppUser,
    changed_at: datetime,
    at: datetime,
) -> Linked | None:
    """Old and new identifiers belong to one contact: that of the old ones, else of the new ones.

    Where nobody has any, one is made for them: what it wrote may come later. None where they are
    not told. Who has written from a new one since the change is that contact, too. One that was
    somebody else's before is left there: no merge on a conflict, only the suggestion of one.
    changed_at: Meta's time of the change. at: ours.
    """
    gone, come = addresses_of(old), addresses_of(new)
    lock_addresses(organization_id, gone + come)
    before, after = _known(organization_id, gone), _known(organization_id, come)
    holder = _best(_holders_of(gone, before) + _holders_of(come, after))
    if holder is None and not (gone and come):
        return None
    contact = holder or Contact.objects.create(organization_id=organization_id)
    _take_addresses([*before, *after], contact)
    _join_who_wrote_since(contact, after, changed_at=changed_at, at=at)
    others = _others([*before, *after], contact)
    is_conflict = suggest_merge(contact, others, reason=CHANGED_IDENTITY)
    # The old ones too: a late message may still carry them.
    late = [_add(contact, one) for one in _unknown(gone, before)]
    added = [_add(contact, one) for one in _unknown(come, after)]
    mine = [one for one in [*added, *after] if one.contact_id == contact.pk]
    best = [one.kind for one in come]
    mine.sort(key=lambda one: best.index(one.kind))
    theirs = [one for one in [*late, *before] if one.contact_id == contact.pk]
    _note_successors(theirs, mine, at=changed_at)
    return Linked(
        contact,
        is_new=holder is None,
        is_news=is_conflict or bool(late or added),
        is_conflict=is_conflict,
    )


def _join_who_wrote_since(
    contact: Contact, known: list[Identity], *, changed_at: datetime, at: datetime
) -> None:
    """known: identities with a new identifier; those of whom is joined are the contact's then."""
    for other in _others(known, contact):
        gone = other.pk
        if join_if_younger(contact, other, since=changed_at, at=at):
            _are_theirs(known, contact, of=gone)


def _take_addresses(known: list[Identity], contact: Contact) -> None:
    """Of whom only addresses are known is no other: they are the contact's."""
    for other in _others(known, contact):
        gone = other.pk
        if is_only_addresses(other):
            take_addresses(contact, other)
            _are_theirs(known, contact, of=gone)


def _are_theirs(known: list[Identity], contact: Contact, *, of: UUID) -> None:
    for one in known:
        if one.contact_id == of:
            one.contact = contact


def _note_successors(gone: list[Identity], come: list[Identity], *, at: datetime) -> None:
    """Each of these became the best of those, of its own kind if there is one; the newest wins."""
    for one in gone:
        same_kind = [other for other in come if other.kind == one.kind]
        successor = next(iter([*same_kind, *come]), None)
        if successor is None or any(other.pk == one.pk for other in come):
            continue
        if one.replaced_at is None or at > one.replaced_at:
            Identity.objects.filter(pk=one.pk).update(replaced_by=successor, replaced_at=at)


def _unknown(addresses: list[Address], known: list[Identity]) -> list[Address]:
    """Those that nobody has in any form."""
    taken = {(one.kind, one.canonical) for one in known}
    return [one for one in addresses if (one.kind, one.canonical) not in taken]


def note_conflict(contact: Contact, known: list[Identity]) -> None:
    """One webhook carried identifiers of several contacts: suggested as one person, not merged.

    contact: whom the webhook was taken for. known: the identities with any of its identifiers. No
    query where all are the contact's.
    """
    _take_addresses(known, contact)
    suggest_merge(contact, _others(known, contact), reason=ONE_WEBHOOK)


def _holders_of(addresses: list[Address], known: list[Identity]) -> list[Contact]:
    """Whose each is, best first: the contact itself, also when it is merged into another.

    A merge may be undone, and what was learnt meanwhile stays with whom it is about.
    """
    found: dict[UUID, Contact] = {}
    for address in addresses:
        rows = (
            one for one in known if (one.kind, one.canonical) == (address.kind, address.canonical)
        )
        for row in rows:
            found.setdefault(row.contact_id, row.contact)
            break
    return list(found.values())


def _best(holders: list[Contact]) -> Contact | None:
    """The first who is more than addresses, else the first. No query where there is one at most."""
    different = {one.pk for one in holders}
    if len(different) < 2:
        return holders[0] if holders else None
    return next((one for one in holders if not is_only_addresses(one)), holders[0])


def _others(known: list[Identity], contact: Contact) -> list[Contact]:
    others = {one.contact_id: one.contact for one in known if one.contact_id != contact.pk}
    return list(others.values())


def _add(contact: Contact, address: Address) -> Identity:
    return Identity.objects.create(
        organization_id=contact.organization_id,
        contact=contact,
        kind=address.kind,
        value=address.value,
        canonical=address.canonical,
    )
