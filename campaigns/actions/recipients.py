"""Who is to get a campaign: given in bulk, taken out one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from campaigns.actions.holding import check_state, held
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import TAKES_RECIPIENTS, RecipientState
from whatsapp.ids import is_bsuid
from whatsapp.phone import canonical, e164

MOST_A_CALL: Final = 10_000
CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody as they are given. to: a number in any usual form, or a BSUID.

    name: for a contact who has none. variables: their own values, by the compiler's names.
    """

    to: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A row that nobody can be found by. place: from 0, in the order given."""

    place: int
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the rows of one call. duplicates: who was there already, in any spelling."""

    added: int
    duplicates: int
    invalid: tuple[Invalid, ...] = ()


@transactional
def add_recipients(
    campaign_id: UUID,
    rows: Sequence[Row],
    *,
    by: Actor,
    at: datetime,
    country_code: str | None = None,
) -> Added:
    """Adds those that are new, at most 10,000 a call. A dozen statements for any number of them.

    country_code: for numbers without one; else the number's, else the organization's. Refuses:
    STATE_CONFLICT unless draft, scheduled or paused; VALIDATION_ERROR (recipients).
    """
    if len(rows) > MOST_A_CALL:
        sentence = _("At most 10,000 recipients a call.")
        raise Refused("VALIDATION_ERROR", sentence, field="recipients", detail="too_many")
    campaign = held(campaign_id)
    check_state(campaign, TAKES_RECIPIENTS, _("Nobody can be added while it is running."))
    number = campaign.phone_number
    country = country_code or number.country_code or number.organization.country_code
    made, invalid = _made(campaign, rows, country)
    added = insert(campaign, made)
    if added:
        announce(
            "campaign.recipients_added",
            campaign.organization_id,
            by=by,
            at=at,
            ids=[campaign.pk],
            added=added,
        )
    return Added(added, len(made) - added, tuple(invalid))


@transactional
def remove_recipient(recipient_id: UUID, *, by: Actor, at: datetime) -> None:
    """Takes out somebody whose turn has not come.

    Refuses: STATE_CONFLICT while the campaign runs, and for whom it has sent or tried to.
    """
    campaign_id = CampaignRecipient.objects.values_list("campaign", flat=True).get(pk=recipient_id)
    campaign = held(campaign_id)
    check_state(campaign, TAKES_RECIPIENTS, _("Nobody can be taken out while it is running."))
    rows = CampaignRecipient.objects.filter(
        pk=recipient_id, state=RecipientState.PENDING, message=None
    )
    if not rows.delete()[0]:
        raise Refused("STATE_CONFLICT", _("The campaign has had its turn for this recipient."))
    announce(
        "campaign.recipient_removed",
        campaign.organization_id,
        by=by,
        at=at,
        ids=[campaign.pk, recipient_id],
    )


def takes_the_place(message_id: UUID, *, of: UUID) -> None:
    """Whose message was `of` has this one, also where the campaign was to try it again.

    Its conversation is locked, not the campaign: a turn that is at it begins anew (`Disturbed`).
    """
    rows = CampaignRecipient.objects.filter(message=of)
    rows.update(message=message_id, state=RecipientState.QUEUED)


def insert(campaign: Campaign, rows: Sequence[CampaignRecipient]) -> int:
    """Adds those whose address and contact the campaign does not have yet; how many.

    The campaign is locked: the counts are of nobody else's rows.
    """
    mine = CampaignRecipient.objects.filter(campaign=campaign)
    before = mine.count()
    for start in range(0, len(rows), CHUNK):
        CampaignRecipient.objects.bulk_create(rows[start : start + CHUNK], ignore_conflicts=True)
    return mine.count() - before


def address_of(given: str, country: str) -> tuple[str, str] | None:
    """The address and the key of somebody: E.164 or a BSUID; None for what is neither."""
    wanted = given.strip()
    if is_bsuid(wanted):
        return wanted, wanted
    phone = e164(wanted, country or None)
    return (phone, canonical(phone)) if phone else None


def _made(
    campaign: Campaign, rows: Sequence[Row], country: str
) -> tuple[list[CampaignRecipient], list[Invalid]]:
    made, invalid = [], []
    own = campaign.phone_number.phone
    for place, row in enumerate(rows):
        address = address_of(row.to, country)
        if address is None or address[0] == own:
            reason = _("not a phone number") if address is None else _("this is your own number")
            invalid.append(Invalid(place, row.to[:64], reason))
            continue
        made.append(
            CampaignRecipient(
                campaign=campaign,
                to=address[0],
                key=address[1],
                name=" ".join(row.name.split())[:120],
                variables=dict(row.variables),
                reference=row.reference[:255],
            )
        )
    return made, invalid
