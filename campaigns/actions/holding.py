"""A campaign that an action or the drain has in hand."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.refusals import Refused
from campaigns.models import Campaign
from campaigns.status import State


def held(campaign_id: UUID) -> Campaign:
    """The campaign with its number, locked. The first lock of every transaction of this app."""
    rows = Campaign.objects.select_for_update(of=("self",))
    # First the lock, then the read: what is joined would be as it was before the wait.
    pk = rows.values_list("pk", flat=True).get(pk=campaign_id)
    return Campaign.objects.select_related("phone_number__organization", "template").get(pk=pk)


def check_state(campaign: Campaign, allowed: Collection[State], sentence: str = "") -> None:
    """Refuses: STATE_CONFLICT (data: status) in any other state, or when it is completed."""
    if campaign.state in allowed and campaign.finished_at is None:
        return
    raise Refused(
        "STATE_CONFLICT",
        sentence or _("This is not possible in the present state of the campaign."),
        status=str(campaign.status),
    )


def actor_of(campaign: Campaign) -> Actor:
    """Who its messages are from."""
    return Actor("campaign", campaign.pk, campaign.name)
