"""Reactions of ours: sent like a message, shown below their target."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.actors import agent
from accounts.refusals import Refused
from inbox import queries
from inbox.actions.guards import Guards
from inbox.actions.reacting import react
from inbox.actions.sending import retry
from inbox.models import Conversation, Message, Reaction
from tests.cast import DORA, Cast, a_conversation, arrives, by, envelope, payload, says
from tests.domain.inbox.outgoing_files import now, sent


def last_of(thread: Conversation) -> Message:
    return Message.objects.filter(conversation=thread, direction="inbound").latest("id")


def reacts(cast: Cast, thread: Conversation, emoji: str = "👍", **more) -> Message:
    target = last_of(thread).pk
    return react(thread.pk, target, emoji, by=by(cast.amina), at=timezone.now(), **more)


def shown(cast: Cast, thread: Conversation) -> list[list[str]]:
    page = queries.thread_page(cast.amina, thread, at=timezone.now())
    return [[one.emoji for one in item.reactions] for item in page.items]


def test_it_goes_to_the_customer_and_stands_below_the_message(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    carrier = reacts(cast, thread)
    sent()
    assert now(carrier).status == "accepted"
    assert now(carrier).payload["reaction"] == {
        "message_id": last_of(thread).wamid,
        "emoji": "👍",
    }
    assert shown(cast, thread) == [["👍"]]


def test_the_last_one_counts_and_none_takes_it_back(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    for emoji in ("👍", "❤️"):
        reacts(cast, thread, emoji)
    assert shown(cast, thread) == [["❤️"]]
    reacts(cast, thread, "")
    assert shown(cast, thread) == [[]]
    assert Reaction.objects.get().emoji == ""


def test_what_did_not_arrive_is_marked(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    reacts(cast, thread)
    meta.control(faults=[{"kind": "error", "on": "send", "code": 131009, "count": 1}])
    sent()
    (item,) = queries.thread_page(cast.amina, thread, at=timezone.now()).items
    assert [one.is_missing for one in item.reactions] == [True]


def test_a_reaction_that_failed_is_not_retried_as_a_message(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    carrier = reacts(cast, thread)
    Message.objects.filter(pk=carrier.pk).update(status="failed")
    with pytest.raises(Refused) as refusal:
        retry(carrier.pk, by=by(cast.amina), at=timezone.now())
    assert refusal.value.code == "STATE_CONFLICT"


def test_it_is_no_answer(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number, assigned_to=cast.ben)
    reacts(cast, thread)
    after = Conversation.objects.get(pk=thread.pk)
    assert after.assignee == cast.ben
    assert (after.message_count, after.last_message_id) == (1, thread.last_message_id)


def test_a_repeated_press_reacts_once(cast: Cast, meta) -> None:
    thread, guards = a_conversation(cast.number), Guards(form_token=uuid4())
    assert reacts(cast, thread, guards=guards).pk == reacts(cast, thread, guards=guards).pk


@pytest.mark.parametrize("emoji", ["ok", "👍 👍", "👍" * 40])
def test_only_an_emoji_is_one(cast: Cast, emoji: str) -> None:
    with pytest.raises(Refused) as refusal:
        reacts(cast, a_conversation(cast.number), emoji)
    assert refusal.value.field == "reaction.emoji"


def test_a_closed_window_stops_it(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        reacts(cast, a_conversation(cast.number, hours_ago=25))
    assert refusal.value.code == "SESSION_EXPIRED"


@pytest.mark.parametrize("age", [timedelta(days=31), None])
def test_what_is_too_old_or_elsewhere_takes_none(cast: Cast, age) -> None:
    thread = a_conversation(cast.number)
    target = last_of(thread).pk
    if age:
        Message.objects.filter(pk=target).update(at=timezone.now() - age)
    else:
        target = says(cast.number, wa_id="12025550199").pk
    with pytest.raises(Refused) as refusal:
        react(thread.pk, target, "👍", by=agent(cast.amina), at=timezone.now())
    assert refusal.value.field == "reaction.message_id"


def test_in_a_group_everybody_has_a_reaction_of_their_own(cast: Cast) -> None:
    body = payload("group_text")
    arrives(cast.number, body)
    (said,) = body["entry"][0]["changes"][0]["value"]["messages"]
    (sam, bea) = ("447700900461", "447700900462")
    for n, (emoji, who) in enumerate([("👍", sam), ("❤️", DORA), ("🎉", DORA), ("🫖", bea)]):
        reaction = {
            "id": f"wamid.reaction{n}",
            "from": who,
            "timestamp": str(int(said["timestamp"]) + 10 + n),
            "type": "reaction",
            "group_id": said["group_id"],
            "reaction": {"message_id": said["id"], "emoji": emoji},
        }
        known = {"profile": {"name": "Bea"}} if who == bea else {}
        value = {"contacts": [{"wa_id": who} | known], "messages": [reaction]}
        arrives(cast.number, envelope(value))
    found = Reaction.objects.filter(message__wamid=said["id"]).order_by("at")
    assert [one.emoji for one in found] == ["👍", "🎉", "🫖"]
    view = queries.bubble(
        Message.objects.get(wamid=said["id"]).pk, queries.variant_of(cast.amina), at=timezone.now()
    )
    called = ["by Imogen Clarke", "by +1 202 555 0143", "by Bea"]
    assert [one.who for one in view.reactions] == called
