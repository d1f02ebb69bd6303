"""The pages of contacts: who there is, and the one on which two are said to be one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Max, QuerySet

from accounts.models import Person
from inbox import persons, searching, wording
from inbox.access import visible_contacts, visible_conversations
from inbox.models import Contact, Conversation, Identity
from inbox.models.contacts import IdentityKind
from inbox.presentation import address_of, name_of_contact
from whatsapp.phone import display

MOST_CHOICES = 20
MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class ContactChoice:
    """One person. numbers: of ours, on which there is a conversation. thread_id: the newest."""

    id: UUID
    name: str
    initials: str
    address: str
    also: str  # what WhatsApp calls them, where we have another name
    numbers: tuple[str, ...]
    last: str  # when there was something last, or ""
    thread_id: UUID | None


@dataclass(frozen=True, slots=True)
class MergePage:
    """Whom to join with, and who is chosen; `other` is None before."""

    contact: ContactChoice
    other: ContactChoice | None
    choices: tuple[ContactChoice, ...]
    search: str
    thread_id: UUID | None


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """People, those heard of last first. more: there are others, whom the search finds."""

    people: tuple[ContactChoice, ...]
    search: str
    more: bool


def contacts_page(person: Person, *, search: str, at: datetime) -> ContactsPage:
    """The page of contacts: at most 100 people. Three queries, six to search."""
    everybody = visible_contacts(person).filter(merged_into=None)
    rows = _found(person, search) if search else everybody
    newest = Max("conversation__last_activity_at")
    found = rows.annotate(newest=newest).order_by(F("newest").desc(nulls_last=True), "-pk")
    shown = list(found[: MOST_PEOPLE + 1])
    people = contact_choices(shown[:MOST_PEOPLE], person, at=at)
    return ContactsPage(people, search, more=len(shown) > MOST_PEOPLE)


def merge_page(
    person: Person,
    contact: Contact,
    *,
    other: Contact | None,
    search: str,
    thread_id: UUID | None,
    at: datetime,
) -> MergePage:
    """The page. At most nine queries."""
    survivor = contact.survivor
    found: list[Contact] = []
    if search and other is None:
        rows = _found(person, search)
        found = list(rows.exclude(pk=survivor.pk).order_by("-updated_at")[:MOST_CHOICES])
    chosen = other.survivor if other else None
    shown = [survivor, *([chosen] if chosen else []), *found]
    choices = {one.id: one for one in contact_choices(shown, person, at=at)}
    return MergePage(
        contact=choices[survivor.pk],
        other=choices[chosen.pk] if chosen else None,
        choices=tuple(choices[one.pk] for one in found),
        search=search,
        thread_id=thread_id,
    )


def _found(person: Person, search: str) -> QuerySet[Contact]:
    return searching.contacts_found(
        visible_contacts(person),
        person.organization_id,
        search,
        country_code=person.organization.country_code,
    )


def contact_choices(
    contacts: Sequence[Contact], person: Person, *, at: datetime
) -> tuple[ContactChoice, ...]:
    """These contacts, which stand for persons, in order, with the threads this one sees.

    Two queries.
    """
    survivor_of = {one.pk: one.pk for one in contacts}
    joined = Contact.objects.filter(merged_into__in=list(survivor_of))
    survivor_of |= {pk: into for pk, into in joined.values_list("pk", "merged_into") if into}
    threads: dict[UUID, list[Conversation]] = {}
    for thread in persons.threads_of(survivor_of, visible_conversations(person)):
        if thread.contact_id:
            threads.setdefault(survivor_of[thread.contact_id], []).append(thread)
    return tuple(_choice(one, threads.get(one.pk, []), zone=person.zone, at=at) for one in contacts)


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
        thread_id=threads[0].pk if threads else None,
    )


def people_found(person: Person, *, search: str, at: datetime) -> tuple[ContactChoice, ...]:
    """At most 20 people whom a search finds, changed last first. Six queries."""
    rows = _found(person, search)
    shown = list(rows.order_by("-updated_at")[:MOST_CHOICES])
    return contact_choices(shown, person, at=at)


def card_facts(contact: Contact) -> dict[str, str]:
    """What a contact card of this person says: name, phone, and its WhatsApp id. One query."""
    identity = Identity.objects.filter(contact=contact, kind=IdentityKind.WA_ID).first()
    return {
        "name": name_of_contact(contact),
        "phone": display(contact.phone) if contact.phone else "",
        "wa_id": identity.value if identity else "",
    }
