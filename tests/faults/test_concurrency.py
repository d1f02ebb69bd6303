"""Many at once in one process: claims of one conversation, the assistant against a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.utils import timezone

from accounts.events import unit_of_work
from accounts.models import Event, Person
from accounts.refusals import Refused
from automation.actions import turns
from automation.bots.results import Reply
from inbox import drains
from inbox.actions import outbox, settling
from inbox.actions.assigning import assign
from inbox.actions.ownership import take_over
from inbox.models import Conversation, Message, Suggestion
from simulator.testing import running
from tests.cast import (
    Cast,
    a_cast,
    a_person,
    by,
    says,
    with_assistant,
)

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


@pytest.fixture
def cast(transactional_db) -> Iterator[Cast]:
    yield a_cast()
    connections.close_all()


@pytest.mark.case("F51")
@pytest.mark.parametrize("how", ["claimed", "assigned"])
def test_of_twenty_who_claim_one_wins_and_the_others_read_who(cast: Cast, how: str) -> None:
    people = [a_person(cast.organization, f"Agent{n}") for n in range(20)]
    with_assistant(cast.number)
    thread = says(cast.number, "hello").conversation

    def claim(turn: int) -> Person | str:
        seen: dict[str, Any] = {"at": timezone.now(), "expected_version": thread.version}
        try:
            if how == "claimed":
                take_over(thread.pk, by=by(people[turn]), **seen)
            else:
                assign(thread.pk, person=people[turn], by=by(cast.sara), **seen)
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
                settling.settle([settling.Settlement(one, drains.call(one)) for one in claimed])
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
