"""A person wrote from their new number before Meta told of it: what then became two is one.

Nobody decides that here, and nothing is guessed: had Meta's notice come first, there would never
have been a second contact. One that is older than the change is somebody else's, and stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Min, Q

from accounts.actions.organizations import hold_organization
from inbox.actions.addresses import lock_addresses_of
from inbox.actions.joining_threads import join_threads
from inbox.actions.merging import suggest_merge
from inbox.actions.threads import hold, locked
from inbox.erasing import finding
from inbox.message_status import Status
from inbox.models import Contact, Conversation, Export, Identity, MergeSuggestion, Message, Reaction

# Our clock made the rows, Meta's tells the time of the change.
CLOCKS_DIFFER: Final = timedelta(minutes=15)
KEPT: Final = ("name", "language", "phone", "blocked_at")
# What Meta told of somebody, and when.
TOLD: Final = (
    ("profile_name", "profile_name_at"),
    ("username", "username_at"),
    ("opted_out_at", "consent_at"),
)


def join_if_younger(elder: Contact, other: Contact, *, since: datetime, at: datetime) -> bool:
    """Makes the other contact part of this one, if there is nothing of it from before `since`.

    since: Meta's time of the change that made its identifiers this person's. Whether it was done:
    not where people have said who is who, where one of the two is being erased, or where a message
    of either is just being sent. Call inside `@transactional`, with the identity locks.
    """
    lock_addresses_of([other])  # what came by another address of theirs is here then, or waits
    if _began(other) < since:
        return False
    hold_organization(elder.organization_id)  # as merges and erasures do
    if _people_have_said(elder, other) or finding.are_being_erased(
        elder.organization_id, [elder.pk, other.pk]
    ):
        return False
    threads = Conversation.objects.filter(contact__in=[elder, other])
    ids = list(threads.values_list("pk", flat=True))
    hold(ids)
    sending = Message.objects.filter(conversation__in=ids, status=Status.SENDING)
    if sending.count() > 1:
        return False
    for conversation_id in list(threads.filter(contact=other).values_list("pk", flat=True)):
        _bring(conversation_id, elder, at=at)
    Message.objects.filter(conversation__in=ids, sender_id=other.pk).update(sender_id=elder.pk)
    take_addresses(elder, other)
    return True


def is_only_addresses(contact: Contact) -> bool:
    """Whether nothing is known of them but what their addresses became: they have no thread yet."""
    told = (contact.name, contact.profile_name_at, contact.username_at, contact.consent_at)
    if any(told) or contact.blocked_at or contact.merged_into_id:
        return False
    known = (
        Conversation.objects.filter(contact=contact).exists()
        or Contact.objects.filter(merged_into=contact).exists()
        or finding.are_being_erased(contact.organization_id, [contact.pk])
    )
    return not known


def take_addresses(contact: Contact, other: Contact) -> None:
    """All that the other is, but for its threads: it is gone then."""
    lock_addresses_of([other])
    Identity.objects.filter(contact=other).update(contact=contact)
    _keep_facts(contact, other)
    _keep_references(contact, other)
    other.delete()


def _began(contact: Contact) -> datetime:
    """The first that there is of them, by Meta's time where that is known."""
    threads = Conversation.objects.filter(contact=contact)
    made = [contact.created_at, threads.aggregate(at=Min("created_at"))["at"]]
    told: list[datetime | None] = [
        contact.consent_at,
        Message.objects.filter(conversation__in=threads).aggregate(at=Min("at"))["at"],
        Reaction.objects.filter(conversation__in=threads).aggregate(at=Min("at"))["at"],
    ]
    ours: list[datetime] = [one + CLOCKS_DIFFER for one in made if one]
    known: list[datetime] = [*ours, *(one for one in told if one)]
    return min(known)


def _people_have_said(one: Contact, other: Contact) -> bool:
    """Whether somebody merged one of them, or said that they are two."""
    if one.merged_into_id or other.merged_into_id:
        return True
    pair = MergeSuggestion.objects.filter(one__in=[one, other], other__in=[one, other])
    return pair.filter(dismissed_at__isnull=False).exists()


def _bring(conversation_id: UUID, elder: Contact, *, at: datetime) -> None:
    """A thread of the other's: into that of the elder with the same number of ours, if any."""
    thread = locked(conversation_id)
    twin = Conversation.objects.filter(phone_number=thread.phone_number_id, contact=elder).first()
    if twin is None:
        Conversation.objects.filter(pk=conversation_id).update(contact=elder)
    else:
        join_threads(locked(twin.pk), thread, at=at)


def _keep_facts(elder: Contact, other: Contact) -> None:
    """What our people wrote stays, of what Meta told the newest."""
    for name in KEPT:
        setattr(elder, name, getattr(elder, name) or getattr(other, name))
    for value, told in TOLD:
        if _is_newest(getattr(other, told), getattr(elder, told)):
            setattr(elder, value, getattr(other, value))
            setattr(elder, told, getattr(other, told))
    elder.save(update_fields=[*KEPT, *(name for pair in TOLD for name in pair), "updated_at"])


def _is_newest(at: datetime | None, before: datetime | None) -> bool:
    """Whether something that was told then counts after what was told before; None: never."""
    return at is not None and (before is None or at > before)


def _keep_references(elder: Contact, other: Contact) -> None:
    Contact.objects.filter(merged_into=other).update(merged_into=elder)
    Export.objects.filter(contact_id=other.pk).update(contact_id=elder.pk)
    rows = MergeSuggestion.objects.filter(Q(one=other) | Q(other=other))
    for row in rows.select_related("one", "other"):
        third = row.other if row.one_id == other.pk else row.one
        if row.dismissed_at is None and third.pk != elder.pk:
            suggest_merge(elder, [third], reason=row.reason)
