"""The same message to a list: a hidden campaign whose messages are queued as it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.ids import new_id
from accounts.models import NumberStatus, PhoneNumber
from accounts.refusals import Refused
from campaigns.actions.holding import actor_of
from campaigns.actions.recipients import address_of
from campaigns.models import Campaign, CampaignRecipient
from campaigns.segments import survivors_of
from campaigns.status import RecipientState, State
from campaigns.timing import moment
from inbox.actions.batches import open_batch
from inbox.actions.bulk import Addressed, Queueing, queue_many
from inbox.actions.bulk_later import keep_refused, schedule_many
from inbox.actions.conversations import conversations_with
from inbox.models import Conversation
from inbox.outgoing import Outgoing
from webhooks.worker import wake
from whatsapp.ids import Bsuid, WaId
from whatsapp.inbound import WhatsAppUser

MOST: Final = 1_000


@dataclass(slots=True)
class Outcome:
    """What became of one destination. destination: as it was given.

    message_id: None where there is no row of it: for what is no number or user id, or our own
    number, and for whom the caller may not see. refusal: None where it is queued.
    """

    destination: str
    message_id: UUID | None = None
    refusal: Refused | None = None


@dataclass(slots=True)
class _Target:
    """Somebody who gets it once, and everything that was said of them."""

    to: str
    key: str
    person: UUID
    thread: Conversation
    outcome: Outcome


@transactional
def broadcast(
    number: PhoneNumber,
    destinations: Sequence[str],
    outgoing: Outgoing,
    *,
    by: Actor,
    at: datetime,
    scheduled_at: datetime | None = None,
    reference: str = "",
    among: QuerySet[Conversation] | None = None,
) -> tuple[Campaign, list[Outcome]]:
    """The campaign, and an outcome for each destination, in their order, at most a thousand.

    One person gets it once, by whichever address they come first. Who cannot get it now has a
    failed row, and stops nobody else. among: the conversations that the caller sees; None: all.
    About fifty statements, some more for each message with a file. Refuses: NUMBER_NOT_ACTIVE;
    SCHEDULE_TOO_FAR; VALIDATION_ERROR (to, scheduled_at).
    """
    if not 0 < len(destinations) <= MOST:
        sentence = _("Between one and a thousand destinations.")
        raise Refused("VALIDATION_ERROR", sentence, field="to", detail="length")
    _check_sends(number)
    later = moment(scheduled_at, at=at)
    later = later if later is not None and later > at else None
    campaign = _campaign(number, outgoing, by=by, at=at, later=later)
    outcomes, targets = _sorted_out(number, destinations, at=at)
    seen = list(_seen(targets, among, at=at))
    _send(campaign, seen, outgoing, at=at, later=later, reference=reference)
    CampaignRecipient.objects.bulk_create(_recipient(campaign, one, reference) for one in seen)
    announce("campaign.started", campaign.organization_id, by=by, at=at, ids=[campaign.pk])
    transaction.on_commit(lambda: wake("campaigns"), robust=True)
    return campaign, [
        Outcome(given, one.message_id, one.refusal)
        for given, one in zip(destinations, outcomes, strict=True)
    ]


def _check_sends(number: PhoneNumber) -> None:
    if number.status != NumberStatus.ACTIVE:
        raise Refused(
            "NUMBER_NOT_ACTIVE",
            number.status_message or _("This number cannot send. An admin has to look at it."),
            status=number.status,
            reason=number.status_reason,
        )


def _campaign(
    number: PhoneNumber, outgoing: Outgoing, *, by: Actor, at: datetime, later: datetime | None
) -> Campaign:
    campaign = Campaign.objects.create(
        id=new_id(),
        organization_id=number.organization_id,
        phone_number=number,
        name=_("Broadcast"),
        hidden=True,
        template_name=outgoing.template_name,
        template_language=outgoing.template_language,
        state=State.LAUNCHED,
        scheduled_at=later,
        launched_at=at,
        not_before=later,  # nothing of it is over before
        created_by_id=by.person_id,
        created_at=at,
    )
    open_batch(campaign.pk, organization_id=number.organization_id, phone_number_id=number.pk)
    return campaign


# --- who they are ---


def _sorted_out(
    number: PhoneNumber, destinations: Sequence[str], *, at: datetime
) -> tuple[list[Outcome], list[_Target]]:
    """The outcome of each destination, yet to be filled in, and who they are, each once."""
    country = number.country_code or number.organization.country_code
    addresses = [address_of(given, country) for given in destinations]
    wanted: dict[str, str] = {}
    for to, key in filter(None, addresses):
        if to != number.phone:
            wanted.setdefault(key, to)
    by_key = _targets(number, wanted, at=at)
    outcomes = [
        by_key[address[1]].outcome if address and address[1] in by_key else _unreadable(given)
        for given, address in zip(destinations, addresses, strict=True)
    ]
    return outcomes, list({one.person: one for one in by_key.values()}.values())


def _targets(number: PhoneNumber, wanted: Mapping[str, str], *, at: datetime) -> dict[str, _Target]:
    """By the key of an address; one and the same for every address of a person."""
    threads = conversations_with(number, [(_user(to), "") for to in wanted.values()], at=at)
    contacts = [one.contact_id for one in threads if one.contact_id is not None]
    persons = survivors_of(number.organization_id, contacts)
    first: dict[UUID, _Target] = {}
    found = {}
    for (key, to), thread in zip(wanted.items(), threads, strict=True):
        person = persons[thread.contact_id] if thread.contact_id else thread.pk
        target = _Target(to, key, person, thread, Outcome(to))
        found[key] = first.setdefault(person, target)
    return found


def _user(to: str) -> WhatsAppUser:
    if to.startswith("+"):
        return WhatsAppUser(wa_id=WaId(to.removeprefix("+")))
    return WhatsAppUser(bsuid=Bsuid(to))


def _unreadable(given: str) -> Outcome:
    sentence = _("Not a phone number with its country code, or a number of your own.")
    return Outcome(given, refusal=Refused("INVALID_RECIPIENT", sentence))


def _seen(
    targets: Sequence[_Target], among: QuerySet[Conversation] | None, *, at: datetime
) -> Iterator[_Target]:
    """Those whose conversation the caller sees, or has just made."""
    ids = [one.thread.pk for one in targets]
    visible = None if among is None else set(among.filter(pk__in=ids).values_list("pk", flat=True))
    for one in targets:
        if visible is None or one.thread.pk in visible or one.thread.created_at == at:
            yield one
        else:
            one.outcome.refusal = Refused("NOT_FOUND", _("There is no such thing."))


# --- what they get ---


def _send(
    campaign: Campaign,
    targets: Sequence[_Target],
    outgoing: Outgoing,
    *,
    at: datetime,
    later: datetime | None,
    reference: str,
) -> None:
    letters = {one.thread.pk: Addressed(one.thread.pk, outgoing, reference) for one in targets}
    done = _queued(campaign, list(letters.values()), at=at, later=later)
    refused = [letter for pk, letter in letters.items() if pk in done.refused]
    rows = keep_refused(
        refused, done.refused, by=actor_of(campaign), at=at, campaign_id=campaign.pk
    )
    queued, failed = iter(done.queued), iter(rows)
    for one in targets:
        refusal = done.refused.get(one.thread.pk)
        one.outcome.refusal = refusal
        one.outcome.message_id = next(queued) if refusal is None else next(failed)


def _queued(
    campaign: Campaign, letters: Sequence[Addressed], *, at: datetime, later: datetime | None
) -> Queueing:
    by = actor_of(campaign)
    if later is None:
        return queue_many(letters, by=by, at=at, campaign_id=campaign.pk)
    return schedule_many(letters, scheduled_at=later, by=by, at=at, campaign_id=campaign.pk)


def _recipient(campaign: Campaign, target: _Target, reference: str) -> CampaignRecipient:
    return CampaignRecipient(
        campaign=campaign,
        to=target.to,
        key=target.key,
        contact_id=target.thread.contact_id and target.person,
        reference=reference,
        state=RecipientState.QUEUED,
        message_id=target.outcome.message_id,
    )
