"""What numbers are needed for (`NUMBER_BUSY`)."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.status import State


def why_busy(number_id: UUID) -> str:
    """Why this number cannot be taken off now: a campaign is running on it; "" otherwise."""
    running = Campaign.objects.filter(
        phone_number=number_id, state=State.LAUNCHED, finished_at=None
    )
    if running.exists():
        return _("A campaign is running on this number. Pause or cancel it first.")
    return ""
