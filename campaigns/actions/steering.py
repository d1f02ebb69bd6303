"""A running campaign is paused, goes on, is cancelled, tries again whom it could not reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from campaigns.actions.holding import check_state, held
from campaigns.actions.launching import sendable, start
from campaigns.models import Campaign, CampaignRecipient
from campaigns.queries import failed_worth_a_retry
from campaigns.status import RecipientState, State
from inbox.actions.batches import cancel_batch, pause_batch, resume_batch
from webhooks.worker import wake

CANCELLED: Final = "CANCELLED"
RESUMED: Final = (
    *("state", "not_before", "attempts", "resumed_at"),
    *("pause_code", "pause_reason"),
)


@transactional
def pause(campaign_id: UUID, *, by: Actor, at: datetime) -> Campaign:
    """Nothing more leaves but what is on the wire. Refuses: STATE_CONFLICT unless it is running."""
    campaign = held(campaign_id)
    check_state(campaign, {State.LAUNCHED}, _("Only a running campaign can be paused."))
    _stop(campaign, Refused("", ""), by=by, at=at)
    return campaign


def pause_by_itself(campaign: Campaign, why: Refused, *, at: datetime) -> None:
    """It cannot go on until somebody has looked. The campaign is locked."""
    _stop(campaign, why, by=SYSTEM, at=at)


def _stop(campaign: Campaign, why: Refused, *, by: Actor, at: datetime) -> None:
    campaign.state = State.PAUSED
    campaign.pause_code, campaign.pause_reason = why.code, why.message[:300]
    campaign.save(update_fields=["state", "pause_code", "pause_reason"])
    pause_batch(campaign.pk)
    _tell(campaign, "campaign.paused", by=by, at=at, reason=why.code)


@transactional
def resume(campaign_id: UUID, *, by: Actor, at: datetime) -> Campaign:
    """It goes on with whose turn is next; one that could not start at its time starts now.

    Refuses: STATE_CONFLICT unless it is paused; NUMBER_NOT_ACTIVE; TEMPLATE_NOT_FOUND; and what
    `launch` refuses where it has not started.
    """
    campaign = held(campaign_id)
    check_state(campaign, {State.PAUSED}, _("It is not paused."))
    if campaign.launched_at is None:
        start(campaign, by=by, at=at)
        return campaign
    sendable(campaign)
    campaign.state = State.LAUNCHED
    campaign.not_before = None
    campaign.attempts = 0
    campaign.resumed_at = at
    campaign.pause_code = campaign.pause_reason = ""
    campaign.save(update_fields=RESUMED)
    resume_batch(campaign.pk)
    _tell(campaign, "campaign.resumed", by=by, at=at)
    transaction.on_commit(_go_on, robust=True)
    return campaign


def _go_on() -> None:
    wake("campaigns")
    wake("outbox")


@transactional
def cancel(campaign_id: UUID, *, by: Actor, at: datetime) -> Campaign:
    """Nobody else gets it, for good; what waits in the outbox is cancelled by the worker.

    Refuses: STATE_CONFLICT when it is completed, or cancelled already.
    """
    campaign = held(campaign_id)
    allowed = frozenset(State) - {State.CANCELLED}
    check_state(campaign, allowed, _("It is over: there is nothing to cancel."))
    campaign.state = State.CANCELLED
    campaign.pause_code = campaign.pause_reason = ""
    campaign.save(update_fields=["state", "pause_code", "pause_reason"])
    pending = _recipients(campaign).filter(state=RecipientState.PENDING)
    pending.filter(message__isnull=False).update(state=RecipientState.QUEUED)
    pending.update(
        state=RecipientState.SKIPPED,
        skip_code=CANCELLED,
        skip_reason=_("The campaign was cancelled before their turn."),
    )
    cancel_batch(campaign.pk)
    _tell(campaign, "campaign.cancelled", by=by, at=at)
    transaction.on_commit(lambda: wake("campaigns"), robust=True)
    return campaign


@transactional
def retry_failed(campaign_id: UUID, *, by: Actor, at: datetime) -> int:
    """Whom it could not reach gets their turn again, as a new, linked message; how many.

    Only failures that may be none the next time, and never what nobody knows the end of. A
    completed campaign runs again; a paused one does it when it is resumed. Refuses: STATE_CONFLICT
    unless it is completed or paused, and for a broadcast.
    """
    campaign = held(campaign_id)
    if campaign.hidden:  # nothing of it is compiled again
        check_state(campaign, (), _("Send a broadcast again by a new one."))
    is_completed = campaign.state == State.LAUNCHED and campaign.finished_at is not None
    if not is_completed:
        check_state(campaign, {State.PAUSED}, _("Wait until it has ended, or pause it."))
    count = failed_worth_a_retry(campaign).update(state=RecipientState.PENDING)
    if count:
        campaign.finished_at = campaign.not_before = None
        campaign.resumed_at = at
        campaign.save(update_fields=["finished_at", "not_before", "resumed_at"])
        _tell(campaign, "campaign.retried", by=by, at=at, count=count)
        transaction.on_commit(lambda: wake("campaigns"), robust=True)
    return count


def _recipients(campaign: Campaign) -> QuerySet[CampaignRecipient]:
    return CampaignRecipient.objects.filter(campaign=campaign)


def _tell(campaign: Campaign, kind: str, *, by: Actor, at: datetime, **data: Any) -> None:
    announce(kind, campaign.organization_id, by=by, at=at, ids=[campaign.pk], **data)
