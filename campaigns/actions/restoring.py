"""Recipients whose row is missing come back from their messages, which are the truth."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.clock import database_now
from accounts.events import unit_of_work
from campaigns.actions.holding import held
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import RecipientState, State
from inbox.models import Identity, Message

LOOKED_AFTER: Final = timedelta(hours=1)
"""So long after its end a campaign is still looked after."""
CHUNK: Final = 500


def restore_all() -> int:
    """Gives back what is missing of the campaigns that run or ran just now; how many rows."""
    recent = Q(finished_at=None) | Q(finished_at__gte=database_now() - LOOKED_AFTER)
    rows = Campaign.objects.filter(recent, state__in=[State.LAUNCHED, State.PAUSED])
    count = 0
    for campaign_id in list(rows.values_list("pk", flat=True)):
        if _lost(campaign_id).exists():
            with unit_of_work(durable=True):
                count += restore(held(campaign_id))
    return count


def restore(campaign: Campaign) -> int:
    """Gives back the recipients of this campaign that have a message and no row; how many."""
    messages = list(_lost(campaign.pk).select_related("conversation__identity")[:CHUNK])
    rows = [
        _row(campaign, one, one.conversation.identity)
        for one in messages
        if one.conversation.identity is not None
    ]
    mine = CampaignRecipient.objects.filter(campaign=campaign)
    before = mine.count()
    CampaignRecipient.objects.bulk_create(rows, ignore_conflicts=True)
    return mine.count() - before


def _lost(campaign_id: UUID) -> QuerySet[Message]:
    """Messages that no recipient has, but for those in whose place another was sent."""
    has_row = CampaignRecipient.objects.filter(message=OuterRef("pk"))
    by_hand = Exists(CampaignRecipient.objects.filter(message=OuterRef("pk")))
    again = Message.objects.filter(retry_of=OuterRef("pk"))
    replaced = again.filter(Q(campaign_id=campaign_id) | by_hand)
    rows = Message.objects.filter(~Exists(has_row), ~Exists(replaced), campaign_id=campaign_id)
    return rows.order_by("pk")


def _row(campaign: Campaign, message: Message, identity: Identity) -> CampaignRecipient:
    return CampaignRecipient(
        campaign=campaign,
        to=identity.written,
        key=identity.canonical,
        contact_id=message.conversation.contact_id,
        reference=message.reference,
        state=RecipientState.QUEUED,
        message=message,
    )
