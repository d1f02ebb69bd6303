"""The drain of campaigns: one turn of one campaign is one transaction.

It holds the campaign's row, so several workers never queue for the same campaign together, and
what dies takes nothing but its own turn along: who had their turn has a message, or neither is so.
Locks are taken in the order of the house: campaign, identity, conversation, message, recipient.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.events import announce, unit_of_work
from accounts.refusals import Refused
from campaigns import pace
from campaigns.actions.holding import actor_of, held
from campaigns.actions.launching import sendable, start
from campaigns.actions.queueing import Disturbed, queue_for
from campaigns.actions.restoring import restore
from campaigns.actions.steering import pause_by_itself
from campaigns.actions.watching import stopped_by_meta
from campaigns.models import Campaign, CampaignRecipient
from campaigns.queries import counts_of
from campaigns.status import UNDER_WAY, RecipientState, State
from inbox.actions.batches import empty_next
from inbox.models import Message
from inbox.pacing import messages_per_s
from webhooks.failpoints import hit
from webhooks.faults import blames_item

log = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 8
LONGEST_REST: Final = timedelta(minutes=1)
LOOK_AGAIN: Final = timedelta(seconds=1)


def next_turn() -> bool:
    """Starts what is due, cancels what is to be cancelled, queues some; whether it did anything."""
    at = database_now()
    return _start_due(at) or empty_next(by=SYSTEM, at=at) or _queue_some(at)


def _start_due(at: datetime) -> bool:
    due = Campaign.objects.filter(state=State.SCHEDULED, scheduled_at__lte=at)
    if not due.exists():  # looked at outside: an idle worker takes no lock, and SQLite has one
        return False
    with unit_of_work(durable=True):
        row = due.select_for_update(skip_locked=True, of=("self",)).order_by("scheduled_at").first()
        if row is None:
            return False
        try:
            with unit_of_work():
                start(held(row.pk), by=SYSTEM, at=at)
        except Refused as why:
            pause_by_itself(held(row.pk), why, at=at)
        hit("campaign.before_start_commit")
    return True


def _queue_some(at: datetime) -> bool:
    if not _due(at).exists():
        return False
    campaign_id: UUID | None = None
    try:
        with unit_of_work(durable=True):
            campaign_id = _next(at)
            if campaign_id is None:
                return False
            campaign = held(campaign_id)
            why = stopped_by_meta(campaign)
            if why is None:
                _turn(campaign, at=at)
            else:
                pause_by_itself(campaign, why, at=at)
            hit("campaign.before_queue_commit")
    except Disturbed:
        return True  # a recipient was taken out meanwhile: the turn is taken again
    except Exception as error:  # the outer edge of a turn
        if campaign_id is None or not blames_item(error):
            raise
        log.exception("a turn of campaign %s failed", campaign_id)
        _missed(campaign_id, at=at)
    hit("campaign.after_queue_commit")
    return True


def _next(at: datetime) -> UUID | None:
    """The campaign that has waited longest for its turn, locked; one in hand elsewhere is not."""
    rows = _due(at).select_for_update(skip_locked=True, of=("self",))
    row = rows.order_by(F("not_before").asc(nulls_first=True)).first()
    return row.pk if row else None


def _due(at: datetime) -> QuerySet[Campaign]:
    running = Campaign.objects.filter(state=State.LAUNCHED, finished_at=None)
    return running.filter(Q(not_before=None) | Q(not_before__lte=at))


def _missed(campaign_id: UUID, *, at: datetime) -> None:
    """It waits longer each time, and then for somebody to look."""
    with unit_of_work(durable=True):
        campaign = held(campaign_id)
        if campaign.state != State.LAUNCHED:
            return
        campaign.attempts += 1
        campaign.not_before = at + min(timedelta(seconds=2**campaign.attempts), LONGEST_REST)
        campaign.save(update_fields=["attempts", "not_before"])
        if campaign.attempts >= MOST_ATTEMPTS:
            sentence = _("It failed several times in a row. The log of the worker says why.")
            pause_by_itself(campaign, Refused("INTERNAL", sentence), at=at)


def _turn(campaign: Campaign, *, at: datetime) -> None:
    try:
        template = sendable(campaign)
    except Refused as why:
        pause_by_itself(campaign, why, at=at)
        return
    pending = CampaignRecipient.objects.filter(campaign=campaign, state=RecipientState.PENDING)
    under_way = Message.objects.filter(campaign_id=campaign.pk, status__in=UNDER_WAY).count()
    rest = _rests_until(campaign, at=at)
    count = 0 if rest else _may_queue(campaign, under_way, at=at)
    recipients = list(pending.order_by("pk")[: max(count, 1)])
    campaign.attempts = 0
    if not recipients:
        _finish(campaign, under_way=under_way, at=at)
    elif rest or not count:
        _wait(campaign, until=rest or at + pace.TURN_EVERY)
    else:
        queued = queue_for(campaign, template, recipients, at=at)
        campaign.paid_until = pace.bucket(_rate(campaign)).after(campaign.paid_until, queued, at=at)
        # Whoever is skipped costs no time.
        _wait(campaign, until=at + pace.TURN_EVERY if queued else at)


def _rests_until(campaign: Campaign, *, at: datetime) -> datetime | None:
    zone = ZoneInfo(campaign.phone_number.organization.time_zone)
    return pace.rests_until(campaign.quiet_from, campaign.quiet_until, zone=zone, at=at)


def _rate(campaign: Campaign) -> float:
    """Messages per second."""
    number = campaign.phone_number
    own = messages_per_s(number.throughput, coexistence=number.coexistence)
    return min(float(campaign.per_second), own) if campaign.per_second else own


def _may_queue(campaign: Campaign, under_way: int, *, at: datetime) -> int:
    paced = campaign.per_second is not None
    rate = _rate(campaign)
    return pace.may_queue(rate, campaign.paid_until, under_way=under_way, at=at, paced=paced)


def _wait(campaign: Campaign, *, until: datetime) -> None:
    campaign.not_before = until
    campaign.save(update_fields=["not_before", "paid_until", "attempts"])


def _finish(campaign: Campaign, *, under_way: int, at: datetime) -> None:
    """Nobody is pending. Over when nothing of it is under way either; seen, and then told."""
    if under_way:
        _wait(campaign, until=at + LOOK_AGAIN)
        return
    restore(campaign)
    campaign.finished_at = at
    campaign.save(update_fields=["finished_at", "attempts"])
    counts = counts_of([campaign.pk])[campaign.pk]
    announce(
        "campaign.finished",
        campaign.organization_id,
        by=actor_of(campaign),
        at=at,
        ids=[campaign.pk],
        recipients=counts.recipients,
        failed=counts.failed,
        skipped=counts.skipped,
    )
