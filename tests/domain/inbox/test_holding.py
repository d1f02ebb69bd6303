"""Who changes what an organization has, and who works in it meanwhile, never wait in a circle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from accounts.actions.accounts import upsert_account
from accounts.actions.number_settings import change_number
from accounts.actions.numbers import describe_number, pause_number
from accounts.events import unit_of_work
from accounts.models import Event
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions.labels import create_label, delete_label, relabel
from inbox.actions.sending import send
from inbox.models import Label, Labelling
from tests.cast import Cast, a_cast, by, says

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.once]

PATIENCE_S = 3  # longer than PostgreSQL waits before it looks for a circle


@pytest.fixture
def cast(transactional_db) -> Iterator[Cast]:
    yield a_cast()
    connections.close_all()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Each in a thread with a connection of its own; what they return, or the code of a refusal."""

    def one(act: Callable[[], object]) -> object:
        try:
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts, timeout=60))


def ends_while(holds: Callable[[], object], act: Callable[[], object]) -> bool:
    """Whether the act came to its end before what `holds` changed was committed."""
    held, ended = threading.Event(), threading.Event()

    def change() -> bool:
        with unit_of_work():
            holds()
            held.set()
            return ended.wait(PATIENCE_S)

    def other() -> None:
        assert held.wait(20)
        act()
        ended.set()

    return at_once(change, other) == [True, None]


def a_label(cast: Cast) -> Label:
    return create_label(cast.organization.pk, name="New", by=by(cast.ada), at=timezone.now())


def test_a_message_is_sent_while_somebody_changes_a_label(cast: Cast) -> None:
    """Both need the event counter at their end, and every event refers to its organization."""
    thread = says(cast.number, "hello").conversation
    text, amina = outgoing.text("Hello"), by(cast.amina)
    ended = ends_while(
        lambda: a_label(cast), lambda: send(thread.pk, text, by=amina, at=timezone.now())
    )
    assert ended


def described(cast: Cast) -> object:
    at, ada = timezone.now(), by(cast.ada)
    return describe_number(cast.number.pk, quality_rating="YELLOW", by=ada, at=at)


def paused(cast: Cast) -> None:
    at, ada = timezone.now(), by(cast.ada)
    pause_number(cast.number.pk, reason="payment", message="A sentence.", by=ada, at=at)


def renamed(cast: Cast) -> object:
    return change_number(cast.number.pk, label="Teas", by=by(cast.ada), at=timezone.now())


def replaced(cast: Cast) -> object:
    at, ada, waba_id = timezone.now(), by(cast.ada), cast.account.waba_id
    return upsert_account(
        cast.organization.pk, waba_id=waba_id, access_token="a-new-token", by=ada, at=at
    )


@pytest.mark.parametrize("act", [described, paused, renamed, replaced])
def test_a_message_arrives_while_its_number_is_changed(cast: Cast, act) -> None:
    """Its reference to the number is checked at the commit, when it has the event counter."""
    assert ends_while(lambda: act(cast), lambda: says(cast.number, "hello"))


@pytest.mark.parametrize("first", ["puts it on", "deletes it"])
def test_a_label_that_goes_while_somebody_puts_it_on_stops_nobody(cast: Cast, first: str) -> None:
    thread, label = says(cast.number, "hello").conversation, a_label(cast)
    begun, done = threading.Event(), threading.Event()

    def put_on() -> None:
        relabel(thread.pk, add={label.pk}, by=by(cast.amina), at=timezone.now())

    def delete() -> None:
        delete_label(label.pk, by=by(cast.ada), at=timezone.now())

    acts = {"puts it on": put_on, "deletes it": delete}
    earlier, later = acts.pop(first), acts.popitem()[1]

    def begin() -> None:
        with unit_of_work():
            earlier()
            begun.set()
            done.wait(0.5)  # the other stands before the row by now

    def follow() -> None:
        assert begun.wait(20)
        later()
        done.set()

    assert at_once(begin, follow) == [None, "NOT_FOUND" if first == "deletes it" else None]
    assert not Labelling.objects.exists()


def test_who_makes_a_label_that_somebody_is_just_making_reads_that_there_is_one(cast: Cast) -> None:
    made = threading.Event()

    def first() -> None:
        with unit_of_work():
            a_label(cast)
            made.set()
            time.sleep(0.3)  # the other has asked whether the name is free, if it may

    def second() -> object:
        assert made.wait(20)
        return a_label(cast)

    assert at_once(first, second) == [None, "ALREADY_EXISTS"]


def test_of_two_who_delete_a_label_at_once_neither_fails(cast: Cast) -> None:
    label = a_label(cast)

    def delete() -> None:
        delete_label(label.pk, by=by(cast.ada), at=timezone.now())

    def first() -> None:
        with unit_of_work():
            delete()
            begun.set()
            time.sleep(0.5)  # the other stands before the row by now

    def second() -> None:
        assert begun.wait(20)
        delete()

    begun = threading.Event()
    assert at_once(first, second) == [None, None]
    assert Event.objects.filter(kind="label.deleted").count() == 1
