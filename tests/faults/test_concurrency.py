"""Many at once: repeated deliveries, albums of strangers, claims of one conversation."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connections
from django.utils import timezone

from accounts.events import unit_of_work
from accounts.models import Event, Person
from accounts.refusals import Refused
from automation.actions import turns
from automation.bots.results import Reply
from inbox import drains
from inbox.actions import outbox
from inbox.actions.ownership import take_over
from inbox.models import Conversation, Message, Suggestion
from simulator.testing import running
from tests.cast import (
    PAYLOADS,
    PHONE_NUMBER_ID,
    WABA_ID,
    Cast,
    a_cast,
    a_person,
    a_text_webhook,
    by,
    payload,
    says,
    wire,
    with_assistant,
)
from tests.faults import installation
from tests.faults.deliverer import post
from tests.faults.installation import Installation

T = TypeVar("T")


def together(act: Callable[[int], T], count: int) -> list[T]:
    """The same at once in so many threads, each with a connection of its own."""
    barrier = threading.Barrier(count)

    def one(turn: int) -> T:
        barrier.wait(20)
        try:
            return act(turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


# --- over real HTTP, digested by processes of their own ---


def posted_at_once(baton: Installation, bodies: list[bytes], connections_: int = 8) -> set[int]:
    """Every body on one of so many connections; the statuses of the answers."""
    with ThreadPoolExecutor(connections_) as pool:
        return set(pool.map(lambda body: post(baton.port, body), bodies))


def ours(body: dict) -> bytes:
    """The same webhook for the number of the installation."""
    text = wire(body).decode()
    text = text.replace(PHONE_NUMBER_ID, installation.PHONE_NUMBER_ID)
    return text.replace(f'"{WABA_ID}"', f'"{installation.WABA_ID}"').encode()


def counts(baton: Installation) -> dict[str, int]:
    """How much there is of everything that must not double."""
    sql = """
        SELECT (SELECT count(*) FROM inbox_contact), (SELECT count(*) FROM inbox_conversation),
            (SELECT count(*) FROM inbox_message),
            (SELECT sum(inbound_count) FROM inbox_conversation),
            (SELECT count(*) FROM accounts_event WHERE kind = 'message.received')
    """
    ((contacts, threads, messages, unread, told),) = baton.rows(sql)
    return {
        "contacts": contacts,
        "threads": threads,
        "messages": messages,
        "unread": int(unread),
        "told": told,
    }


@pytest.mark.case("F11")
@pytest.mark.timeout(120)
def test_one_webhook_fifty_times_at_once_has_one_effect(install, database_url) -> None:
    baton = install(database_url)
    baton.start()
    body = ours(a_text_webhook("hello", wamid="wamid.once"))
    assert posted_at_once(baton, [body] * 50) == {200}
    baton.wait_until_digested()
    assert counts(baton) == dict.fromkeys(("contacts", "threads", "messages", "unread", "told"), 1)


@pytest.mark.case("F12")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("strangers", "each"), [(20, 5), pytest.param(100, 10, marks=pytest.mark.nightly)]
)
def test_an_album_of_strangers_makes_one_thread_each(
    install, postgres_url, chance, strangers: int, each: int
) -> None:
    baton = install(postgres_url)
    bodies = [
        ours(a_text_webhook(f"{n}", wamid=f"wamid.{who}.{n}", wa_id=f"1202555{who:04}"))
        for who in range(strangers)
        for n in range(each)
    ]
    twice = bodies * 2
    chance.shuffle(twice)
    baton.start()
    with baton.workers(3):
        assert posted_at_once(baton, twice) == {200}
        batch = ours(payload("batch_duplicate_in_one_post"))
        assert posted_at_once(baton, [batch] * 50) == {200}
        baton.wait_until_digested()
    expected = {"contacts": strangers + 1, "threads": strangers + 1}
    expected |= dict.fromkeys(("messages", "unread", "told"), strangers * each + 1)
    assert counts(baton) == expected


@pytest.mark.timeout(120)
def test_every_example_is_taken_over_real_http_and_none_breaks_another(
    install, postgres_url
) -> None:
    """The table of effects is tests/domain/inbox/test_payloads.py; this is the way in."""
    baton = install(postgres_url)
    baton.start()
    bodies = [ours(payload(path.stem)) for path in sorted((PAYLOADS / "inbound").glob("*.json"))]
    assert posted_at_once(baton, bodies) == {200}
    baton.wait_until_digested()
    before = counts(baton)
    letters = baton.rows("SELECT reason FROM webhooks_deadletter")
    assert Counter(letters) == {
        ("id is missing or not a string",): 2,
        ("message is not an object",): 1,
        ("value is not an object",): 1,
    }
    assert posted_at_once(baton, bodies) == {200}
    baton.wait_until_digested()
    assert counts(baton) == before
    wamids = baton.rows("SELECT wamid, count(*) FROM inbox_message GROUP BY wamid")
    assert {count for _wamid, count in wamids} == {1}
    assert len(wamids) >= 55


# --- in one process, with threads ---


@pytest.fixture
def cast(transactional_db) -> Iterator[Cast]:
    yield a_cast()
    connections.close_all()


@pytest.mark.case("F51")
def test_of_twenty_who_claim_one_wins_and_the_others_read_who(cast: Cast) -> None:
    people = [a_person(cast.organization, f"Agent{n}") for n in range(20)]
    with_assistant(cast.number)
    thread = says(cast.number, "hello").conversation

    def claim(turn: int) -> Person | str:
        try:
            take_over(
                thread.pk,
                by=by(people[turn]),
                at=timezone.now(),
                expected_version=thread.version,
            )
        except Refused as refusal:
            return f"{refusal.code} {refusal.data['assignee']['name']}"
        return people[turn]

    answers = together(claim, 20)
    (winner,) = (answer for answer in answers if isinstance(answer, Person))
    losers = [answer for answer in answers if isinstance(answer, str)]
    assert set(losers) == {f"ALREADY_CLAIMED {winner.name}"}
    assert Conversation.objects.get().assignee == winner
    assert Event.objects.filter(kind="conversation.owner_changed").count() == 1


@pytest.mark.case("F52")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("runs", "slowest_s"), [(20, 0.3), pytest.param(200, 5.0, marks=pytest.mark.nightly)]
)
def test_no_answer_of_the_assistant_is_claimed_after_a_takeover(
    cast: Cast, settings, chance, runs: int, slowest_s: float
) -> None:
    """Assistant, outbox and Amina at once; the takeover counts, under its lock, what flew by then.

    An answer that was claimed later would be one more in the end.
    """
    with_assistant(cast.number)
    over = threading.Event()
    with running() as meta:
        settings.GRAPH_API_URL = meta.base_url
        threads = [says(cast.number, "hello", wa_id=f"1202555{n:04}") for n in range(runs)]
        waits = [chance.uniform(0, slowest_s) for _ in threads]
        thinks = [chance.uniform(0, slowest_s) for _ in threads]

        def assistant(number: int) -> None:
            turn = turns.claim()
            if turn is None:
                return
            _given, last = turns._input(turn)
            time.sleep(thinks[number])
            turns.finish(turn, Reply("It left today."), last_seen=last)

        def outbox_(_number: int) -> None:
            while not over.is_set():
                claimed = outbox.claim(4)
                outbox.settle([outbox.Settlement(one, drains.call(one)) for one in claimed])
                time.sleep(0.005)

        def amina(number: int) -> int:
            time.sleep(waits[number])
            with unit_of_work():
                take_over(threads[number].conversation_id, by=by(cast.amina), at=timezone.now())
                return flown(threads[number].conversation_id)

        def lane(turn: int) -> dict[int, int]:
            if turn == 0:
                outbox_(0)
                return {}
            mine = range(turn % 4, runs, 4)
            if turn <= 4:
                for number in mine:
                    assistant(number)
                return {}
            return {number: amina(number) for number in mine}

        def all_lanes(turn: int) -> dict[int, int]:
            try:
                return lane(turn)
            finally:
                done.append(turn)
                if len(done) == 8:
                    over.set()

        done: list[int] = []
        counted: dict[int, int] = {}
        for part in together(all_lanes, 9):
            counted |= part
        accepted = meta.accepts()
    assert len(counted) == runs
    for number, first in counted.items():
        assert flown(threads[number].conversation_id) == first
    answered = Message.objects.filter(sender_type="ai", status="accepted").count()
    assert answered == sum(counted.values()) == len(accepted)
    assert answered + Suggestion.objects.count() <= runs


def flown(conversation_id) -> int:
    """Answers of the assistant that have been claimed so far."""
    return (
        Message.objects.filter(conversation=conversation_id, sender_type="ai")
        .exclude(status__in=["queued", "cancelled"])
        .count()
    )
