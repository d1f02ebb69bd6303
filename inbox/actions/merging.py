"""Two contacts are one person: said by people, undone by people, suggested by Meta's identifiers.

A merge sets one pointer. Threads, messages and identities stay where they are: each thread goes on
with the identity it talks to, so that neither the merge nor its undoing can send to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.organizations import hold_organization
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox.actions.threads import locked
from inbox.erasing import finding
from inbox.models import Contact, Conversation, Identity
from inbox.models.contacts import IdentityKind, MergeSuggestion
from inbox.persons import threads_of, widened

# Why two contacts may be one person.
ONE_WEBHOOK: Final = "one_webhook"  # one message carried identifiers of both
CHANGED_IDENTITY: Final = "changed_identity"  # Meta says that the one became the other
OWN_CARD: Final = "own_card"  # the customer sent the other's number as their own


@transactional
def merge_contacts(survivor_id: UUID, other_id: UUID, *, by: Actor, at: datetime) -> Contact:
    """From now on the other contact is shown as the survivor, with all that was merged into it.

    Whichever contacts of the two persons are named, the two that stand for them are joined.
    Returns the survivor. Refuses: STATE_CONFLICT when they are one person already, or when one of
    them is being erased: the other would not go along.
    """
    _one_at_a_time(survivor_id)
    survivor, other = _standing_for(survivor_id), _standing_for(other_id)
    if survivor.organization_id != other.organization_id:
        raise ValueError("contacts of two organizations are never one person")
    if survivor.pk == other.pk:
        raise Refused("STATE_CONFLICT", _("These two are one contact already."))
    both = widened(survivor.organization_id, [survivor.pk, other.pk])
    if finding.are_being_erased(survivor.organization_id, both):
        raise Refused("STATE_CONFLICT", _("One of these two is being erased."))
    Contact.objects.filter(pk=other.pk).update(merged_into=survivor, updated_at=at)
    _tell("contact.merged", survivor, ids=[survivor.pk, other.pk], by=by, at=at)
    return survivor


@transactional
def unmerge_contact(contact_id: UUID, *, by: Actor, at: datetime) -> Contact:
    """The contact stands for itself again, and for what had been merged into it before.

    Returns it. Refuses: STATE_CONFLICT when it is not merged.
    """
    _one_at_a_time(contact_id)
    contact = Contact.objects.select_related("merged_into").get(pk=contact_id)
    survivor = contact.merged_into
    if survivor is None:
        raise Refused("STATE_CONFLICT", _("This contact is not merged with another."))
    Contact.objects.filter(pk=contact.pk).update(merged_into=None, updated_at=at)
    for one in (contact, survivor):
        _answer_own_identities(one)
        _tell("contact.unmerged", one, ids=[survivor.pk, contact.pk], by=by, at=at)
    return Contact.objects.get(pk=contact.pk)


def _one_at_a_time(contact_id: UUID) -> None:
    """Merges of one organization wait for each other, so no circle can arise."""
    hold_organization(Contact.objects.values_list("organization_id", flat=True).get(pk=contact_id))


def _standing_for(contact_id: UUID) -> Contact:
    return Contact.objects.select_related("merged_into").get(pk=contact_id).survivor


def _answer_own_identities(contact: Contact) -> None:
    """No thread goes on answering an identity that is somebody else's now."""
    mine = widened(contact.organization_id, [contact.pk])
    astray = threads_of(mine).exclude(identity=None).exclude(identity__contact__in=mine)
    for conversation_id in astray.values_list("pk", flat=True):
        conversation = locked(conversation_id)
        own = Identity.objects.filter(contact=conversation.contact)
        best = own.filter(kind=IdentityKind.WA_ID).last() or own.order_by("created_at").last()
        Conversation.objects.filter(pk=conversation_id).update(identity=best)


def _tell(
    kind: str, contact: Contact, *, ids: list[UUID], by: Actor, at: datetime, **data: str
) -> None:
    """One event for each thread of the person: its pane and row look different now.

    Somebody without a thread has one event all the same, as the record of who did it.
    """
    threads = threads_of(widened(contact.organization_id, [contact.pk]))
    places: list[UUID | None] = [*threads.values_list("pk", flat=True)]
    for conversation_id in places or [None]:
        announce(
            kind,
            contact.organization_id,
            by=by,
            at=at,
            conversation_id=conversation_id,
            ids=ids,
            **data,
        )


@transactional
def rename_contact(contact_id: UUID, *, name: str, by: Actor, at: datetime) -> Contact:
    """Our own name for the person; "" goes back to what WhatsApp says. Returns who was renamed."""
    contact = _standing_for(contact_id)
    wanted = " ".join(name.split())[:120]
    if wanted != contact.name:
        Contact.objects.filter(pk=contact.pk).update(name=wanted, updated_at=at)
        contact.name = wanted
        _tell("contact.renamed", contact, ids=[contact.pk], by=by, at=at)
    return contact


# --- suggestions ---


def suggest_merge(contact: Contact, others: Iterable[Contact], *, reason: str) -> bool:
    """Notes that others may be the same person, once a pair; whether that is news.

    Announces nothing: the event that brought the identifiers shows the pane again.
    """
    news = False
    for other in others:
        if other.survivor.pk == contact.survivor.pk:
            continue
        one, two = sorted((contact, other), key=lambda each: each.pk)
        _row, new = MergeSuggestion.objects.get_or_create(
            one=one,
            other=two,
            defaults={"organization_id": contact.organization_id, "reason": reason},
        )
        news = news or new
    return news


@transactional
def dismiss_merge(suggestion_id: UUID, *, by: Actor, at: datetime) -> None:
    """They are two people: the suggestion is not shown again."""
    open_ones = MergeSuggestion.objects.filter(pk=suggestion_id, dismissed_at=None)
    if not open_ones.update(dismissed_at=at):
        return
    suggestion = MergeSuggestion.objects.select_related("one", "other").get(pk=suggestion_id)
    for contact in (suggestion.one, suggestion.other):
        ids = [suggestion.one_id, suggestion.other_id]
        _tell("contact.kept_apart", contact, ids=ids, by=by, at=at)
