"""Poison among good items, late items among new ones, clocks that are wrong: the real handlers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.clock import database_now
from automation.models import Turn
from inbox import log_pages, outgoing, queries
from inbox.actions import outbox
from inbox.actions.sending import send
from inbox.models import Conversation, Message, PendingStatus
from tests.cast import (
    DORA,
    WABA_ID,
    Cast,
    a_conversation,
    a_status_webhook,
    a_text_webhook,
    arrives,
    by,
    says,
    with_assistant,
)
from tests.domain.inbox.delivering import delivered
from tests.lives import VARIANT
from webhooks import claims
from webhooks.models import DeadLetter, Delivery

BSUID = "US.48213907716450285531"
POISONS: list[dict[str, Any]] = [
    {"id": None},
    {"type": "hologram"},
    {"timestamp": "abc"},
    {"timestamp": "99999999999999"},
    {"timestamp": -1},
    {"text": {"body": "a\0b"}},
    {"text": {"body": "\ud83d"}},
    {"text": None},
    {"text": []},
    {"text": {"body": "x" * 2_000_000}},
    {"id": "w" * 5_000},
    {"from": None, "from_user_id": BSUID},
    {"from": None},
]


def twenty(poison: dict[str, Any], contacts: list[dict] | None = None) -> dict[str, Any]:
    """One webhook with twenty texts of Dora's, of which the eighth is spoiled."""
    body = a_text_webhook("0", wamid="wamid.0")
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"] = [value["messages"][0] | {"id": f"wamid.{n}"} for n in range(20)]
    value["messages"][7] |= poison
    for name in [name for name, given in poison.items() if given is None and name != "text"]:
        del value["messages"][7][name]
    if contacts is not None:
        value["contacts"] = contacts
    return body


@pytest.mark.case("F16")
@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: str(poison)[:40])
def test_a_poison_item_costs_only_itself_in_the_real_tables(cast: Cast, poison) -> None:
    delivered(twenty(poison))
    good = Message.objects.filter(wamid__in=[f"wamid.{n}" for n in range(20) if n != 7])
    assert good.count() == 19
    kept = Message.objects.count() - 19
    assert (kept, DeadLetter.objects.count()) in ((1, 0), (0, 1))
    assert Delivery.objects.get().state == "done"
    for row in Message.objects.all():  # and the page can show what was kept
        assert queries.bubble(row.pk, VARIANT, at=timezone.now()).order


@pytest.mark.case("F16")
@pytest.mark.parametrize("contacts", [[], [{}], [None]], ids=str)
def test_messages_without_their_contacts_are_stored(cast: Cast, contacts) -> None:
    delivered(twenty({}, contacts))
    assert Message.objects.count() == 20
    assert Conversation.objects.get().contact.phone == f"+{DORA}"


@pytest.mark.case("F78")
def test_of_three_entries_and_six_changes_fourteen_items_apply_and_one_is_a_letter(
    cast: Cast,
) -> None:
    """Six messages, eight statuses and one poison item in one post."""
    texts = [a_text_webhook(f"{n}", wamid=f"wamid.{n}") for n in range(6)]
    messages = [body["entry"][0]["changes"][0] for body in texts]
    for n in (1, 2):  # two messages in a change
        messages[n]["value"]["messages"] += messages.pop()["value"]["messages"]
    reported = [a_status_webhook(f"wamid.ours.{n}", "sent") for n in range(8)]
    statuses = [body["entry"][0]["changes"][0] for body in reported]
    for change in statuses[2:]:
        statuses[0]["value"]["statuses"] += change["value"]["statuses"]
    statuses[1]["value"]["statuses"].insert(0, {"status": "sent"})
    changes = [*messages, *statuses[:2]]
    entries = [changes[:3], changes[3:5], changes[5:]]
    assert [len(some) for some in entries] == [3, 2, 1]
    body = {"object": "whatsapp_business_account"}
    delivered(body | {"entry": [{"id": WABA_ID, "changes": some} for some in entries]})
    assert (Message.objects.count(), PendingStatus.objects.count()) == (6, 8)
    assert DeadLetter.objects.count() == 1


@pytest.mark.case("F29")
def test_late_items_stand_where_they_belong_and_wake_nobody(cast: Cast) -> None:
    with_assistant(cast.number)
    now = timezone.now()
    times = {
        "new": now - timedelta(seconds=5),
        "old 1": now - timedelta(days=6),
        "newest": now - timedelta(seconds=2),
        "old 2": now - timedelta(days=6, minutes=-1),
    }
    for text, at in times.items():
        delivered(a_text_webhook(text, wamid=f"wamid.{text}", at=at), at=now)
    conversation = Conversation.objects.get()
    items = log_pages.before(conversation, VARIANT, at=now, order="").items
    bubbles = [(item.text, item.arrived_late) for item in items if item.kind]
    assert bubbles == [("old 1", True), ("old 2", True), ("new", False), ("newest", False)]
    assert conversation.window_opened_at == times["newest"].replace(microsecond=0)
    assert conversation.last_message_preview == "newest"
    first, last = (Message.objects.get(wamid=f"wamid.{text}").pk for text in ("new", "newest"))
    assert [(t.first_inbound_id, t.last_inbound_id) for t in Turn.objects.all()] == [(first, last)]


@pytest.mark.case("F29")
def test_a_thread_of_late_items_alone_has_no_window_and_no_answer(cast: Cast) -> None:
    with_assistant(cast.number)
    now = timezone.now()
    delivered(a_text_webhook("old", at=now - timedelta(days=6)), at=now)
    assert not Conversation.objects.get().window.is_open(now)
    assert not Turn.objects.exists()


CLOCKS = [timedelta(minutes=10), timedelta(minutes=-10), timedelta(hours=-1)]


@pytest.mark.services  # SQLite has no clock of its own
@pytest.mark.case("F28")
@pytest.mark.parametrize("wrong_by", CLOCKS, ids=str)
def test_leases_are_the_databases_time_whatever_our_clock_says(cast: Cast, wrong_by) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no clock of its own")
    message = send(
        a_conversation(cast.number).pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now()
    )
    Message.objects.filter(pk=message.pk).update(not_before=F("created_at"))
    Delivery.objects.create(body=b"{}", secret_fingerprint="x", received_at=timezone.now())
    with time_machine.travel(timezone.now() + wrong_by):
        assert len(claims.claim()) == 1
        assert len(outbox.claim(1)) == 1
    assert claims.claim() == []
    assert outbox.claim(1) == []
    now = database_now()
    for lease in (
        Delivery.objects.get().lease_until,
        Message.objects.get(pk=message.pk).lease_until,
    ):
        assert timedelta(seconds=50) < lease - now < timedelta(seconds=95)
    Delivery.objects.update(lease_until=now - timedelta(seconds=1))
    with time_machine.travel(timezone.now() + wrong_by):
        assert len(claims.claim()) == 1


@pytest.mark.case("F28")
@pytest.mark.parametrize("wrong_by", CLOCKS, ids=str)
def test_windows_and_order_hold_while_our_clock_jumps(cast: Cast, wrong_by) -> None:
    true = timezone.now()
    says(cast.number, "before", at=true - timedelta(minutes=2))
    with time_machine.travel(true + wrong_by):
        wrong = timezone.now()
        # Meta's clock is right; the delivery was stored at the database's time.
        arrives(cast.number, a_text_webhook("while", at=true - timedelta(minutes=1)), at=true)
        assert Conversation.objects.get().window.is_open(wrong)
    says(cast.number, "after", at=true)
    rows = list(Message.objects.order_by("at", "pk").values_list("content__body", "at"))
    assert [text for text, _at in rows] == ["before", "while", "after"]
    assert max(at for _text, at in rows) <= true
    assert Conversation.objects.get().window_opened_at == true.replace(microsecond=0)
