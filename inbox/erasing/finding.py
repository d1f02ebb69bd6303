"""Everything that there is of a person, as questions to the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from inbox.message_status import Status
from inbox.models import Conversation, Erasure, ErasureStep, Identity, Media, Message
from inbox.models.contacts import IdentityKind
from inbox.tombstones import address_names
from whatsapp.ids import Bsuid, WaId
from whatsapp.inbound import WhatsAppUser

WAITING = (Status.QUEUED, Status.SCHEDULED, Status.HELD)


def thread_ids(contact_ids: Iterable[str | UUID]) -> list[UUID]:
    """The conversations with these contacts."""
    rows = Conversation.objects.filter(contact__in=list(contact_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def addresses_of(contact_ids: Iterable[str | UUID]) -> list[WhatsAppUser]:
    """Every address of these contacts, also those that were replaced, each as a person."""
    rows = Identity.objects.filter(contact__in=list(contact_ids)).order_by("pk")
    return [
        WhatsAppUser(wa_id=WaId(one.value))
        if one.kind == IdentityKind.WA_ID
        else WhatsAppUser(bsuid=Bsuid(one.value))
        for one in rows
    ]


def names_of(addresses: Iterable[WhatsAppUser]) -> list[str]:
    """These addresses by the names of `inbox.tombstones`."""
    return sorted({name for one in addresses for name in address_names(one)})


def words_of(addresses: Sequence[WhatsAppUser]) -> list[str]:
    """What the bytes of a delivery about them hold: each written form, and the common one."""
    written = {str(one.wa_id or one.bsuid) for one in addresses}
    common = {name.partition(":")[2] for name in names_of(addresses)}
    return sorted(written | common)


def are_being_erased(organization_id: UUID, contact_ids: Iterable[UUID]) -> bool:
    """Whether an erasure that is not done names one of these contacts.

    Sure for whoever holds the organization's lock (`tombstone_key_made`, as merges do).
    """
    ids = {str(one) for one in contact_ids}
    running = Erasure.objects.filter(organization=organization_id).exclude(step=ErasureStep.DONE)
    return any(not ids.isdisjoint(one.contact_ids) for one in running)


def is_in_hand(threads: Sequence[UUID], *, at: datetime) -> bool:
    """Whether a message of these is on its way to Meta, or a file on its way from there."""
    if Message.objects.filter(conversation__in=threads, status=Status.SENDING).exists():
        return True
    return files_of(threads).filter(lease_until__gt=at).exists()


def files_of(threads: Sequence[UUID]) -> QuerySet[Media]:
    """The files of these conversations, sent, received or only put in."""
    return Media.objects.filter(Q(message__conversation__in=threads) | Q(conversation__in=threads))


def waiting_in(threads: Sequence[UUID]) -> QuerySet[Message]:
    """What has not left yet."""
    return Message.objects.filter(conversation__in=threads, status__in=WAITING)
