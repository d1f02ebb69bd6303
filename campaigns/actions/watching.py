"""What Meta answers to some of a campaign's messages is meant for all of them."""

from __future__ import annotations

from typing import Final

from accounts.refusals import Refused
from campaigns.models import Campaign
from inbox.message_status import Status
from inbox.models import Message

# Customers block or report the number; the template is paused, or disabled, for its quality.
MEANT_FOR_ALL: Final = ("131048", "132015", "132016")


def stopped_by_meta(campaign: Campaign) -> Refused | None:
    """Why the rest had better wait, from a failure since it was started or resumed. One query."""
    since = campaign.resumed_at or campaign.launched_at
    rows = Message.objects.filter(
        campaign_id=campaign.pk,
        status=Status.FAILED,
        failed_at__gt=since,
        failure__code__in=MEANT_FOR_ALL,
    )
    failure = rows.values_list("failure", flat=True).first()
    return Refused("WHATSAPP_API_ERROR", str(failure["message"])) if failure else None
