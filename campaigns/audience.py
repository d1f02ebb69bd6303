"""Whom a campaign would reach, and whom it leaves out: counted before it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from campaigns import segments
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import RecipientState
from inbox import persons
from inbox.models import Contact, Identity

CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class Reach:
    """listed: given by number. labelled: people with the labels who are not listed.

    stopped, blocked: those among both whom nothing is sent to. known: those we know as contacts.
    """

    listed: int = 0
    labelled: int = 0
    known: int = 0
    stopped: int = 0
    blocked: int = 0

    @property
    def people(self) -> int:
        """All of them."""
        return self.listed + self.labelled

    @property
    def reached(self) -> int:
        """Those to whom it goes out."""
        return self.people - self.stopped - self.blocked


def reach(campaign: Campaign) -> Reach:
    """Of those whose turn has not come. Two queries, six with labels; more for every 5,000 people.

    Who stopped marketing and is blocked as well counts as blocked.
    """
    organization_id = campaign.organization_id
    pending = CampaignRecipient.objects.filter(campaign=campaign, state=RecipientState.PENDING)
    listed = pending.count()
    known = _behind(campaign)
    labelled: set[UUID] = set()
    if campaign.segment is not None:
        known = set(segments.survivors_of(organization_id, known).values())
        labelled = set(segments.addresses_in(organization_id, campaign.segment)) - known
    everybody = known | labelled
    blocked, stopped = _left_out(organization_id, everybody)
    return Reach(listed, len(labelled), len(known), len(stopped - blocked), len(blocked))


def _behind(campaign: Campaign) -> set[UUID]:
    pending = CampaignRecipient.objects.filter(campaign=campaign, state=RecipientState.PENDING)
    rows = Identity.objects.filter(
        organization=campaign.organization_id, canonical__in=pending.values("key")
    )
    return set(rows.values_list("contact", flat=True))


def _left_out(organization_id: UUID, contacts: Iterable[UUID]) -> tuple[set[UUID], set[UUID]]:
    blocked: set[UUID] = set()
    stopped: set[UUID] = set()
    for some in _chunks(contacts):
        rows = Contact.objects.filter(pk__in=some, blocked_at__isnull=False)
        blocked |= set(rows.values_list("pk", flat=True))
        stopped |= persons.opted_out_among(organization_id, some)
    return blocked, stopped


def _chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while some := list(islice(rest, CHUNK)):
        yield some


def own_values(campaign: Campaign) -> dict[str, int]:
    """How many recipients have a value of their own, by variable. One query."""
    rows = CampaignRecipient.objects.filter(campaign=campaign).exclude(variables={})
    found: dict[str, int] = {}
    for variables in rows.values_list("variables", flat=True).iterator():
        for name in variables:
            found[name] = found.get(name, 0) + 1
    return found


def first_people(
    campaign: Campaign, most: int = 3
) -> list[tuple[CampaignRecipient, Contact | None]]:
    """The first of its recipients, or of those with its labels, as contacts. At most four queries.

    Those that we know come first: from them one sees most.
    """
    rows = CampaignRecipient.objects.filter(campaign=campaign).order_by("pk")
    contacts = {
        one.canonical: one.contact
        for one in Identity.objects.filter(
            organization=campaign.organization_id, canonical__in=rows.values("key")
        ).select_related("contact")[:most]
    }
    known = list(rows.filter(key__in=list(contacts))[:most])
    found = known + list(rows.exclude(key__in=list(contacts))[: most - len(known)])
    people: list[tuple[CampaignRecipient, Contact | None]]
    people = [(one, contacts.get(one.key)) for one in found]
    if not people and campaign.segment is not None:
        labelled = segments.contacts_in(campaign.organization_id, campaign.segment)
        people = [
            (CampaignRecipient(campaign=campaign, to=one.phone or ""), one)
            for one in labelled.order_by("-pk")[:most]
        ]
    return people
