"""One message to a list: in one transaction, each with a row, and never again by the drain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.refusals import Refused
from campaigns.actions.broadcasting import broadcast
from campaigns.actions.steering import cancel
from campaigns.models import Campaign, CampaignRecipient
from campaigns.queries import one
from inbox import outgoing
from inbox.models import Message
from simulator.testing import Running
from tests.campaigning import numbers, send_all, take_turns
from tests.cast import Cast, all_say, by

HELLO = outgoing.text("Hello")


def sent_to(cast: Cast, to: list[str], **how) -> tuple[Campaign, list[str | None]]:
    at = timezone.now()
    campaign, outcomes = broadcast(cast.number, to, HELLO, by=by(cast.sara), at=at, **how)
    return campaign, [one.refusal.code if one.refusal else None for one in outcomes]


def write(cast: Cast, people: list[str]) -> None:
    all_say(cast.number, *[{"wa_id": one.removeprefix("+")} for one in people])


def test_who_may_get_it_gets_it_once_and_the_rest_are_failed_rows(cast: Cast, meta: Running):
    people = numbers(5)
    write(cast, people[:3])
    campaign, codes = sent_to(cast, [*people, people[0]])
    assert codes == [None, None, None, "SESSION_EXPIRED", "SESSION_EXPIRED", None]
    take_turns()
    send_all()
    take_turns()
    assert len(meta.accepts()) == 3
    counts = one(Campaign.objects.get(pk=campaign.pk)).counts
    assert (counts.recipients, counts.accepted, counts.failed) == (5, 3, 2)
    assert Campaign.objects.get().finished_at is not None


def test_what_waits_for_its_time_can_be_cancelled_as_a_whole(cast: Cast):
    later = timezone.now() + timedelta(hours=1)
    campaign, codes = sent_to(cast, numbers(3), scheduled_at=later)
    assert codes == [None] * 3
    waits = Message.objects.filter(campaign_id=campaign.pk)
    assert set(waits.values_list("status", "scheduled_at", "in_thread")) == {
        ("scheduled", later, False)
    }
    cancel(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    assert set(waits.values_list("status", flat=True)) == {"cancelled"}


@pytest.mark.once
def test_a_thousand_are_a_call_and_one_more_is_too_many(cast: Cast):
    with pytest.raises(Refused, match="VALIDATION_ERROR"):
        sent_to(cast, numbers(1) * 1_001)
    assert not CampaignRecipient.objects.exists()
