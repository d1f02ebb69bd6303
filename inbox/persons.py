"""Which contacts are one person: itself, whatever was merged into it, and into that."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from inbox.models import Contact, Conversation
from inbox.models.contacts import LONGEST_CHAIN


def widened(organization_id: UUID, ids: Iterable[UUID]) -> frozenset[UUID]:
    """These contacts with every contact that is the same person.

    One query where nobody is merged, one more for each step of the longest chain.
    """
    found = frozenset(ids)
    rows = Contact.objects.filter(organization_id=organization_id)
    for _step in range(2 * LONGEST_CHAIN):
        if not found:
            break
        near = rows.filter(Q(pk__in=found) | Q(merged_into__in=found)).exclude(
            pk__in=found, merged_into=None
        )
        ids = {one for pair in near.values_list("pk", "merged_into") for one in pair if one}
        more = found | ids
        if more == found:
            break
        found = more
    return found


def gathered(survivors: Iterable[UUID]) -> dict[UUID, UUID]:
    """Every contact of these persons, with the one of `survivors` that stands for it.

    One query where nobody is merged, one more for each step of the longest chain.
    """
    found = {one: one for one in survivors}
    near = list(found)
    for _step in range(LONGEST_CHAIN):
        rows = Contact.objects.filter(merged_into__in=near).values_list("pk", "merged_into")
        more = {pk: found[into] for pk, into in rows if into and pk not in found}
        if not more:
            break
        found |= more
        near = list(more)
    return found


def contacts_of(contact: Contact) -> list[Contact]:
    """Every contact of this person, the one that stands for it first. One query, else four."""
    rows = Contact.objects.select_related("merged_into").order_by("created_at")
    near = list(rows.filter(Q(pk=contact.pk) | Q(merged_into=contact.pk)))
    if [one.merged_into_id for one in near] == [None]:
        return near
    ids = widened(contact.organization_id, [contact.pk])
    return sorted(rows.filter(pk__in=ids), key=lambda one: one.merged_into_id is not None)


def has_opted_out(contact: Contact) -> bool:
    """Whether this person stopped marketing messages, as whichever contact. Two queries."""
    ids = widened(contact.organization_id, [contact.pk])
    return Contact.objects.filter(pk__in=ids, opted_out_at__isnull=False).exists()


def opted_out_among(organization_id: UUID, contact_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these contacts whose person stopped marketing messages. Two queries, more if any."""
    ids = frozenset(contact_ids)
    rows = Contact.objects.filter(pk__in=widened(organization_id, ids), opted_out_at__isnull=False)
    stopped = frozenset(rows.values_list("pk", flat=True)) if ids else frozenset()
    return ids & widened(organization_id, stopped)


def threads_of(
    contact_ids: Iterable[UUID], among: QuerySet[Conversation] | None = None
) -> QuerySet[Conversation]:
    """The conversations with these contacts, newest first, with their numbers.

    among: those that whoever asks may see (`inbox.access`); None: all.
    """
    rows = Conversation.objects.all() if among is None else among
    return (
        rows.filter(contact__in=list(contact_ids))
        .select_related("phone_number", "contact")
        .order_by("-last_activity_at", "-pk")
    )
