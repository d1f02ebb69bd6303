"""A campaign forgets who is erased, and whom it was sent to once messages are not kept longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.events import unit_of_work
from accounts.models import Organization
from campaigns import queries
from campaigns.actions.forgetting import forget_recipients, purge_recipients
from campaigns.actions.holding import held
from campaigns.actions.queueing import Disturbed, queue_for
from campaigns.compiling import template_of
from campaigns.models import Campaign, CampaignRecipient
from inbox.actions.erasing import ask_erasure, erase_next
from inbox.models import Contact, Message
from tests.campaigning import a_campaign, send_all, states, take_turns
from tests.cast import Cast, a_conversation, by


def test_who_is_erased_before_their_turn_gets_nothing_and_does_not_come_back(cast):
    thread = a_conversation(cast.number, wa_id="12025550001")
    campaign = a_campaign(cast, 3)
    ask_erasure(thread.contact_id, by=by(cast.ada), at=timezone.now())
    take_turns()
    assert states(campaign) == [("queued", ""), ("skipped", "ERASED"), ("queued", "")]
    while erase_next():
        pass
    assert not Contact.objects.filter(phone="+12025550001").exists()


def test_who_is_erased_while_their_message_is_made_ends_that_turn(cast: Cast) -> None:
    campaign = a_campaign(cast, 3)
    rows = list(CampaignRecipient.objects.order_by("pk"))
    assert forget_recipients(cast.organization.pk, [], ["12025550001"]) == 1
    with pytest.raises(Disturbed), unit_of_work():
        queue_for(held(campaign.pk), template_of(campaign), rows, at=timezone.now())
    assert not Message.objects.exists()
    take_turns()
    assert states(campaign) == [("queued", ""), ("skipped", "ERASED"), ("queued", "")]


def test_who_is_erased_after_it_leaves_a_row_that_says_nothing(cast, meta):
    campaign = a_campaign(cast, 2)
    take_turns()
    send_all()
    one = CampaignRecipient.objects.order_by("pk").first()
    ask_erasure(one.contact_id, by=by(cast.ada), at=timezone.now())
    while erase_next():
        pass
    counts = queries.counts_of([campaign.pk])[campaign.pk]
    assert (counts.recipients, counts.accepted, counts.gone) == (2, 1, 1)
    row = queries.recipients(campaign)[0]
    assert (row.to, row.name, row.variables, row.contact_id) == ("", "", {}, None)


def test_recipients_are_kept_as_long_as_messages_are(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 2)
    take_turns()
    send_all()
    take_turns()
    Organization.objects.update(closed_months=1)
    assert purge_recipients() == 0
    Campaign.objects.update(finished_at=timezone.now() - timedelta(days=31))
    assert purge_recipients() == 2
    assert purge_recipients() == 0
    assert {one.to for one in queries.recipients(campaign)} == {""}
    assert CampaignRecipient.objects.exclude(contact=None).count() == Message.objects.count() == 2
