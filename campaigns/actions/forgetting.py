"""What this app keeps of people goes when they are erased, or when it has been kept long enough.

The row stays, so that the counts go on adding up; who it was and what they were told does not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.clock import database_now
from accounts.models import Organization
from accounts.row_updates import update_rows
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import RecipientState, State

BATCH: Final = 500
ERASED: Final = "ERASED"
WRITTEN: Final = (
    *("to", "key", "name", "variables", "reference"),
    *("contact", "state", "skip_code", "skip_reason"),
)


def forget_recipients(
    organization_id: UUID, contact_ids: Collection[UUID | str], words: Collection[str]
) -> int:
    """Empties the rows of a person; who is pending gets nothing any more. How many rows.

    words: their numbers without a plus and their user ids, as `CampaignRecipient.key` has them.
    Call with the person's conversations locked: recipients are locked last.
    """
    theirs = Q(contact__in=list(contact_ids)) | Q(key__in=list(words))
    rows = CampaignRecipient.objects.filter(theirs, campaign__organization=organization_id)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for one in found:
        _empty(one)
        one.contact_id = None
    update_rows(found, WRITTEN)
    return len(found)


def _empty(recipient: CampaignRecipient) -> None:
    recipient.to = recipient.name = recipient.reference = ""
    recipient.key = str(recipient.pk)
    recipient.variables = {}
    if recipient.state == RecipientState.PENDING:
        recipient.state = RecipientState.SKIPPED
        recipient.skip_code, recipient.skip_reason = ERASED, _("This person was erased.")


def purge_recipients() -> int:
    """Empties recipients of campaigns that ended as many months ago as messages are kept; how many.

    As with a closed conversation it stays with whom it was.
    """
    at = database_now()
    wanted = Organization.objects.exclude(closed_months=None)
    for organization, months in wanted.values_list("pk", "closed_months"):
        before = at - timedelta(days=30.44 * (months or 0))
        ended = Q(finished_at__lt=before) | Q(state=State.CANCELLED, created_at__lt=before)
        old = Campaign.objects.filter(ended, organization=organization, emptied_at=None)
        campaign = old.order_by("pk").first()
        if campaign is not None:
            return _emptied(campaign)
    return 0


def _emptied(campaign: Campaign) -> int:
    """One batch of its recipients; with the last of them it is done."""
    with transaction.atomic():
        rows = _full(campaign).select_for_update(of=("self",))
        some: Sequence[CampaignRecipient] = list(rows[:BATCH])
        for one in some:
            _empty(one)
        update_rows(some, WRITTEN)
        if len(some) < BATCH:
            Campaign.objects.filter(pk=campaign.pk).update(emptied_at=database_now())
    return max(1, len(some))


def _full(campaign: Campaign) -> QuerySet[CampaignRecipient]:
    return CampaignRecipient.objects.filter(campaign=campaign).exclude(to="").order_by("pk")
