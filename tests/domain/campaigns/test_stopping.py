"""A pause and a cancel are lines: what is claimed after them is nothing."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actions.setup import remove_number
from accounts.models import Event
from accounts.refusals import Refused
from campaigns import queries
from campaigns.actions.recipients import Row, add_recipients
from campaigns.actions.steering import cancel, pause, resume, retry_failed
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import Status
from inbox.actions import outbox
from inbox.doctor import queue
from inbox.models import Message, NumberPace, SendBatch
from inbox.presentation.life import life
from tests.campaigning import a_campaign, send_all, states, take_turns
from tests.cast import Cast, by


def claimed() -> set:
    return {one.message_id for one in outbox.claim(16)}


def test_of_a_paused_campaign_nothing_is_claimed_and_then_it_goes_on(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 3)
    take_turns()
    pause(campaign.pk, by=by(cast.sara), at=timezone.now())
    send_all()
    take_turns()
    assert (meta.accepts(), states(campaign)) == ([], [("queued", "")] * 3)
    assert queue(cast.number, at=timezone.now()).queued == 0
    resume(campaign.pk, by=by(cast.sara), at=timezone.now())
    send_all()
    assert len(meta.accepts()) == 3
    assert NumberPace.objects.get().stopped == []


@pytest.mark.once
def test_the_thread_says_what_a_paused_campaigns_message_waits_for(cast: Cast) -> None:
    campaign = a_campaign(cast, 1)
    take_turns()
    pause(campaign.pk, by=by(cast.sara), at=timezone.now())
    message = Message.objects.select_related("phone_number").get()
    steps = list(life(message, [], "UTC", at=timezone.now()))
    assert [(one.label, one.note) for one in steps] == [
        ("Its turn in a campaign came: queued", "Autumn"),
        ("Now", "Held because its campaign is paused."),
    ]


def test_a_paused_campaign_holds_up_no_other_of_the_same_people(cast: Cast) -> None:
    first = a_campaign(cast, 2)
    take_turns()
    pause(first.pk, by=by(cast.sara), at=timezone.now())
    second = a_campaign(cast, 2)
    take_turns()
    of_second = Message.objects.filter(campaign_id=second.pk)
    assert claimed() == set(of_second.values_list("pk", flat=True))


@pytest.mark.once
def test_a_number_stays_as_long_as_a_campaign_runs_on_it(cast: Cast) -> None:
    campaign = a_campaign(cast, 1)
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        remove_number(cast.number.pk, by=by(cast.ada), at=timezone.now())
    pause(campaign.pk, by=by(cast.sara), at=timezone.now())
    remove_number(cast.number.pk, by=by(cast.ada), at=timezone.now())
    with pytest.raises(Refused, match="NUMBER_NOT_ACTIVE"):
        resume(campaign.pk, by=by(cast.sara), at=timezone.now())


def test_a_cancel_ends_what_waits_and_whose_turn_never_came(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 12, per_second=1)
    take_turns(2)
    waits = Message.objects.count()
    cancel(campaign.pk, by=by(cast.sara), at=timezone.now())
    assert claimed() == set()
    take_turns()
    send_all()
    assert meta.accepts() == []
    counts = queries.counts_of([campaign.pk])[campaign.pk]
    assert (counts.cancelled, counts.skipped) == (waits, 12 - waits)
    told = Event.objects.filter(kind="message.status", data__status="cancelled")
    assert told.count() == waits
    assert (SendBatch.objects.get().emptied, NumberPace.objects.get().stopped) == (True, [])


def test_what_comes_back_from_the_wire_after_a_cancel_is_cancelled_too(cast: Cast, meta) -> None:
    campaign = a_campaign(cast, 1)
    take_turns()
    (one,) = outbox.claim(1)
    cancel(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    assert not SendBatch.objects.get().emptied
    Message.objects.filter(pk=one.message_id).update(status="queued", claim_token=None)
    take_turns()
    assert Message.objects.get().status == "cancelled"


MOVES = [
    (pause, {"running"}),
    (resume, {"paused"}),
    (cancel, {"draft", "scheduled", "running", "paused"}),
    (retry_failed, {"completed", "paused"}),
]


@pytest.mark.once
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize(("act", "allowed"), MOVES)
def test_each_step_is_taken_from_where_it_may_be(cast: Cast, act, allowed, status) -> None:
    campaign = a_campaign(cast, 1, launched=status not in (Status.DRAFT, Status.SCHEDULED))
    stored = {"running": "launched", "completed": "launched"}.get(status, status)
    at = timezone.now()
    finished = {"finished_at": at} if status is Status.COMPLETED else {}
    Campaign.objects.update(state=stored, scheduled_at=at, **finished)
    if status in allowed:
        act(campaign.pk, by=by(cast.sara), at=at)
        return
    with pytest.raises(Refused) as refused:
        act(campaign.pk, by=by(cast.sara), at=at)
    assert refused.value.code == "STATE_CONFLICT"


@pytest.mark.once
def test_a_paused_campaign_takes_more_people(cast: Cast) -> None:
    campaign = a_campaign(cast, 1)
    take_turns()
    pause(campaign.pk, by=by(cast.sara), at=timezone.now())
    more = [Row("+12025557777")]
    add_recipients(campaign.pk, more, by=by(cast.sara), at=timezone.now())
    resume(campaign.pk, by=by(cast.sara), at=timezone.now())
    take_turns()
    assert CampaignRecipient.objects.filter(state="queued").count() == 2
