"""Statuses climb; any order of the same set ends in the same state."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import PhoneNumber
from inbox import outgoing
from inbox.actions.sending import send
from inbox.message_status import MOVES, RANKS, Status, sources
from inbox.models import Conversation, Message, PendingStatus, StatusEvent
from tests.cast import Cast, a_conversation, a_status_webhook, arrives, by, payload

WORDS = ("sent", "delivered", "read", "played", "failed")
ERROR: dict[str, Any] = {"errors": [{"code": 131026, "title": "Message undeliverable"}]}


def a_sent_message(cast: Cast, wamid: str = "wamid.ours") -> Message:
    thread = a_conversation(cast.number)
    message = send(thread.pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now())
    Message.objects.filter(pk=message.pk).update(
        wamid=wamid, status=Status.ACCEPTED, status_rank=RANKS[Status.ACCEPTED]
    )
    return message


def reported(number: PhoneNumber, words: tuple[str, ...], at) -> None:
    for word in words:
        more = ERROR if word == "failed" else {}
        arrives(number, a_status_webhook("wamid.ours", word, at=at, **more))


def shown(message: Message) -> tuple:
    message.refresh_from_db()
    failure = message.failure and (message.failure["code"], message.failure["late"])
    return message.status, failure, message.sent_at, message.read_at


SETS = [subset for size in range(1, 6) for subset in itertools.combinations(WORDS, size)]


@pytest.mark.case("F13")
@pytest.mark.parametrize("words", SETS, ids="-".join)
def test_the_end_depends_on_the_set_only(cast: Cast, words: tuple[str, ...]) -> None:
    message = a_sent_message(cast)
    at = timezone.now()
    ends = set()
    orders = list(itertools.permutations(words))
    for order in orders[:: max(1, len(orders) // 12)]:
        StatusEvent.objects.all().delete()
        Message.objects.filter(pk=message.pk).update(
            status=Status.ACCEPTED,
            status_rank=30,
            failure=None,
            **dict.fromkeys(("sent_at", "delivered_at", "read_at", "played_at", "failed_at")),
        )
        reported(cast.number, order + order, at)
        ends.add(shown(message))
        assert StatusEvent.objects.count() == len(words)
    assert len(ends) == 1


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
