"""Whom a segment means: people whose conversations have labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.labels import key_of
from inbox.models import Contact, Identity, Labelling
from inbox.models.contacts import LONGEST_CHAIN, IdentityKind

MATCHES: Final = ("any", "all")
MOST_TAGS: Final = 20


def checked(segment: object) -> dict[str, Any]:
    """The segment in its stored shape. Refuses: VALIDATION_ERROR."""
    if not isinstance(segment, Mapping):
        raise _wrong("segment", _("Give `tags` and `match`."))
    tags, match = segment.get("tags"), segment.get("match", "any")
    if not isinstance(tags, list | tuple) or not 0 < len(tags) <= MOST_TAGS:
        raise _wrong("segment.tags", _("Between one and twenty tags."))
    if not all(isinstance(tag, str) and tag.strip() for tag in tags):
        raise _wrong("segment.tags", _("A tag is a name."))
    if match not in MATCHES:
        raise _wrong("segment.match", _("`any` or `all`."))
    return {"tags": list(dict.fromkeys(tags)), "match": match}


def _wrong(field: str, sentence: str) -> Refused:
    return Refused("VALIDATION_ERROR", sentence, field=field)


def contacts_in(organization_id: UUID, segment: Mapping[str, Any]) -> QuerySet[Contact]:
    """The contacts with a conversation that has any of these labels; or each of them, for "all"."""
    rows = Contact.objects.filter(organization_id=organization_id)
    keys = [key_of(tag) for tag in segment["tags"]]
    if segment["match"] == "any":
        return rows.filter(_labelled(keys))
    for key in keys:
        rows = rows.filter(_labelled([key]))
    return rows


def _labelled(keys: list[str]) -> Exists:
    theirs = Labelling.objects.filter(conversation__contact=OuterRef("pk"), label__key__in=keys)
    return Exists(theirs)


def addresses_in(organization_id: UUID, segment: Mapping[str, Any]) -> dict[UUID, str]:
    """Of every person in the segment one address: E.164, else a BSUID. Two queries.

    By the contact that stands for the person: who was joined counts once.
    """
    kinds = [IdentityKind.WA_ID, IdentityKind.BSUID]
    rows = Identity.objects.filter(
        contact__in=contacts_in(organization_id, segment), kind__in=kinds, replaced_by=None
    ).order_by("created_at", "pk")
    stands_for = _survivors(organization_id)
    found: dict[UUID, tuple[bool, str]] = {}
    for contact_id, kind, value in rows.values_list("contact", "kind", "value").iterator():
        person = _last(contact_id, stands_for)
        is_number = kind == IdentityKind.WA_ID
        if person not in found or (is_number and not found[person][0]):
            found[person] = (is_number, f"+{value}" if is_number else value)
    return {person: address for person, (_is_number, address) in found.items()}


def _survivors(organization_id: UUID) -> dict[UUID, UUID]:
    rows = Contact.objects.filter(organization_id=organization_id, merged_into__isnull=False)
    return {pk: into for pk, into in rows.values_list("pk", "merged_into") if into}


def _last(contact_id: UUID, stands_for: Mapping[UUID, UUID]) -> UUID:
    for _step in range(LONGEST_CHAIN):
        if contact_id not in stands_for:
            break
        contact_id = stands_for[contact_id]
    return contact_id


def survivors_of(organization_id: UUID, contacts: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of each of these contacts the one that stands for the person. One query."""
    stands_for = _survivors(organization_id)
    return {one: _last(one, stands_for) for one in contacts}
