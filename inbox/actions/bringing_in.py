"""Rows of a file against the contacts there are: what each would do, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.actors import Actor
from accounts.events import announce
from accounts.models import Organization
from accounts.row_updates import update_rows
from inbox.actions import tombstones
from inbox.actions.addresses import Address, addresses_of, lock_addresses
from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind
from inbox.moving.rows import ERASED, Said
from inbox.persons import threads_of, widened
from inbox.tombstones import address_names
from whatsapp.ids import WaId
from whatsapp.inbound import WhatsAppUser

CREATED: Final = "created"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
FAULTY: Final = "faulty"
WRITTEN: Final = ("name", "language", "opted_out_at", "consent_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what it does. fault: why it does nothing, a word of `inbox.moving.rows`, or ""."""

    line: int
    verdict: str
    fault: str = ""
    said: Said | None = None
    contact: Contact | None = None


def judge(organization: Organization, rows: Sequence[tuple[int, Said | str]]) -> list[Judged]:
    """What each row would do, without doing it. Two queries, three where people were erased."""
    said = [one for _line, one in rows if isinstance(one, Said)]
    known = _known(organization.pk, said)
    names = {one.phone: address_names(_user(one))[0] for one in said}
    erased = tombstones.erased_among(organization, list(names.values()))
    found = []
    for line, one in rows:
        if isinstance(one, str):
            found.append(Judged(line, FAULTY, one))
        elif (contact := known.get(one.canonical)) is not None:
            verdict = CHANGED if _differs(contact, one) else UNCHANGED
            found.append(Judged(line, verdict, said=one, contact=contact))
        elif names[one.phone] in erased:
            found.append(Judged(line, FAULTY, ERASED))
        else:
            found.append(Judged(line, CREATED, said=one))
    return found


def bring_in(
    organization: Organization, rows: Sequence[tuple[int, Said | str]], *, by: Actor, at: datetime
) -> list[Judged]:
    """Makes the new ones, and writes to the others what their rows say. Call in a unit of work.

    A row that says nothing of a field leaves it. Nobody is opted in again by a file.
    """
    said = [one for _line, one in rows if isinstance(one, Said)]
    lock_addresses(organization.pk, [_address(one) for one in said])
    judged = judge(organization, rows)
    _create([one.said for one in judged if one.verdict == CREATED and one.said], organization, at)
    _change([one for one in judged if one.verdict == CHANGED], by=by, at=at)
    return judged


def _user(said: Said) -> WhatsAppUser:
    return WhatsAppUser(wa_id=WaId(said.phone.removeprefix("+")))


def _address(said: Said) -> Address:
    return addresses_of(_user(said))[0]


def _known(organization_id: UUID, said: Sequence[Said]) -> dict[str, Contact]:
    """The contact that stands for whoever has the number, by its common form."""
    rows = Identity.objects.filter(
        organization_id=organization_id,
        kind=IdentityKind.WA_ID,
        canonical__in={one.canonical for one in said},
    ).select_related("contact__merged_into")
    found: dict[str, Contact] = {}
    one_of: dict[UUID, Contact] = {}
    for row in rows.order_by("-created_at", "-pk"):
        survivor = row.contact.survivor
        found[row.canonical] = one_of.setdefault(survivor.pk, survivor)
    return found


def _differs(contact: Contact, said: Said) -> bool:
    return (
        (said.name not in ("", contact.name))
        or (said.language not in ("", contact.language))
        or (said.opted_out and contact.opted_out_at is None)
    )


def _create(said: Sequence[Said], organization: Organization, at: datetime) -> None:
    contacts = [
        Contact(
            organization=organization,
            name=one.name,
            phone=one.phone,
            language=one.language[:12],
            opted_out_at=at if one.opted_out else None,
            consent_at=at if one.opted_out else None,
        )
        for one in said
    ]
    Contact.objects.bulk_create(contacts)
    Identity.objects.bulk_create(
        [
            Identity(
                organization=organization,
                contact=contact,
                kind=IdentityKind.WA_ID,
                value=address.value,
                canonical=address.canonical,
            )
            for contact, address in zip(contacts, map(_address, said), strict=True)
        ]
    )


def _change(judged: Sequence[Judged], *, by: Actor, at: datetime) -> None:
    renamed: list[Contact] = []
    stopped: list[Contact] = []
    rows: dict[UUID, Contact] = {}
    for one in judged:
        contact, said = one.contact, one.said
        if contact is None or said is None:
            continue
        rows[contact.pk] = contact
        if said.name not in ("", contact.name):
            contact.name = said.name
            renamed.append(contact)
        if said.language:
            contact.language = said.language[:12]
        if said.opted_out and contact.opted_out_at is None:
            contact.opted_out_at = contact.consent_at = at
            stopped.append(contact)
    update_rows(list(rows.values()), WRITTEN)
    _tell("contact.renamed", renamed, by=by, at=at)
    _tell("contact.consent_changed", stopped, by=by, at=at, value="stop")


def _tell(kind: str, contacts: Sequence[Contact], *, by: Actor, at: datetime, **data: str) -> None:
    """One event for each thread of these people: its pane and row look different now."""
    if not contacts:
        return
    organization_id = contacts[0].organization_id
    ids = widened(organization_id, [one.pk for one in contacts])
    for thread in threads_of(ids):
        announce(
            kind,
            organization_id,
            by=by,
            at=at,
            conversation_id=thread.pk,
            ids=[thread.contact_id] if thread.contact_id else [],
            **data,
        )
