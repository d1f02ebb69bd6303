"""Edits, deletions, quotes and reactions end the same whichever comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from inbox.actions.arrivals import Arrival
from inbox.actions.receiving import receive_messages
from inbox.models import Conversation, Message
from tests.cast import Cast, a_text_webhook, arrives, payload, says, wire
from whatsapp import inbound

pytestmark = pytest.mark.django_db

WRITTEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def changed(name: str, *, minutes: int, text: str = "", wamid: str = "wamid.first") -> Any:
    """An edit or a deletion of a message, so many minutes after it."""
    body = payload(name)
    row = body["entry"][0]["changes"][0]["value"]["messages"][0]
    row["id"] = f"wamid.{name}.{minutes}"
    row["timestamp"] = str(int((WRITTEN + timedelta(minutes=minutes)).timestamp()))
    row[name]["original_message_id"] = wamid
    if text:
        row["edit"]["message"]["text"]["body"] = text
    return body


def shown() -> tuple[Any, ...]:
    """What the thread says in the end."""
    [message] = Message.objects.all()
    versions = [one["body"] for one in message.details.get("versions", [])]
    thread = Conversation.objects.get()
    counted = (thread.message_count, thread.inbound_count, thread.last_activity_at)
    return (message.content["body"], versions, message.deleted_at, *counted)


@pytest.mark.case("F82")
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_edits_and_a_deletion_in_any_order(cast: Cast, order: tuple[int, ...]) -> None:
    came = WRITTEN + timedelta(hours=1)
    bodies = [
        a_text_webhook("fist", wamid="wamid.first", at=WRITTEN),
        changed("edit", minutes=1, text="first"),
        changed("edit", minutes=2, text="the first"),
        changed("revoke", minutes=3),
    ]
    for place in order:
        arrives(cast.number, bodies[place], at=came)
        arrives(cast.number, bodies[place], at=came)
    body, versions, deleted_at, *counted = shown()
    assert (body, versions) == ("the first", ["fist", "first"])
    assert deleted_at == WRITTEN + timedelta(minutes=3)
    assert counted == [1, 1, WRITTEN + timedelta(milliseconds=999)]


@pytest.mark.case("F82")
def test_an_edit_of_an_unknown_message_is_a_line_that_counts_as_nothing(cast: Cast) -> None:
    says(cast.number, "hello", at=WRITTEN)
    before = Conversation.objects.values("inbound_count", "message_count", "last_activity_at").get()
    arrives(cast.number, changed("edit", minutes=5, wamid="wamid.unknown"))
    assert Message.objects.get(type="edit").reply_to_wamid == "wamid.unknown"
    after = Conversation.objects.values("inbound_count", "message_count", "last_activity_at").get()
    assert after == before


@pytest.mark.case("F81")
def test_a_quote_finds_its_target_when_that_comes_later(cast: Cast) -> None:
    answer = payload("text_reply")
    row = answer["entry"][0]["changes"][0]["value"]["messages"][0]
    row["context"]["id"] = "wamid.first"
    arrives(cast.number, answer)
    assert Message.objects.get().reply_to is None
    first = says(cast.number, "first", wamid="wamid.first", at=WRITTEN)
    assert Message.objects.exclude(pk=first.pk).get().reply_to == first


@pytest.mark.case("F12")
def test_forty_messages_of_ten_people_cost_as_many_queries_as_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    many = [
        a_text_webhook(f"line {n}", wamid=f"wamid.{n}", at=WRITTEN, wa_id=f"1202555{n % 10:04}")
        for n in range(40)
    ]
    items = [item for body in many for item in inbound.parse(wire(body))]
    came = WRITTEN + timedelta(minutes=1)
    with django_assert_max_num_queries(24):
        receive_messages(
            [Arrival(cast.number, item.content, came) for item in items]  # type: ignore[arg-type]
        )
    assert (Message.objects.count(), Conversation.objects.count()) == (40, 10)
