"""The recipients of a draft as a whole: all taken out, copied, or left with fewer values."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from campaigns.actions.editing import LONGEST_NAME, create
from campaigns.actions.holding import check_state, held
from campaigns.actions.recipients import insert
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import EDITABLE

CHUNK: Final = 1_000


@transactional
def clear_recipients(campaign_id: UUID, *, by: Actor, at: datetime) -> int:
    """Takes everybody out; how many. Refuses: STATE_CONFLICT unless draft or scheduled."""
    campaign = held(campaign_id)
    check_state(campaign, EDITABLE, _("It has been launched: nobody can be taken out any more."))
    count, _rows = CampaignRecipient.objects.filter(campaign=campaign).delete()
    if count:
        announce(
            "campaign.recipient_removed",
            campaign.organization_id,
            by=by,
            at=at,
            ids=[campaign.pk],
            removed=count,
        )
    return count


@transactional
def keep_values(campaign_id: UUID, names: Collection[str], *, by: Actor, at: datetime) -> int:
    """Of the recipients' own values only these are kept; how many recipients lost some.

    What a file said for another template would otherwise be refused by this one. Refuses:
    STATE_CONFLICT unless draft or scheduled.
    """
    campaign = held(campaign_id)
    check_state(campaign, EDITABLE, _("It has been launched: it cannot be changed any more."))
    rows = CampaignRecipient.objects.filter(campaign=campaign).exclude(variables={})
    ids = iter(list(rows.values_list("pk", flat=True)))
    changed = 0
    while some := list(islice(ids, CHUNK)):
        recipients = [
            one for one in rows.filter(pk__in=some) if not one.variables.keys() <= set(names)
        ]
        for one in recipients:
            one.variables = {name: value for name, value in one.variables.items() if name in names}
        CampaignRecipient.objects.bulk_update(recipients, ["variables"])
        changed += len(recipients)
    if changed:
        announce(
            "campaign.changed",
            campaign.organization_id,
            by=by,
            at=at,
            ids=[campaign.pk],
            fields=["recipients"],
        )
    return changed


@transactional
def copy(campaign_id: UUID, *, by: Actor, at: datetime) -> Campaign:
    """A draft of the same: template, values, pace and people; not its time. Refuses: as `create`.

    Labels are looked up again when the copy starts: who got one since is among its people, too.
    """
    origin = held(campaign_id)
    name = _("%(name)s (copy)") % {"name": origin.name[: LONGEST_NAME - 20]}
    made = create(
        origin.organization_id,
        {
            "name": name[:LONGEST_NAME],
            "phone_number": origin.phone_number,
            "template_name": origin.template_name,
            "template_language": origin.template_language,
            "variables": origin.variables,
            "variables_map": origin.variables_map,
            "segment": origin.segment,
            "per_second": origin.per_second,
            "quiet_from": origin.quiet_from,
            "quiet_until": origin.quiet_until,
        },
        by=by,
        at=at,
    )
    given = CampaignRecipient.objects.filter(campaign=origin).exclude(to="").order_by("pk")
    insert(
        made,
        [
            CampaignRecipient(
                campaign=made,
                to=one.to,
                key=one.key,
                name=one.name,
                variables=one.variables,
                reference=one.reference,
            )
            for one in given.iterator()
        ],
    )
    return made
