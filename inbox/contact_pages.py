"""The page on which somebody says that two contacts are one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Person
from inbox import persons, searching, wording
from inbox.models import Contact, Conversation
from inbox.presentation import address_of, name_of_contact

MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class ContactChoice:
    """One person to choose. numbers: the business numbers on which there is a conversation."""

    id: UUID
    name: str
    initials: str
    address: str
    also: str  # what WhatsApp calls them, where we have another name
    numbers: tuple[str, ...]
    last: str  # when there was something last, or ""


@dataclass(frozen=True, slots=True)
class MergePage:
    """Whom to join with, and who is chosen; `other` is None before."""

    contact: ContactChoice
    other: ContactChoice | None
    choices: tuple[ContactChoice, ...]
    search: str
    thread_id: UUID | None


def merge_page(
    person: Person,
    contact: Contact,
    *,
    other: Contact | None,
    search: str,
    thread_id: UUID | None,
    at: datetime,
) -> MergePage:
    """The page. At most eight queries."""
    survivor = contact.survivor
    found: list[Contact] = []
    if search and other is None:
        country = person.organization.country_code
        rows = searching.contacts_found(person.organization_id, search, country_code=country)
        found = list(rows.exclude(pk=survivor.pk).order_by("-updated_at")[:MOST_CHOICES])
    chosen = other.survivor if other else None
    shown = [survivor, *([chosen] if chosen else []), *found]
    choices = {one.id: one for one in contact_choices(shown, zone=person.zone, at=at)}
    return MergePage(
        contact=choices[survivor.pk],
        other=choices[chosen.pk] if chosen else None,
        choices=tuple(choices[one.pk] for one in found),
        search=search,
        thread_id=thread_id,
    )


def contact_choices(
    contacts: Sequence[Contact], *, zone: str, at: datetime
) -> tuple[ContactChoice, ...]:
    """These contacts, in order. One query."""
    threads: dict[UUID | None, list[Conversation]] = {}
    for thread in persons.threads_of([one.pk for one in contacts]):
        threads.setdefault(thread.contact_id, []).append(thread)
    return tuple(_choice(one, threads.get(one.pk, []), zone=zone, at=at) for one in contacts)


def _choice(
    contact: Contact, threads: Sequence[Conversation], *, zone: str, at: datetime
) -> ContactChoice:
    name = name_of_contact(contact)
    also = contact.profile_name if contact.profile_name != name else ""
    last = threads[0].last_activity_at if threads else None
    return ContactChoice(
        id=contact.pk,
        name=name,
        initials=wording.initials(name),
        address=address_of(contact),
        also=also,
        numbers=tuple(dict.fromkeys(one.phone_number.short_name for one in threads)),
        last=wording.row_time(last, zone, now=at),
    )
