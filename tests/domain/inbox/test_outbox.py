"""The outbox against a Graph API that obeys Meta's rules: the real simulator, over real HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.actions.accounts import upsert_account
from accounts.actions.numbers import upsert_number
from accounts.actors import bot
from accounts.models import Event, NumberStatus, PhoneNumber
from inbox import drains, outgoing
from inbox.actions import outbox as rows
from inbox.actions import reconciling, settling
from inbox.actions.guards import Guards
from inbox.actions.ownership import take_over
from inbox.actions.sending import retry, send
from inbox.message_status import Status
from inbox.models import Conversation, Message, NumberPace, Suggestion
from inbox.models.messages import Lane
from inbox.window import LENGTH
from simulator.testing import Running
from tests.cast import (
    DORA,
    PHONE_NUMBER_ID,
    WABA_ID,
    Cast,
    a_cast,
    a_conversation,
    a_status_webhook,
    arrives,
    by,
    says,
    with_assistant,
)
from tests.passing import grace_ends, time_passes


def work(most: int = 20) -> None:
    """The outbox takes what is due and calls, one after the other, until nothing is due."""
    for _ in range(most):
        NumberPace.objects.update(paid_until=None)  # a second has passed
        claimed = rows.claim(16)
        if not claimed:
            return
        settling.settle([settling.Settlement(one, drains.call(one)) for one in claimed])


def queued(cast: Cast, thread: Conversation, body: str = "Hello", **more) -> Message:
    return send(thread.pk, outgoing.text(body), by=by(cast.amina), at=timezone.now(), **more)


def now(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def a_new_token(cast: Cast, token: str) -> None:
    """What an admin does on the settings page."""
    at = timezone.now()
    account = upsert_account(
        cast.organization.pk, waba_id=WABA_ID, access_token=token, by=by(cast.ada), at=at
    )
    upsert_number(
        account,
        meta_phone_number_id=PHONE_NUMBER_ID,
        token_is_new=True,
        by=by(cast.ada),
        at=at,
    )


def accepts(meta: Running) -> list[str]:
    """Our ids of what Meta took, in order."""
    return [one["opaque"] for one in meta.accepts()]


def told(thread: Conversation, kind: str) -> list[dict]:
    return [event.data for event in Event.objects.filter(conversation=thread.pk, kind=kind)]


# --- what Meta takes ---


def test_what_meta_takes_is_accepted_and_climbs_with_its_statuses(cast: Cast, meta) -> None:
    message = queued(cast, a_conversation(cast.number))
    work()
    accepted = now(message)
    assert (accepted.status, accepts(meta)) == ("accepted", [str(message.pk)])
    assert accepted.wamid
    for word in ("read", "delivered", "sent"):
        arrives(cast.number, a_status_webhook(accepted.wamid, word))
    assert now(message).status == "read"


@pytest.mark.case("F14")
def test_statuses_may_come_before_the_answer_to_the_send(cast: Cast, meta, caplog) -> None:
    message = queued(cast, a_conversation(cast.number))
    (claimed,) = rows.claim(1)
    answer = drains.call(claimed)
    for word in ("sent", "delivered"):
        arrives(cast.number, a_status_webhook(answer.wamid, word))
    settling.settle([settling.Settlement(claimed, answer)])
    assert (now(message).status, now(message).wamid) == ("delivered", answer.wamid)
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


def test_the_drain_sends_a_backlog_with_its_own_threads(meta, transactional_cast: Cast) -> None:
    """The same through the drain that the worker runs."""
    threads = [a_conversation(transactional_cast.number, wa_id=f"1202555{n:04}") for n in range(6)]
    sent = [queued(transactional_cast, thread) for thread in threads]
    drain, stop = drains.Outbox(), threading.Event()
    until = time.monotonic() + 20
    while Message.objects.filter(status__in=["queued", "sending"]).exists():
        drain.turn(stop)
        assert time.monotonic() < until
    stop.set()
    drain.turn(stop)
    assert sorted(accepts(meta)) == sorted(str(one.pk) for one in sent)


def test_somebody_without_a_number_is_sent_to_by_user_id(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number, wa_id=None, bsuid="DE.35570918264401927786")
    queued(cast, thread)
    (claimed,) = rows.claim(1)
    assert claimed.payload["recipient"] == "DE.35570918264401927786"
    assert "to" not in claimed.payload
    assert drains.call(claimed).wamid


@pytest.mark.case("F84")
@pytest.mark.parametrize("wrote", ["551195550164", "5511995550164"])
def test_the_answer_goes_to_the_spelling_that_wrote(cast: Cast, meta, wrote: str) -> None:
    other = {"551195550164": "5511995550164", "5511995550164": "551195550164"}[wrote]
    says(cast.number, wa_id=other, at=timezone.now() - timedelta(minutes=5))
    queued(cast, says(cast.number, wa_id=wrote).conversation)
    (claimed,) = rows.claim(1)
    assert claimed.payload["to"].lstrip("+") == wrote


@pytest.mark.case("F36")
@pytest.mark.parametrize("way", ["http://127.0.0.1:9", "http://graph.invalid", "https://{host}"])
def test_what_surely_did_not_leave_waits_and_goes_once_in_order(cast, meta, settings, way) -> None:
    """No connection, no such name, no TLS."""
    settings.GRAPH_API_URL = way.format(host=meta.base_url.partition("//")[2])
    thread = a_conversation(cast.number)
    sent = [queued(cast, thread, text) for text in ("one", "two", "three")]
    work()
    assert {now(message).status for message in sent} == {Status.QUEUED}
    assert now(sent[0]).attempts == 1
    assert now(sent[0]).not_before <= timezone.now() + timedelta(seconds=60)
    settings.GRAPH_API_URL = meta.base_url
    for _ in sent:
        time_passes(90)
        work()
    assert accepts(meta) == [str(message.pk) for message in sent]


# --- what Meta refuses ---


def test_meta_says_the_window_is_closed(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number, hours_ago=1)
    message = queued(cast, thread)
    meta.fault("error", code=131047)
    work()
    failed, thread = now(message), Conversation.objects.get()
    assert (failed.status, failed.failure["next_step"]) == ("failed", "template")
    assert not thread.window.is_open(timezone.now())
    assert len(told(thread, "conversation.window_closed")) == 1
    assert (failed.attempts, accepts(meta)) == (1, [])


@pytest.mark.parametrize(("code", "least_s"), [(131056, 6), (130429, 0)])
def test_a_limit_makes_a_message_wait_and_not_fail(cast: Cast, meta, code: int, least_s) -> None:
    message = queued(cast, a_conversation(cast.number))
    meta.fault("error", code=code, count=1)
    work(most=1)
    waits = now(message)
    assert waits.status == "queued"
    assert waits.not_before >= timezone.now() + timedelta(seconds=least_s - 1)
    time_passes(10)
    work()
    assert (now(message).status, accepts(meta)) == ("accepted", [str(message.pk)])


@pytest.mark.case("F39")
def test_one_contact_at_its_limit_holds_up_nobody_else(cast: Cast, meta) -> None:
    slow = queued(cast, a_conversation(cast.number))
    others = [
        queued(cast, a_conversation(cast.number, wa_id=f"1202555{n:04}")) for n in range(1000, 1012)
    ]
    meta.fault("error", code=131056, to=DORA)
    work()
    assert now(slow).status == "queued"
    assert {now(one).status for one in others} == {"accepted"}


@pytest.mark.case("F40")
def test_a_dead_token_pauses_the_number_once_and_loses_nothing(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    sent = [queued(cast, thread, f"message {n}") for n in range(4)]
    meta.control(access_token="another-token")
    work()
    number = PhoneNumber.objects.get(pk=cast.number.pk)
    assert (number.status, number.status_reason) == (NumberStatus.ERROR, "token_expired")
    assert Event.objects.filter(kind="number.changed").count() == 1
    assert {now(one).status for one in sent} == {"queued"}
    a_new_token(cast, "another-token")
    work()
    assert accepts(meta) == [str(one.pk) for one in sent]


@pytest.mark.case("F41")
@pytest.mark.parametrize("code", [131031, 368, 131042, 133010])
def test_a_number_that_meta_stopped_pauses_and_still_receives(cast: Cast, meta, code: int) -> None:
    message = queued(cast, a_conversation(cast.number))
    meta.fault("error", code=code)
    work()
    number = PhoneNumber.objects.get(pk=cast.number.pk)
    assert (number.status, now(message).status) == (NumberStatus.ERROR, "queued")
    assert number.status_message
    assert says(cast.number, "still there?").pk


# --- what nobody can know ---


@pytest.mark.case("F34")
def test_an_answer_that_is_lost_leaves_it_unconfirmed_and_never_resends(cast: Cast, meta) -> None:
    message = queued(cast, a_conversation(cast.number))
    meta.fault("accept_then_drop", count=1)
    work()
    assert (now(message).status, now(message).shown_status) == ("unconfirmed", "sending")
    assert grace_ends() == 1
    work()
    assert (now(message).shown_status, len(accepts(meta))) == ("unconfirmed", 1)
    again = retry(message.pk, by=by(cast.amina), at=timezone.now(), confirm_duplicate=True)
    work()
    assert (now(again).status, now(again).retry_of_id) == ("accepted", message.pk)
    assert accepts(meta) == [str(message.pk), str(again.pk)]
    late = a_status_webhook("wamid.late", "delivered", biz_opaque_callback_data=str(message.pk))
    arrives(cast.number, late)
    assert (now(message).status, now(again).status) == ("delivered", "accepted")


@pytest.mark.case("F33")
def test_an_answer_after_our_patience_changes_nothing(cast: Cast, meta) -> None:
    """The lease ended, a status settled it, and then the answer comes."""
    message = queued(cast, a_conversation(cast.number))
    (claimed,) = rows.claim(1)
    answer = drains.call(claimed)
    Message.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert reconciling.end_leases() == 1
    ours = a_status_webhook(answer.wamid, "delivered", biz_opaque_callback_data=str(message.pk))
    arrives(cast.number, ours)
    events = Event.objects.count()
    settling.settle([settling.Settlement(claimed, answer)])
    assert (now(message).status, now(message).wamid) == ("delivered", answer.wamid)
    assert Event.objects.count() == events
    assert len(accepts(meta)) == 1


REFUSAL = '{"error": {"message": "x", "type": "OAuthException", "code": 131026}}'


@pytest.mark.case("F37")
@pytest.mark.parametrize(
    ("fault", "status", "taken"),
    [
        ({"kind": "error", "code": 131026, "http": 500}, "failed", 0),
        ({"kind": "http", "http": 500, "body": REFUSAL}, "failed", 0),
        ({"kind": "http", "http": 502}, "unconfirmed", 0),
        ({"kind": "accept_then_http", "http": 502}, "unconfirmed", 1),
        ({"kind": "empty_200"}, "unconfirmed", 1),
        ({"kind": "object_200"}, "unconfirmed", 1),
        ({"kind": "truncated_200"}, "unconfirmed", 1),
        ({"kind": "two_ids_200"}, "unconfirmed", 1),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_a_strange_answer_is_never_called_accepted(
    cast: Cast, meta, fault: dict, status: str, taken: int
) -> None:
    message = queued(cast, a_conversation(cast.number))
    meta.fault(**fault)
    work()
    assert (now(message).status, now(message).wamid, len(accepts(meta))) == (status, None, taken)
    if status == "unconfirmed":
        ours = a_status_webhook("wamid.told", "sent", biz_opaque_callback_data=str(message.pk))
        arrives(cast.number, ours)
        assert (now(message).status, now(message).wamid) == ("sent", "wamid.told")


# --- what the claim looks at again ---


@pytest.mark.case("F43")
def test_a_window_that_closed_in_the_queue_lets_nothing_out(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    message = queued(cast, thread)
    Conversation.objects.update(window_opened_at=timezone.now() - LENGTH)
    work()
    failed = now(message)
    assert (failed.status, failed.failure["kind"]) == ("failed", "expired")
    assert failed.failure["next_step"] == "template"
    assert (failed.attempts, accepts(meta)) == (0, [])


def an_answer_of_the_assistant(cast: Cast) -> Message:
    assistant = with_assistant(cast.number)
    thread = a_conversation(cast.number)
    return send(
        thread.pk,
        outgoing.text("It left today."),
        by=bot(assistant.pk, assistant.name),
        at=timezone.now(),
        guards=Guards(owner_epoch=thread.owner_epoch),
    )


def test_an_answer_under_an_older_epoch_becomes_a_suggestion(cast: Cast, meta) -> None:
    """Also when the owner changed behind the back of the takeover that would have cancelled it."""
    message = an_answer_of_the_assistant(cast)
    Conversation.objects.update(owner_epoch=7)
    work()
    assert (now(message).status, accepts(meta)) == ("cancelled", [])
    suggestion = Suggestion.objects.get()
    assert (suggestion.text, suggestion.message_id) == ("It left today.", message.pk)


def test_an_answer_whose_window_closed_in_the_queue_says_so(cast: Cast, meta) -> None:
    message = an_answer_of_the_assistant(cast)
    Conversation.objects.update(window_opened_at=timezone.now() - LENGTH)
    work()
    assert (now(message).status, accepts(meta)) == ("cancelled", [])
    assert Suggestion.objects.get().reason == "window_closing"


def test_a_takeover_cancels_what_is_queued_and_not_what_is_on_the_wire(cast: Cast, meta) -> None:
    message = an_answer_of_the_assistant(cast)
    (claimed,) = rows.claim(1)
    take_over(message.conversation_id, by=by(cast.amina), at=timezone.now())
    answered = queued(cast, message.conversation)
    assert rows.claim(5) == []  # the person's text goes after it
    settling.settle([settling.Settlement(claimed, drains.call(claimed))])
    work()
    assert accepts(meta) == [str(message.pk), str(answered.pk)]


# --- order ---


def test_a_conversation_leaves_in_the_order_of_its_queue(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    sent = [queued(cast, thread, f"message {n}") for n in range(8)]
    meta.fault("error", code=131000, chance=0.3, count=4)
    for _ in range(20):
        Message.objects.filter(status="queued").update(not_before=None)
        work(most=1)
    assert accepts(meta) == [str(one.pk) for one in sent]


def test_people_go_before_campaigns_and_neither_waits_for_the_others_line(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    campaign = [queued(cast, thread, f"offer {n}", lane=Lane.CAMPAIGN) for n in range(2)]
    person = queued(cast, thread, "Hello")
    taken = [one.message_id for one in rows.claim(5)]
    assert taken == [person.pk]
    Message.objects.filter(pk=person.pk).update(
        status=Status.ACCEPTED, wamid="wamid.1", claim_token=None
    )
    assert [one.message_id for one in rows.claim(5)] == [campaign[0].pk]


def test_a_refused_message_does_not_stop_the_next(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    first, second = queued(cast, thread, "one"), queued(cast, thread, "two")
    meta.fault("error", code=131026, count=1)
    work()
    assert (now(first).status, now(second).status) == ("failed", "accepted")


# --- with real threads ---


@pytest.fixture
def transactional_cast(transactional_db) -> Iterator[Cast]:
    yield a_cast()
    connections.close_all()


def together(act: Callable[[int], object], count: int) -> list[object]:
    """The same at once in so many threads, each with a connection of its own."""
    barrier = threading.Barrier(count)

    def one(turn: int) -> object:
        barrier.wait(10)
        try:
            return act(turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_two_lanes_of_a_conversation_are_never_in_flight_together(transactional_cast) -> None:
    """Six claimers at once, on PostgreSQL; SQLite lets them in one by one."""
    cast = transactional_cast
    PhoneNumber.objects.update(throughput="HIGH")
    threads = [a_conversation(cast.number, wa_id=f"1202555{n:04}") for n in range(10)]
    for thread in threads:
        queued(cast, thread, "offer", lane=Lane.CAMPAIGN)
        queued(cast, thread, "hello")
    for _ in range(3):
        together(lambda _turn: rows.claim(16), 6)
        flying = Message.objects.filter(status="sending").values_list("conversation", flat=True)
        assert len(flying) == len(set(flying)) == len(threads)
        Message.objects.filter(status="sending").update(status="queued", claim_token=None)


@pytest.mark.case("F87")
def test_send_again_pressed_three_times_at_once_makes_one_message(transactional_cast, meta) -> None:
    cast = transactional_cast
    message = queued(cast, a_conversation(cast.number))
    meta.fault("error", code=131026, count=1)
    work()
    fresh = together(lambda _turn: retry(message.pk, by=by(cast.amina), at=timezone.now()).pk, 3)
    assert len(set(fresh)) == 1
    work()
    assert accepts(meta) == [str(fresh[0])]
    assert now(message).status == "failed"
