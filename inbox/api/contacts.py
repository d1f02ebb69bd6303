"""Contacts: list, one, our name for it, and two that are one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import AwareDatetime, BaseModel, Field

from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.bodies import Body
from accounts.api.endpoints import Paging
from accounts.api.envelopes import Many, One
from accounts.api.finding import as_uuid, not_found
from accounts.api.idempotency import once
from accounts.api.paging import Order, paged
from accounts.api.requests import caller_of
from accounts.models import ApiKey, Organization
from accounts.refusals import Refused
from inbox import persons, searching
from inbox.actions import merging
from inbox.api.finding import conversations_of, sees_all
from inbox.api.shapes import IdentityOut
from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind

router = Router(tags=["Contacts"])
NEWEST = Order(("created_at", "pk"))


class AddressOut(IdentityOut):
    """An address of a person. phone_number_id: of our number that alone knows it; none does."""

    phone_number_id: UUID | None = None


class ContactOut(BaseModel):
    """A person: one contact, or several that were joined. What is not kept yet is null or empty."""

    id: UUID
    name: str | None
    first_name: str | None = None
    last_name: str | None = None
    profile_name: str | None
    phone: str | None
    bsuid: str | None
    username: str | None
    email: str | None = None
    language: str | None
    tags: list[str] = []
    attributes: dict[str, str] = {}
    external_id: str | None = None
    identities: list[AddressOut]
    opted_out: bool
    opted_out_at: datetime | None
    blocked: bool
    conversation_ids: list[UUID]
    merged_ids: list[UUID]
    created_at: datetime
    updated_at: datetime


class ContactFilters(Paging):
    """Filters of GET /contacts."""

    search: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    phone: Annotated[str | None, Field(min_length=3, max_length=64)] = None
    opted_out: bool | None = None
    blocked: bool | None = None
    updated_since: AwareDatetime | None = None


class ContactIn(Body):
    """What people may change of a contact."""

    name: Annotated[str | None, Field(max_length=120)] = None


class MergeIn(Body):
    """The other contact that is the same person."""

    other_id: UUID


@router.get("/contacts", auth=needs("contacts:read"), response=Many[ContactOut])
def contacts(request: HttpRequest, filters: Query[ContactFilters]) -> HttpResponse:
    """People, newest first; joined contacts are one."""
    key = caller_of(request).key
    page = paged(
        contacts_by(persons_of(key), key, filters),
        order=NEWEST,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question,
        shape=lambda found: contacts_out(found, key),
    )
    return listed(request, page)


@router.get("/contacts/{contact_id}", auth=needs("contacts:read"), response=One[ContactOut])
def contact(request: HttpRequest, contact_id: str) -> HttpResponse:
    """One person; the id of a joined contact gives the one that stands for it."""
    return _answered(request, contact_of(caller_of(request).key, contact_id))


@router.patch("/contacts/{contact_id}", auth=needs("contacts:write"), response=One[ContactOut])
def change_contact(request: HttpRequest, contact_id: str, body: ContactIn) -> HttpResponse:
    """Our own name for the person; an empty one goes back to what WhatsApp says."""
    caller = caller_of(request)
    row = contact_of(caller.key, contact_id)
    if "name" not in body.model_fields_set:
        raise Refused("NO_UPDATABLE_FIELDS", _("There is nothing to change in it."))

    def effect() -> HttpResponse:
        name = body.name or ""
        merging.rename_contact(row.pk, name=name, by=caller.actor, at=timezone.now())
        return _answered(request, contact_of(caller.key, contact_id))

    return once(request, effect)


@router.post("/contacts/{contact_id}/merge", auth=needs("contacts:write"), response=One[ContactOut])
def merge(request: HttpRequest, contact_id: str, body: MergeIn) -> HttpResponse:
    """The other contact is the same person; every conversation keeps the identity it talks to."""
    caller = caller_of(request)
    row, other = contact_of(caller.key, contact_id), contact_of(caller.key, str(body.other_id))

    def effect() -> HttpResponse:
        merging.merge_contacts(row.pk, other.pk, by=caller.actor, at=timezone.now())
        return _answered(request, row)

    return once(request, effect)


def _answered(request: HttpRequest, row: Contact) -> HttpResponse:
    return answered(request, contacts_out([row], caller_of(request).key)[0])


# --- which, and how they are shown ---


def contacts_of(key: ApiKey) -> QuerySet[Contact]:
    """Every contact the key reaches; one that does not see all, those of its conversations."""
    rows = Contact.objects.filter(organization_id=key.organization_id)
    if not sees_all(key):
        rows = rows.filter(pk__in=conversations_of(key).values("contact"))
    return rows


def persons_of(key: ApiKey) -> QuerySet[Contact]:
    """Those that stand for a person.

    A key that does not see all is not told that a contact is somebody's whom it cannot see: to it
    each is one.
    """
    rows = contacts_of(key)
    return rows.filter(merged_into=None) if sees_all(key) else rows


def contact_of(key: ApiKey, name: str) -> Contact:
    """The contact that stands for the one named. Refuses: NOT_FOUND."""
    own_id = as_uuid(name)
    rows = contacts_of(key).select_related("merged_into")
    row = rows.filter(pk=own_id).first() if own_id else None
    if row is None:
        raise not_found()
    return row.survivor if sees_all(key) else row


def contacts_by(rows: QuerySet[Contact], key: ApiKey, filters: ContactFilters) -> QuerySet[Contact]:
    """The contacts that pass every filter."""
    for words in (filters.search, filters.phone):
        if words:
            country = Organization.objects.get(pk=key.organization_id).country_code
            found = searching.person_ids(key.organization_id, words, country_code=country)
            rows = rows.filter(pk__in=found)
    conditions = Q()
    if filters.opted_out is not None:
        conditions &= Q(opted_out_at__isnull=not filters.opted_out)
    if filters.blocked is not None:
        conditions &= Q(blocked_at__isnull=not filters.blocked)
    if filters.updated_since:
        conditions &= Q(updated_at__gte=filters.updated_since)
    return rows.filter(conditions)


def contacts_out(rows: Sequence[Contact], key: ApiKey) -> list[ContactOut]:
    """These people, with the addresses and conversations of all their contacts. Four queries."""
    shown = {row.pk for row in rows}
    ids = persons.widened(key.organization_id, shown) if sees_all(key) else shown
    every = Contact.objects.filter(pk__in=ids).select_related("merged_into__merged_into")
    survivor_of = {one.pk: one.pk if one.pk in shown else one.survivor.pk for one in every}
    identities: dict[UUID, list[Identity]] = defaultdict(list)
    for one in Identity.objects.filter(contact__in=ids).order_by("created_at", "pk"):
        identities[survivor_of[one.contact_id]].append(one)
    threads: dict[UUID, list[UUID]] = defaultdict(list)
    mine = conversations_of(key).filter(contact__in=ids).order_by("created_at", "pk")
    for thread, contact_id in mine.values_list("pk", "contact"):
        threads[survivor_of[contact_id]].append(thread)
    merged: dict[UUID, list[UUID]] = defaultdict(list)
    for own, survivor in survivor_of.items():
        if own != survivor:
            merged[survivor].append(own)
    return [_out(row, identities[row.pk], threads[row.pk], sorted(merged[row.pk])) for row in rows]


def _out(
    row: Contact, identities: list[Identity], threads: list[UUID], merged: list[UUID]
) -> ContactOut:
    bsuids = [one.value for one in identities if one.kind == IdentityKind.BSUID]
    return ContactOut(
        id=row.pk,
        name=row.name or row.profile_name or None,
        profile_name=row.profile_name or None,
        phone=row.phone,
        bsuid=bsuids[-1] if bsuids else None,
        username=row.username or None,
        language=row.language or None,
        identities=[AddressOut(kind=one.kind, value=one.value) for one in identities],
        opted_out=row.opted_out_at is not None,
        opted_out_at=row.opted_out_at,
        blocked=row.blocked_at is not None,
        conversation_ids=threads,
        merged_ids=merged,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
