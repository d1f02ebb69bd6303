"""How fast messages leave: buckets of numbers and pairs, limits of Meta, silent numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.numbers import pause_number
from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.models import Event, NumberStatus, PhoneNumber
from inbox import drains, outgoing
from inbox.actions import outbox as rows
from inbox.actions import paces, settling
from inbox.actions.paces import Outcome
from inbox.actions.sending import send
from inbox.models import Conversation, Message, NumberPace
from inbox.models.messages import Lane
from tests.cast import DORA, Cast, a_conversation, a_number, by
from tests.passing import time_passes
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown
from whatsapp.ids import Wamid


@pytest.fixture(autouse=True)
def _clock_that_stands(monkeypatch: pytest.MonkeyPatch, db) -> None:
    """Only `time_passes` moves it: on a busy machine a tenth of a second is over between lines."""
    moment = database_now()
    for module in (rows, settling):
        monkeypatch.setattr(module, "database_now", lambda: moment)


def queue_up(cast: Cast, count: int, **more) -> list[Message]:
    """So many messages, each to somebody else."""
    threads = [a_conversation(cast.number, wa_id=f"1202555{n:04}") for n in range(count)]
    text, at = outgoing.text("Hello"), timezone.now()
    return [send(thread.pk, text, by=by(cast.amina), at=at, **more) for thread in threads]


def settled(claimed: list[rows.Claimed], outcome: Outcome | None = None) -> None:
    """Every call ends like that, or is accepted."""
    settling.settle(
        settling.Settlement(one, outcome or Accepted(wamid=Wamid(f"wamid.{one.message_id}")))
        for one in claimed
    )


def the_number() -> PhoneNumber:
    return PhoneNumber.objects.select_related("pace").get()


def changes() -> int:
    """How often pages were told of the number."""
    return Event.objects.filter(kind="number.changed").count()


# --- numbers ---


@pytest.mark.case("F40")
def test_a_number_that_was_paused_since_it_was_read_is_not_claimed_for(cast: Cast) -> None:
    """Another worker has just read that its token is dead."""
    number = PhoneNumber.objects.select_related("account").get(pk=cast.number.pk)
    with transaction.atomic():
        assert paces.hold(number) is not None
    pause_number(number.pk, reason="token_expired", message="Dead.", by=SYSTEM, at=timezone.now())
    with transaction.atomic():
        assert paces.hold(number) is None


def test_a_number_takes_what_a_tenth_of_a_second_carries_and_sends_it_evenly(cast: Cast) -> None:
    queue_up(cast, 30)
    claimed = rows.claim(16)
    assert len(claimed) == 8
    assert [one.wait_s for one in claimed] == pytest.approx([n / 77.6 for n in range(8)], abs=1e-3)
    assert len(rows.claim(16)) < 8  # whoever asks again at once, and after a restart
    time_passes(1)
    assert len(rows.claim(16)) >= 8


def test_a_claim_costs_the_same_for_one_message_and_for_eight(cast: Cast) -> None:
    counts = []
    for size in (1, 8):
        Message.objects.all().delete()
        queue_up(cast, size)
        time_passes(60)
        rows.claim(1)  # makes the row of the pace
        Message.objects.update(status="queued", claim_token=None)
        time_passes(60)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(rows.claim(16)) == size
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_people_go_first_where_a_number_is_short(cast: Cast) -> None:
    queue_up(cast, 10, lane=Lane.CAMPAIGN)
    person = send(
        a_conversation(cast.number).pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now()
    )
    claimed = rows.claim(16)
    assert (len(claimed), claimed[0].message_id, claimed[0].wait_s) == (8, person.pk, 0.0)


@pytest.mark.case("F38")
def test_a_limit_of_meta_narrows_the_number_and_it_widens_again(cast: Cast) -> None:
    queue_up(cast, 30)
    settled(rows.claim(16), CloudApiError(130429, http_status=400))
    assert the_number().pace.narrowed_per_s == pytest.approx(38.8)
    assert rows.claim(16) == []
    time_passes(5)
    assert len(rows.claim(16)) in (4, 5, 6)
    time_passes(60)
    assert len(rows.claim(16)) >= 8


# --- pairs ---


@pytest.mark.case("F39")
def test_a_customer_gets_44_at_once_and_never_too_many_for_meta(cast: Cast, meta) -> None:
    meta.control(rules={"pair": True})
    PhoneNumber.objects.update(throughput="HIGH")  # the customer is the narrow place
    thread = a_conversation(cast.number)
    text, at = outgoing.text("Hello"), timezone.now()
    sent = [send(thread.pk, text, by=by(cast.amina), at=at) for _ in range(52)]
    left, gone = [], 0.0
    for _ in range(150):
        if claimed := rows.claim(1):
            settling.settle([settling.Settlement(one, drains.call(one)) for one in claimed])
            continue
        left.append(Message.objects.filter(status="queued").count())
        if not left[-1]:
            break
        gone += 6
        time_passes(6)
        meta.control(clock_offset_s=gone)
    assert left[0] == 8
    assert [one["opaque"] for one in meta.accepts()] == [str(one.pk) for one in sent]
    assert not Message.objects.filter(attempts__gt=0).exists()


@pytest.mark.case("F39")
def test_a_limit_of_one_customer_makes_that_pair_wait_longer_each_time(cast: Cast) -> None:
    other, slow = queue_up(cast, 1), a_conversation(cast.number)
    for lane in (Lane.CONVERSATION, Lane.CAMPAIGN):
        send(slow.pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now(), lane=lane)
    (first,) = [one for one in rows.claim(16) if one.payload["to"].endswith(DORA)]
    settled([first], CloudApiError(131056, http_status=400))
    Message.objects.filter(pk=other[0].pk).delete()
    for wait in (6, 16, 64):
        time_passes(wait - 1)
        assert rows.claim(16) == []  # the other lane waits as well
        time_passes(1)
        settled(rows.claim(16), CloudApiError(131056, http_status=400))
        Message.objects.filter(lane=Lane.CAMPAIGN).update(attempts=0)


# --- silence ---

SILENCES = [NotSent("no connection"), OutcomeUnknown("time-out"), OutcomeUnknown("html", 502)]


@pytest.mark.case("F42")
@pytest.mark.parametrize("silence", SILENCES, ids=str)
def test_five_silent_calls_open_the_breaker_and_an_answer_closes_it(cast: Cast, silence) -> None:
    queue_up(cast, 12)
    settled(rows.claim(4), silence)
    assert (the_number().paused_until, changes()) == (None, 0)
    settled(rows.claim(1), silence)
    resting = the_number()
    assert (resting.status, resting.status_reason, changes()) == ("active", "no_answer", 1)
    assert timedelta(0) < resting.paused_until - timezone.now() <= timedelta(seconds=15)
    assert rows.claim(16) == []
    time_passes(15)
    probe = rows.claim(16)
    assert len(probe) == 1
    assert rows.claim(16) == []
    settled(probe, silence)
    assert (rows.claim(16), changes()) == ([], 1)
    time_passes(15)
    settled(rows.claim(16))
    assert (the_number().paused_until, the_number().status_reason, changes()) == (None, "", 2)
    time_passes(1)
    assert len(rows.claim(16)) > 1


@pytest.mark.case("F42")
def test_a_refusal_is_an_answer(cast: Cast) -> None:
    queue_up(cast, 8)
    settled(rows.claim(4), OutcomeUnknown("time-out"))
    settled(rows.claim(1), CloudApiError(131026, http_status=400))
    settled(rows.claim(1), OutcomeUnknown("half an answer", 200))
    assert the_number().pace.silent_calls == 0


@pytest.mark.case("F42")
def test_a_number_that_nobody_answers_leaves_senders_to_the_others(cast: Cast) -> None:
    queue_up(cast, 8)
    other = a_number(cast.organization, waba_id="77", meta_phone_number_id="1066")
    thread = a_conversation(other, phone_number_id="1066")
    send(thread.pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now())
    claimed = rows.claim(6, in_hand={cast.number.pk: 6})
    assert [one.number_id for one in claimed] == [other.pk]


def test_a_number_under_maintenance_rests_for_a_minute(cast: Cast) -> None:
    queue_up(cast, 2)
    settled(rows.claim(1), CloudApiError(131057, http_status=500))
    assert (the_number().status_reason, changes(), rows.claim(16)) == ("maintenance", 1, [])
    time_passes(61)
    assert len(rows.claim(16)) == 2
    assert (the_number().paused_until, changes()) == (None, 2)


# --- tokens ---


@pytest.mark.case("F40")
def test_a_dead_token_stops_every_number_of_its_account(cast: Cast) -> None:
    sibling = PhoneNumber.objects.create(
        organization=cast.organization,
        account=cast.account,
        meta_phone_number_id="1067",
        status=NumberStatus.ACTIVE,
    )
    queue_up(cast, 1)
    settled(rows.claim(1), CloudApiError(190, http_status=401))
    sibling.refresh_from_db()
    assert (sibling.status, sibling.status_reason) == (NumberStatus.ERROR, "token_expired")
    assert Conversation.objects.count() == NumberPace.objects.count() == 1
