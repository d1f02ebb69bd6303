"""Statuses climb; any order of the same set ends in the same state."""

from __future__ import annotations

import itertools
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models.base import ModelState
from django.utils import timezone

from accounts.events import unit_of_work
from accounts.ids import new_id
from inbox import outgoing
from inbox.actions.guards import Guards
from inbox.actions.sending import send
from inbox.actions.statuses import Report, apply_parked, apply_statuses
from inbox.message_status import MOVES, RANKS, Status, sources
from inbox.models import Conversation, Message, PendingStatus, StatusEvent
from tests.cast import Cast, a_conversation, a_status_webhook, arrives, by, payload, wire
from whatsapp import inbound
from whatsapp.ids import Wamid
from whatsapp.inbound import Status as Reported

WORDS = ("sent", "delivered", "read", "played", "failed")
ERROR: dict[str, Any] = {"errors": [{"code": 131026, "title": "Message undeliverable"}]}


def a_sent_message(cast: Cast, wamid: str | None = "wamid.ours") -> Message:
    """One of ours; without a wamid nobody knows yet what Meta calls it."""
    thread = Conversation.objects.first() or a_conversation(cast.number)
    message = send(
        thread.pk,
        outgoing.text("Hi"),
        by=by(cast.amina),
        at=timezone.now(),
        guards=Guards(force=True),
    )
    if wamid:
        answered(message, wamid=wamid)
    return message


def shown(message: Message) -> tuple:
    message.refresh_from_db()
    failure = message.failure and (message.failure["code"], message.failure["late"])
    times = (message.sent_at, message.delivered_at, message.read_at, message.failed_at)
    return message.status, failure, times


SETS = [subset for size in range(1, 6) for subset in itertools.combinations(WORDS, size)]


# How often each status is told, and whether before its message has its wamid.
WAYS = ((1, False), (2, False), (1, True), (2, True))


@pytest.mark.case("F13")
@pytest.mark.once
@pytest.mark.parametrize("words", SETS, ids="-".join)
def test_the_end_depends_on_the_set_only(cast: Cast, words: tuple[str, ...]) -> None:
    """Every order in each of the four ways, all of them told side by side, word after word."""
    at = timezone.now()
    reports = {word: a_report(word, at) for word in words}
    first = a_sent_message(cast, wamid=None)
    tellings = {
        another(first): (order * times, before)
        for order in itertools.permutations(words)
        for times, before in WAYS
    }
    answered(*(message for message, (_, before) in tellings.items() if not before))
    for turn in range(2 * len(words)):
        apply_statuses(
            [
                Report(cast.number, replace(reports[told[turn]], wamid=name_of(message)), at)
                for message, (told, _) in tellings.items()
                if turn < len(told)
            ]
        )
    answered(*(message for message, (_, before) in tellings.items() if before))
    assert {tuple(kept(message)) for message in tellings} == {tuple(sorted(words))}
    assert len({shown(message) for message in tellings}) == 1
    assert not PendingStatus.objects.exists()


def another(message: Message) -> Message:
    """The same message once more, as a row of its own."""
    twin = copy(message)
    twin.pk, twin._state = new_id(), ModelState()
    twin.save(force_insert=True)
    return twin


def name_of(message: Message) -> Wamid:
    """What Meta will call it."""
    return Wamid(f"wamid.{message.pk}")


def a_report(word: str, at: datetime) -> Reported:
    """A status as the parser gives it."""
    more = ERROR if word == "failed" else {}
    (item,) = inbound.parse(wire(a_status_webhook("wamid.x", word, at=at, **more)))
    assert isinstance(item.content, Reported)
    return item.content


def answered(*messages: Message, wamid: str = "") -> None:
    """Meta's answers to the sends, which may come after the statuses."""
    with unit_of_work():
        rows = list(
            Message.objects.select_for_update(of=("self",)).filter(pk__in=[m.pk for m in messages])
        )
        for row in rows:
            row.wamid, row.status = wamid or name_of(row), Status.ACCEPTED
            row.status_rank = RANKS[Status.ACCEPTED]
        Message.objects.bulk_update(rows, ["wamid", "status", "status_rank"])
        apply_parked(rows, received_at=timezone.now())


def kept(message: Message) -> list[str]:
    """The history of a message."""
    return sorted(StatusEvent.objects.filter(message=message).values_list("status", flat=True))


@pytest.mark.case("F15")
def test_a_status_before_its_message_is_parked_and_applied(cast: Cast) -> None:
    arrives(cast.number, a_status_webhook("wamid.later", "delivered"))
    assert PendingStatus.objects.count() == 1
    assert not Message.objects.exists()


@pytest.mark.case("F32")
def test_our_own_id_settles_an_unconfirmed_message(cast: Cast) -> None:
    message = a_sent_message(cast)
    Message.objects.filter(pk=message.pk).update(
        wamid=None, status=Status.UNCONFIRMED, status_rank=0
    )
    status = a_status_webhook("wamid.new", "sent", biz_opaque_callback_data=str(message.pk))
    arrives(cast.number, status)
    message.refresh_from_db()
    assert (message.status, message.wamid) == ("sent", "wamid.new")


def test_an_opaque_id_of_another_number_finds_nothing(cast: Cast) -> None:
    body = payload("status_with_opaque")
    arrives(cast.number, body)
    assert PendingStatus.objects.count() == 1


@pytest.mark.case("F43")
def test_131047_closes_our_window_too(cast: Cast) -> None:
    message = a_sent_message(cast)
    Conversation.objects.update(window_opened_at=timezone.now() - timedelta(hours=1))
    error: dict[str, Any] = {"errors": [{"code": 131047, "title": "Re-engagement message"}]}
    arrives(cast.number, a_status_webhook("wamid.ours", "failed", **error))
    message.refresh_from_db()
    assert (message.status, message.failure["next_step"]) == ("failed", "template")
    assert not Conversation.objects.get().window.is_open(timezone.now())


@pytest.mark.parametrize(("one", "other"), list(itertools.product(Status, Status)))
def test_the_table_and_its_inverse_agree(one: Status, other: Status) -> None:
    assert (other in MOVES[one]) == (one in sources(other))
    climbs = one in RANKS and other in RANKS
    assert not climbs or (other in MOVES[one]) == (RANKS[other] > RANKS[one])
