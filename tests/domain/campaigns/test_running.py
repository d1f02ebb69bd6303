"""Recipients get their turn once, in order, at the pace that was chosen, or the reason why not."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event, PhoneNumber
from campaigns import queries
from campaigns.actions import turns
from campaigns.actions.launching import launch
from campaigns.actions.recipients import Row, add_recipients
from campaigns.actions.restoring import restore_all
from campaigns.actions.steering import pause, resume, retry_failed
from campaigns.actions.testing import send_test
from campaigns.models import Campaign, CampaignRecipient
from campaigns.shapes import Counts
from campaigns.status import RecipientStatus, Status
from inbox import list_views
from inbox.actions.merging import merge_contacts
from inbox.actions.outgoing_rows import stored
from inbox.actions.sending import retry, send
from inbox.actions.undoing import undo
from inbox.models import Contact, Conversation, Message
from inbox.models.messages import Lane
from tests.campaigning import a_campaign, an_offer, numbers, send_all, states, take_turns
from tests.cast import Cast, a_conversation, by, says


def counts(campaign: Campaign) -> Counts:
    return queries.counts_of([campaign.pk])[campaign.pk]


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def test_a_campaign_reaches_everybody_once_and_is_completed(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 5)
    assert fresh(campaign).status is Status.RUNNING
    take_turns()
    assert [one.lane for one in Message.objects.all()] == [Lane.CAMPAIGN] * 5
    assert fresh(campaign).status is Status.RUNNING
    send_all()
    take_turns()
    assert len(meta.accepts()) == counts(campaign).accepted == 5
    assert fresh(campaign).status is Status.COMPLETED
    assert Event.objects.filter(kind="campaign.finished").count() == 1
    assert not Conversation.objects.exclude(assignee=None).exists()


@pytest.mark.once
def test_values_are_their_own_then_the_contacts_then_everybodys(cast: Cast) -> None:
    says(cast.number, wa_id="12025550001", name="Dora Lindqvist")
    campaign = a_campaign(cast, 2, launched=False, variables_map={"1": "first_name"})
    own = [Row("+12025550077", {"1": "captain"}, reference="row-77", name="Jane")]
    add_recipients(campaign.pk, own, by=by(cast.sara), at=timezone.now())
    launch(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    said = Message.objects.filter(direction="outbound").order_by("pk")
    names = ["you", "Dora", "captain"]
    assert [one.content["body"] for one in said] == [
        f"Hello {n}, your order 40-1187 is on its way." for n in names
    ]
    assert said[2].reference == "row-77"
    assert Contact.objects.filter(name="Jane").count() == 1


def opted_out(cast: Cast, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(opted_out_at=timezone.now())


def blocked(cast: Cast, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(blocked_at=timezone.now())


SKIPPED = [(opted_out, "RECIPIENT_OPTED_OUT"), (blocked, "RECIPIENT_BLOCKED")]


@pytest.mark.once
@pytest.mark.parametrize(("done", "code"), SKIPPED)
@pytest.mark.parametrize("category", ["MARKETING", "UTILITY"])
def test_who_may_not_get_it_is_skipped_and_stops_no_sibling(cast, done, code, category):
    thread = a_conversation(cast.number, wa_id="12025550001")
    done(cast, thread.contact)
    offer = an_offer(cast.account, "winter", category=category)
    campaign = a_campaign(cast, 3, template=offer)
    take_turns()
    assert states(campaign) == [("queued", ""), ("skipped", code), ("queued", "")]
    (row,) = queries.recipients(campaign, status=RecipientStatus.SKIPPED)
    assert (row.code, bool(row.reason)) == (code, True)


@pytest.mark.case("F48")
def test_an_opt_out_after_queueing_stops_the_message_and_the_row_says_why(cast, meta):
    notice = an_offer(cast.account, language="de", category="UTILITY")
    campaign = a_campaign(cast, 3, template=notice)
    take_turns()
    second = CampaignRecipient.objects.order_by("pk")[1]
    opted_out(cast, second.contact)
    send_all()
    assert len(meta.accepts()) == 2
    (row,) = queries.recipients(campaign, status=RecipientStatus.FAILED)
    assert (row.id, row.code) == (second.pk, "RECIPIENT_OPTED_OUT")


def test_one_person_under_two_contacts_gets_it_once(cast):
    one, two = (a_conversation(cast.number, wa_id=f"1202555000{n}") for n in range(2))
    merge_contacts(one.contact_id, two.contact_id, by=by(cast.sara), at=timezone.now())
    campaign = a_campaign(cast, 2)
    take_turns()
    assert states(campaign) == [("queued", ""), ("skipped", "DUPLICATE_RECIPIENT")]
    assert Message.objects.filter(direction="outbound").count() == 1


@pytest.mark.once
def test_who_came_by_a_label_is_not_sent_to_again_by_another_address(cast: Cast) -> None:
    thread = a_conversation(cast.number, wa_id="12025550000", bsuid="US.1349120865")
    campaign = a_campaign(cast, 1, launched=False)
    rows = [Row("US.1349120865")]
    add_recipients(campaign.pk, rows, by=by(cast.sara), at=timezone.now())
    launch(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    assert states(campaign) == [("queued", ""), ("skipped", "DUPLICATE_RECIPIENT")]
    assert Message.objects.get(direction="outbound").conversation_id == thread.pk


def test_a_missing_row_comes_back_and_brings_no_second_message(cast: Cast) -> None:
    campaign = a_campaign(cast, 2)
    take_turns()
    before = states(campaign)
    CampaignRecipient.objects.first().delete()
    assert restore_all() == 1
    assert sorted(states(campaign)) == before
    assert restore_all() == 0
    CampaignRecipient.objects.all().delete()
    pause(campaign.pk, by=by(cast.sara), at=timezone.now())
    again = [Row(one) for one in numbers(2)]
    add_recipients(campaign.pk, again, by=by(cast.sara), at=timezone.now())
    resume(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    assert states(campaign) == before
    assert Message.objects.count() == 2


@pytest.mark.once
def test_many_cost_as_many_statements_as_few(cast: Cast) -> None:
    spent = []
    for count in (3, 60):
        a_campaign(cast, count)
        with CaptureQueriesContext(connection) as statements:
            turns.next_turn()
        spent.append(len(statements))
        Campaign.objects.update(state="cancelled")
    assert spent[1] - spent[0] <= 6  # SQLite takes fewer values a statement


@pytest.mark.once
def test_the_outbox_is_kept_short_and_the_pace_is_the_campaigns(cast):
    campaign = a_campaign(cast, 40, per_second=4)
    at = Campaign.objects.get().launched_at
    queued = []
    for step in range(5):
        turns._queue_some(at + timedelta(seconds=step))
        queued.append(Message.objects.count())
    assert [after - before for before, after in pairwise(queued)] == [4] * 4
    for step in range(5, 30):
        turns._queue_some(at + timedelta(seconds=step))
    assert Message.objects.count() == 20  # nobody sends: five seconds of it wait, and no more
    assert counts(campaign).pending == 20


@pytest.mark.once
def test_a_number_that_stops_pauses_its_campaign_and_a_button_lets_it_go_on(cast: Cast) -> None:
    campaign = a_campaign(cast)
    PhoneNumber.objects.update(status="error", status_message="The token is dead.")
    take_turns()
    view = queries.one(fresh(campaign))
    assert (view.status, view.pause_code) == (Status.PAUSED, "NUMBER_NOT_ACTIVE")
    assert view.pause_reason == "The token is dead."
    assert states(campaign) == [("pending", "")] * 3
    PhoneNumber.objects.update(status="active")
    resume(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    assert states(campaign) == [("queued", "")] * 3


@pytest.mark.once
def test_a_template_that_is_paused_meanwhile_pauses_the_campaign(cast: Cast) -> None:
    campaign = a_campaign(cast)
    row = an_offer(cast.account)
    row.status, row.sendable, row.not_sendable_reason = "PAUSED", False, "status"
    row.save()
    take_turns()
    assert fresh(campaign).pause_code == "TEMPLATE_NOT_FOUND"


@pytest.mark.once
def test_a_scheduled_campaign_starts_at_its_time(cast: Cast) -> None:
    at = timezone.now()
    campaign = a_campaign(cast, scheduled_at=at + timedelta(hours=1))
    take_turns()
    assert fresh(campaign).status is Status.SCHEDULED
    Campaign.objects.update(scheduled_at=at - timedelta(seconds=1))
    take_turns()
    assert states(campaign) == [("queued", "")] * 3


@pytest.mark.once
def test_one_that_cannot_start_at_its_time_is_paused_and_starts_by_the_button(cast: Cast) -> None:
    at = timezone.now()
    segment = {"tags": ["vip"], "match": "any"}
    campaign = a_campaign(cast, 0, segment=segment, scheduled_at=at + timedelta(hours=1))
    Campaign.objects.update(scheduled_at=at - timedelta(seconds=1))
    take_turns()
    paused = fresh(campaign)
    assert (paused.status, paused.pause_code) == (Status.PAUSED, "VALIDATION_ERROR")
    people = [Row(one) for one in numbers(1)]
    add_recipients(campaign.pk, people, by=by(cast.sara), at=at)
    resume(campaign.pk, by=by(cast.sara), at=at)
    take_turns()
    assert states(campaign) == [("queued", "")]


@pytest.mark.once
@pytest.mark.parametrize("code", [132015, 132016])
def test_what_meta_means_for_all_pauses_the_campaign_until_somebody_looks(
    cast, meta, code: int
) -> None:
    campaign = a_campaign(cast, 4, per_second=1)
    turns.next_turn()
    meta.fault("error", code=code, count=1)
    send_all()
    take_turns()
    paused = fresh(campaign)
    assert (paused.status, paused.pause_code) == (Status.PAUSED, "WHATSAPP_API_ERROR")
    assert "." in paused.pause_reason
    resume(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    assert counts(campaign).pending == 0


def test_failures_worth_it_are_tried_again_as_new_messages(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 3)
    take_turns()
    meta.fault("error", code=132069, count=1)  # throttled: later
    meta.fault("error", code=131026, count=1)  # not on WhatsApp: never
    send_all()
    take_turns()
    assert (counts(campaign).failed, queries.one(fresh(campaign)).retryable) == (2, 1)
    assert retry_failed(campaign.pk, by=by(cast.sara), at=timezone.now()) == 1
    assert fresh(campaign).status is Status.RUNNING
    take_turns()
    send_all()
    take_turns()
    assert (counts(campaign).accepted, counts(campaign).failed) == (2, 1)
    assert Message.objects.exclude(retry_of=None).count() == 1
    assert restore_all() == 0
    assert fresh(campaign).status is Status.COMPLETED


@pytest.mark.once
def test_a_test_goes_to_one_phone_and_counts_for_nothing(cast: Cast) -> None:
    campaign = a_campaign(cast, launched=False)
    message = send_test(campaign.pk, to="+12025558888", by=by(cast.sara), at=timezone.now())
    assert (message.campaign_id, message.lane) == (None, Lane.CONVERSATION)
    assert states(campaign) == [("pending", "")] * 3


@pytest.mark.once
def test_whom_only_a_campaign_wrote_to_waits_for_nobody_until_they_write(cast: Cast, meta) -> None:
    a_campaign(cast, 2)
    take_turns()
    meta.fault("error", code=131026, count=1)
    send_all()
    found = list_views.counts(cast.amina).views
    assert (found["open"], found["closed"], found["failed"]) == (0, 2, 0)
    says(cast.number, wa_id="12025550001", at=timezone.now())
    assert list_views.counts(cast.amina).views["open"] == 1


@pytest.mark.once
def test_a_person_tries_a_failed_one_again_from_the_thread(cast: Cast, meta) -> None:
    a_campaign(cast, 1)
    take_turns()
    meta.fault("error", code=131026, count=1)
    send_all()
    again = retry(Message.objects.get().pk, by=by(cast.amina), at=timezone.now())
    assert (again.lane, again.campaign_id, again.sender_name) == (Lane.CONVERSATION, None, "Amina")


@pytest.mark.once
def test_what_a_person_sends_again_says_how_it_went(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 1)
    take_turns()
    meta.fault("error", code=131026, count=1)
    send_all()
    take_turns()
    failed = Message.objects.get()
    amina, at = by(cast.amina), timezone.now()
    again = send(
        failed.conversation_id,
        stored(failed),
        by=amina,
        at=at,
        instead_of=failed.pk,
        undo_s=10,
    )
    assert (counts(campaign).queued, counts(campaign).failed) == (1, 0)
    undo(again.pk, by=amina, at=at)
    assert (counts(campaign).queued, counts(campaign).failed) == (0, 1)
    retry(failed.pk, by=amina, at=at)
    send_all()
    assert (counts(campaign).accepted, counts(campaign).failed) == (1, 0)
    assert restore_all() == 0


@pytest.mark.once
def test_what_a_person_sends_again_is_not_sent_again_by_the_campaign(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 2)
    take_turns(1)
    meta.fault("error", code=132069, count=1)
    send_all()
    failed = Message.objects.get(status="failed")
    pause(campaign.pk, by=by(cast.sara), at=timezone.now())
    assert retry_failed(campaign.pk, by=by(cast.sara), at=timezone.now()) == 1
    retry(failed.pk, by=by(cast.amina), at=timezone.now())
    resume(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    send_all()
    assert Message.objects.filter(retry_of=failed).count() == 1
    assert (counts(campaign).accepted, counts(campaign).failed) == (2, 0)


def test_who_writes_back_has_replied(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 2)
    take_turns()
    send_all()
    says(cast.number, wa_id="12025550001", at=timezone.now() + timedelta(minutes=1))
    assert (counts(campaign).replied, counts(campaign).accepted) == (1, 2)
    (row,) = queries.recipients(campaign, replied=True)
    assert row.replied
