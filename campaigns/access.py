"""The only way from an id to a row of this app."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.access import numbers_of
from accounts.models import ApiKey, Person
from campaigns.models import Campaign, CampaignRecipient


def campaigns_of(organization_id: UUID) -> QuerySet[Campaign]:
    """The organization's campaigns, with their numbers; broadcasts too, which are `hidden`."""
    rows = Campaign.objects.filter(organization_id=organization_id)
    return rows.select_related("phone_number")


def campaigns_of_key(key: ApiKey) -> QuerySet[Campaign]:
    """Those that a key reaches: from the numbers that it reaches."""
    return campaigns_of(key.organization_id).filter(phone_number__in=numbers_of(key))


def campaign_for(person: Person, campaign_id: UUID) -> Campaign:
    """A campaign of this person's organization; Http404 otherwise."""
    return get_object_or_404(campaigns_of(person.organization_id), pk=campaign_id)


def recipient_for(person: Person, campaign_id: UUID, recipient_id: UUID) -> CampaignRecipient:
    """A recipient of a campaign of this person's organization; Http404 otherwise."""
    return get_object_or_404(
        CampaignRecipient,
        pk=recipient_id,
        campaign_id=campaign_id,
        campaign__organization_id=person.organization_id,
    )
