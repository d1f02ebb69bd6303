"""Statuses climb; any order of the same set ends in the same state."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.events import unit_of_work
from inbox import outgoing
from inbox.actions.guards import Guards
from inbox.actions.sending import send
from inbox.actions.statuses import apply_parked, apply_status
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
        answered(message, wamid)
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
@pytest.mark.parametrize("each_way", [False, pytest.param(True, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("words", SETS, ids="-".join)
def test_the_end_depends_on_the_set_only(
    cast: Cast, words: tuple[str, ...], each_way: bool
) -> None:
    """Every order; of three and more, each in one of the four ways (at night in all)."""
    at = timezone.now()
    reports = {word: a_report(word, at) for word in words}
    ends = set()
    for n, order in enumerate(itertools.permutations(words)):
        for times, before in WAYS if each_way or len(words) < 3 else [WAYS[n % 4]]:
            wamid = f"wamid.{n}.{times}.{before}"
            message = a_sent_message(cast, None if before else wamid)
            for word in order * times:
                apply_status(
                    cast.number, replace(reports[word], wamid=Wamid(wamid)), received_at=at
                )
            if before:
                answered(message, wamid)
            ends.add(shown(message))
            assert kept(message) == sorted(words)
    assert len(ends) == 1
    assert not PendingStatus.objects.exists()


def a_report(word: str, at: datetime) -> Reported:
    """A status as the parser gives it."""
    more = ERROR if word == "failed" else {}
    (item,) = inbound.parse(wire(a_status_webhook("wamid.x", word, at=at, **more)))
    assert isinstance(item.content, Reported)
    return item.content


def answered(message: Message, wamid: str) -> None:
    """Meta's answer to the send, which comes after the statuses."""
    with unit_of_work():
        row = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        row.wamid, row.status, row.status_rank = wamid, Status.ACCEPTED, RANKS[Status.ACCEPTED]
        row.save()
        apply_parked([row], received_at=timezone.now())


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
