"""A campaign is looked at on one's own phone first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.events import announce, transactional
from campaigns.actions.holding import actor_of
from campaigns.actions.launching import sendable
from campaigns.compiling import known_of, letter
from campaigns.models import Campaign, CampaignRecipient
from inbox.actions.conversations import conversation_with
from inbox.actions.sending import send
from inbox.models import Message


@transactional
def send_test(
    campaign_id: UUID,
    *,
    to: str,
    by: Actor,
    at: datetime,
    variables: Mapping[str, Any] | None = None,
    country_code: str | None = None,
) -> Message:
    """One message to one number, which counts for nothing; nobody takes its conversation over.

    by: who wants it, for the audit log; the message is the campaign's. variables: their own values;
    None: those of the first recipient. Refuses: INVALID_RECIPIENT; NUMBER_NOT_ACTIVE;
    TEMPLATE_NOT_FOUND; TEMPLATE_PARAMETER_MISMATCH; whatever a send refuses.
    """
    rows = Campaign.objects.select_related("phone_number__organization", "phone_number__account")
    campaign = rows.get(pk=campaign_id)
    template = sendable(campaign)
    conversation = conversation_with(campaign.phone_number, to=to, country_code=country_code, at=at)
    own = _first_values(campaign) if variables is None else variables
    made = letter(campaign, template, own, known=known_of(conversation.contact))
    announce("campaign.tested", campaign.organization_id, by=by, at=at, ids=[campaign.pk])
    return send(conversation.pk, made, by=actor_of(campaign), at=at)


def _first_values(campaign: Campaign) -> dict[str, Any]:
    rows = CampaignRecipient.objects.filter(campaign=campaign).order_by("pk")
    found: dict[str, Any] = rows.values_list("variables", flat=True).first() or {}
    return found
