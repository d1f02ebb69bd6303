"""A person is erased: asked for by an admin, done in small batches, and nothing comes back.

What was written goes first, then the person with a tombstone for each address, then what the raw
log holds of them. Whatever arrives until the person is gone goes along; what they write later is a
new acquaintance. Every batch can be repeated: a worker may die at any point.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.organizations import tombstone_key_made
from accounts.actions.redacting import forget_answers, forget_events_about
from accounts.actors import Actor
from accounts.advisory import lock_keys
from accounts.clock import database_now
from accounts.events import announce, transactional, unit_of_work
from accounts.models import Organization, Person
from accounts.refusals import Refused
from inbox.actions import forgetting, jobs, tombstones
from inbox.actions.addresses import addresses_of as locked_addresses
from inbox.actions.addresses import lock_addresses
from inbox.actions.status_news import announce_status
from inbox.actions.threads import hold
from inbox.erasing import finding
from inbox.message_status import Status
from inbox.models import Contact, Conversation, Erasure, ErasureStep, Message
from inbox.persons import contacts_of
from inbox.tombstones import names_in
from webhooks import redacting
from webhooks.failpoints import hit
from webhooks.works import Work
from whatsapp.inbound import Item, Malformed, Named, Unsupported, WhatsAppUser, named
from whatsapp.phone import canonical

WAIT_S = 1.0


@transactional
def ask_erasure(contact_id: UUID, *, by: Actor, at: datetime) -> Erasure:
    """Begins: what waits to be sent to this person is cancelled, the worker does the rest.

    All contacts that are this person go, also those that were joined with it. Refuses:
    STATE_CONFLICT where it has begun already.
    """
    contact = Contact.objects.select_related("merged_into").get(pk=contact_id)
    tombstone_key_made(contact.organization_id)  # its lock lets one be asked for at a time
    contacts = [one.pk for one in contacts_of(contact)]
    if finding.are_being_erased(contact.organization_id, contacts):
        raise Refused("STATE_CONFLICT", _("This person is being erased already."))
    ids = [str(one) for one in contacts]
    asker = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    erasure = Erasure.objects.create(
        organization_id=contact.organization_id,
        asked_by=asker,
        asked_by_name=by.name,
        contact_ids=ids,
        words=finding.words_of(finding.addresses_of(ids)),
        created_at=at,
    )
    _cancel_waiting(finding.thread_ids(ids), by=by, at=at)
    forgetting.above(erasure.organization_id, ids, erasure.words)
    announce("erasure.asked", erasure.organization_id, by=by, at=at, ids=[erasure.pk, contact_id])
    return erasure


def _cancel_waiting(threads: Sequence[UUID], *, by: Actor, at: datetime) -> None:
    hold(threads)
    waiting = finding.waiting_in(threads)
    for row in waiting.order_by("pk").only("organization_id", "conversation_id"):
        announce_status(row, Status.CANCELLED, by=by, at=at)
    waiting.update(status=Status.CANCELLED)


def erase_next() -> bool:
    """Does one batch of the oldest erasure that is due; whether there was one."""
    erasure = jobs.claim(Erasure.objects.exclude(step=ErasureStep.DONE))
    if erasure is None:
        return False
    try:
        _STEPS[ErasureStep(erasure.step)](erasure)
    except Exception as error:  # noqa: BLE001 - the outer edge of a batch: it is tried again
        jobs.missed(erasure, error, at=database_now())
    hit("erase.after_batch")
    return True


# --- what was written ---


def _messages(erasure: Erasure) -> None:
    threads = finding.thread_ids(erasure.contact_ids)
    at = database_now()
    if finding.is_in_hand(threads, at=at):
        jobs.wait(erasure, WAIT_S)
        return
    counts = forgetting.messages_of(erasure, threads, at=at)
    if counts is None:
        jobs.wait(erasure, WAIT_S)
    elif counts:
        jobs.settle(erasure, counts=_added(erasure, counts))
    else:
        jobs.settle(erasure, step=ErasureStep.PERSON)


# --- who it was ---


def _person(erasure: Erasure) -> None:
    threads = finding.thread_ids(erasure.contact_ids)
    if forgetting.imports_run(erasure.organization_id):
        jobs.wait(erasure, WAIT_S)  # one may have the person in its file
        return
    forgetting.remove_exports(erasure.organization_id, erasure.contact_ids)
    with unit_of_work(durable=True):
        # As merges do, the organization first: neither then waits for the other in a circle.
        organization = tombstone_key_made(erasure.organization_id)
        addresses = _locked(erasure)
        hold(threads)
        at = database_now()
        if Message.objects.filter(conversation__in=threads).exists():
            jobs.settle(erasure, step=ErasureStep.MESSAGES)  # something came meanwhile
            return
        if finding.is_in_hand(threads, at=at):
            jobs.wait(erasure, WAIT_S)
            return
        tombstones.lay(organization, finding.names_of(addresses), at=at)
        counts = _forget_person(erasure, threads, addresses, at=at)
        hit("erase.before_person_commit")
        jobs.settle(
            erasure,
            step=ErasureStep.RAW_LOG,
            counts=_added(erasure, counts),
            words=finding.words_of(addresses),
            erased_at=at,
            cursor=0,
            last_delivery=redacting.last_delivery(),
        )


def _locked(erasure: Erasure) -> list[WhatsAppUser]:
    """The person's addresses, locked as the digest locks them: it waits, or we do."""
    addresses = finding.addresses_of(erasure.contact_ids)
    lock_keys(canonical(one.wa_id) if one.wa_id else str(one.bsuid) for one in addresses)
    lock_addresses(
        erasure.organization_id, [each for one in addresses for each in locked_addresses(one)]
    )
    return finding.addresses_of(erasure.contact_ids)


def _forget_person(
    erasure: Erasure, threads: Sequence[UUID], addresses: Sequence[WhatsAppUser], *, at: datetime
) -> dict[str, int]:
    contacts = [UUID(one) for one in erasure.contact_ids]
    counts = {
        "conversations": len(threads),
        "contacts": Contact.objects.filter(pk__in=contacts).count(),
        "addresses": len(addresses),
        "events": forgetting.events_of(erasure.organization_id, threads)
        + forget_events_about(erasure.organization_id, erasure.contact_ids),
        "answers": forget_answers(
            erasure.organization_id,
            object_ids=[*threads, *contacts],
            words=redacting.holding(finding.words_of(addresses), "answer_body")
            if addresses
            else None,
        ),
    }
    forgetting.reactions_in_groups(erasure.organization_id, finding.words_of(addresses))
    # Once more: somebody may have given their number to a campaign since it was asked for.
    counts |= forgetting.above(
        erasure.organization_id, erasure.contact_ids, finding.words_of(addresses)
    )
    # Whose each was: of what they could not see, people are not told that it is gone.
    rows = Conversation.objects.filter(pk__in=threads)
    whose: dict[UUID | None, dict[str, Any]] = {one.pk: one.holder.as_data() for one in rows}
    Conversation.objects.filter(pk__in=threads).delete()
    Contact.objects.filter(pk__in=contacts).delete()
    places: list[UUID | None] = [*threads]
    for conversation_id in places or [None]:
        announce(
            "contact.erased",
            erasure.organization_id,
            by=_actor(erasure),
            at=at,
            conversation_id=conversation_id,
            ids=contacts,
            **whose.get(conversation_id, {}),
        )
    return counts


def _actor(erasure: Erasure) -> Actor:
    person = erasure.asked_by_id
    return Actor("agent" if person else "system", person, erasure.asked_by_name, person)


# --- what came, as it came ---


def _raw_log(erasure: Erasure) -> None:
    organization = Organization.objects.get(pk=erasure.organization_id)
    if not erasure.cursor:  # again: one may have been made while the person was still here
        if forgetting.imports_run(organization.pk):
            jobs.wait(erasure, WAIT_S)
            return
        forgetting.remove_exports(organization.pk, erasure.contact_ids)
    redacted = redacting.redact_next(
        erasure.cursor,
        erasure.last_delivery,
        erasure.words,
        lambda works: _theirs(erasure, works),
        tombstones.names_one_of(_names(erasure)),
        organization_id=organization.pk,
    )
    hit("erase.before_raw_log_commit")
    with unit_of_work(durable=True):
        # What they react to in a group, and what they got there, is not theirs: that stays.
        theirs = [one for one in map(named, redacted.items) if _is_about(erasure, one)]
        brought = {one.brings for one in theirs if one.brings}
        tombstones.lay(organization, forgetting.message_names(brought), at=database_now())
        forgetting.strays(organization.pk, brought)
        told = brought | {one.sent for one in theirs if one.sent}
        forgetting.parked_statuses(organization.pk, told)
        counts = {"deliveries": redacted.deliveries, "items": len(redacted.items)}
        counts = _added(erasure, counts)
        if redacted.waits:
            later = database_now() + timedelta(seconds=WAIT_S)
            jobs.settle(erasure, cursor=redacted.cursor, counts=counts, not_before=later)
        elif redacted.cursor < erasure.last_delivery:
            jobs.settle(erasure, cursor=redacted.cursor, counts=counts)
        else:
            _finish(erasure, counts)


def _theirs(erasure: Erasure, works: Sequence[Work]) -> list[Work]:
    """Those of this organization that tell of this person.

    All of them came before the erasure. One of the very second of it may have made a new
    acquaintance: its message is stored, and it stays.
    """
    ours = redacting.of_organization(works, erasure.organization_id)
    late = tombstones.late_among([(erasure.organization, work) for work in ours])
    found = [named(work.item) for work in ours]
    stored = set(
        Message.objects.filter(
            organization=erasure.organization_id, wamid__in={w for one in found for w in one.wamids}
        ).values_list("wamid", flat=True)
    )
    return [
        work
        for work, names, one in zip(ours, late, found, strict=True)
        if names
        or _quotes(work.item, erasure.words)
        or (stored.isdisjoint(one.wamids) and _is_about(erasure, one))
    ]


def _is_about(erasure: Erasure, found: Named) -> bool:
    return not set(_names(erasure)).isdisjoint(names_in(found))


def _names(erasure: Erasure) -> list[str]:
    return [f"{kind}:{word}" for word in erasure.words for kind in ("wa_id", "user_id")]


def _quotes(item: Item, words: Collection[str]) -> bool:
    """Whether an item that nobody can read holds one of these words."""
    if not isinstance(item.content, Malformed | Unsupported):
        return False
    return any(word in str(item.raw) for word in words)


def _finish(erasure: Erasure, counts: dict[str, int]) -> None:
    at = database_now()
    jobs.settle(
        erasure,
        step=ErasureStep.DONE,
        counts=counts,
        words=[],
        contact_ids=[],
        ended_at=at,
    )
    announce(
        "erasure.done",
        erasure.organization_id,
        by=_actor(erasure),
        at=at,
        ids=[erasure.pk],
        counts=counts,
    )


def _added(erasure: Erasure, more: dict[str, int]) -> dict[str, int]:
    known: dict[str, int] = erasure.counts
    return known | {name: known.get(name, 0) + count for name, count in more.items()}


_STEPS = {
    ErasureStep.MESSAGES: _messages,
    ErasureStep.PERSON: _person,
    ErasureStep.RAW_LOG: _raw_log,
}
