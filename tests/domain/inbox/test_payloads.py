"""Every example webhook has exactly the effect that is written down for it, and has it once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Event
from accounts.notice_words import sentence
from automation.models import Turn
from inbox import outgoing, queries
from inbox.actions.sending import send
from inbox.message_status import RANKS, Status
from inbox.models import (
    Contact,
    Conversation,
    Message,
    PendingStatus,
    Reaction,
    StatusEvent,
)
from tests.cast import (
    DORA,
    PAYLOADS,
    T0,
    Cast,
    a_conversation,
    by,
    payload,
    says,
    with_assistant,
)
from tests.domain.inbox.delivering import delivered
from tests.domain.inbox.payload_effects import EFFECTS, Effect, effect
from webhooks.models import DeadLetter, Delivery


@pytest.fixture
def that_morning():
    """The hour in which the examples happen."""
    with time_machine.travel(T0 + timedelta(minutes=40), tick=False):
        yield


def test_the_table_names_every_example() -> None:
    assert EFFECTS.keys() == {path.stem for path in (PAYLOADS / "inbound").glob("*.json")}


def test_no_example_is_without_effect_and_without_a_line() -> None:
    assert Effect() not in EFFECTS.values()


@pytest.mark.case("F22")
@pytest.mark.parametrize("name", EFFECTS)
def test_every_example_has_its_effect_once(cast: Cast, that_morning, name: str) -> None:
    delivered(payload(name))
    assert effect() == EFFECTS[name]
    delivered(payload(name))
    again = EFFECTS[name].letters * 2  # each delivery keeps its own
    assert effect() == replace(EFFECTS[name], letters=sorted(again))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.once
@pytest.mark.parametrize("name", [name for name in EFFECTS if EFFECTS[name].rows])
def test_every_message_can_be_seen(cast: Cast, that_morning, name: str) -> None:
    """As text, as a card, as a file, or as a placeholder that says what it was."""
    delivered(payload(name))
    variant = queries.variant_of(cast.amina)
    for row in Message.objects.all():
        view = queries.bubble(row.pk, variant, at=timezone.now())
        bubble = render_to_string("inbox/messages/_message.html", {"message": view})
        words = re.sub(r"<time.*?</time>|<[^>]+>|\s+|\d\d:\d\d", " ", bubble, flags=re.DOTALL)
        without_name = words.replace(view.sender_name, "").replace(
            view.tick.text if view.tick else "", ""
        )
        assert without_name.strip() or view.media, row.type


@pytest.mark.parametrize(
    "name", [name for name in EFFECTS if "account.notice" in EFFECTS[name].events]
)
def test_every_notice_is_a_line_under_the_numbers(
    cast: Cast, that_morning, name: str, client
) -> None:
    delivered(payload(name))
    client.force_login(cast.ada)
    page = client.get("/settings/numbers/").text
    for event in Event.objects.filter(kind="account.notice"):
        words = sentence(event.data)
        assert len(words) > 5
        assert escape(words) in page


def test_nothing_is_lost_when_everything_comes_at_once(cast: Cast, that_morning) -> None:
    """One batch of all examples: each message that has a row alone has one here."""
    delivered(*(payload(name) for name in EFFECTS))
    wamids = set(Message.objects.values_list("wamid", flat=True))
    letters = set(DeadLetter.objects.values_list("reason", flat=True))
    delivered(*(payload(name) for name in EFFECTS))
    assert set(Message.objects.values_list("wamid", flat=True)) == wamids
    assert Message.objects.count() == len(wamids)
    assert letters == set(EFFECTS["batch_with_poison_item"].letters)
    assert not Delivery.objects.exclude(state="done").exists()


@pytest.mark.case("F78")
def test_one_poison_item_in_a_full_body_costs_itself_alone(cast: Cast, that_morning) -> None:
    """Three entries, six changes, messages, statuses: all but the poison has its effect."""
    body, poisoned = payload("batch_mixed"), payload("batch_with_poison_item")
    first, _no_object, last = poisoned["entry"][0]["changes"]
    body["entry"][-1]["changes"] += [first, last]
    assert [len(entry["changes"]) for entry in body["entry"]] == [2, 1, 3]
    delivered(body)
    there, alone = effect(), [EFFECTS["batch_mixed"], EFFECTS["batch_with_poison_item"]]
    assert len(there.rows) == sum(len(one.rows) for one in alone)
    assert len(there.parked) == sum(len(one.parked) for one in alone)
    assert there.letters == alone[1].letters[:-1]


# --- statuses, with the message they are about ---


def a_message_of(cast: Cast, wamid: str) -> Message:
    """One of ours that Meta knows by this wamid."""
    thread = a_conversation(cast.number)
    message = send(thread.pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now())
    Message.objects.filter(pk=message.pk).update(
        wamid=wamid, status=Status.ACCEPTED, status_rank=RANKS[Status.ACCEPTED]
    )
    return message


def first_status(name: str) -> dict:
    return payload(name)["entry"][0]["changes"][0]["value"]["statuses"][0]


@pytest.mark.parametrize(
    ("name", "status", "events", "failure"),
    [
        ("status_sent", "sent", 1, None),
        ("status_delivered", "delivered", 1, None),
        ("status_read", "read", 1, None),
        ("status_played", "played", 1, None),
        ("status_bsuid_only", "delivered", 1, None),
        ("status_pricing_pmp_service", "sent", 1, None),
        ("status_failed_131026", "failed", 1, ("131026", "undeliverable", "other_way")),
        ("status_failed_131047", "failed", 1, ("131047", "expired", "template")),
        ("status_failed_131049", "failed", 1, ("131049", "blocked_by_policy", "wait")),
        ("status_failed_132015", "failed", 1, ("132015", "rejected", "choose_template")),
        ("status_out_of_order", "read", 3, None),
        ("status_unknown_value", "accepted", 1, None),
        ("status_group_aggregated", "read", 2, None),
    ],
)
def test_a_status_moves_its_message(
    cast: Cast, that_morning, name: str, status: str, events: int, failure
) -> None:
    message = a_message_of(cast, first_status(name)["id"])
    for _ in range(2):
        delivered(payload(name))
    message.refresh_from_db()
    why = message.failure and tuple(message.failure[key] for key in ("code", "kind", "next_step"))
    assert (message.status, why) == (status, failure)
    assert StatusEvent.objects.filter(message=message).count() == events
    assert not PendingStatus.objects.exists()


def test_a_free_entry_point_is_kept_and_does_not_widen_the_window(cast: Cast, that_morning) -> None:
    message = a_message_of(cast, first_status("status_pricing_free_entry_point")["id"])
    before = message.conversation.window
    delivered(payload("status_pricing_free_entry_point"))
    conversation = Conversation.objects.get()
    assert conversation.free_entry_point_expires_at == T0 + timedelta(days=3, seconds=530)
    assert conversation.window.expires_at == before.expires_at


def test_a_status_with_our_id_settles_an_unconfirmed_message(cast: Cast, that_morning) -> None:
    reported = first_status("status_with_opaque")
    message = a_message_of(cast, "wamid.x")
    Message.objects.filter(pk=message.pk).update(
        id=reported["biz_opaque_callback_data"], wamid=None, status=Status.UNCONFIRMED
    )
    delivered(payload("status_with_opaque"))
    settled = Message.objects.get(direction="outbound")
    assert (settled.status, settled.wamid) == ("sent", reported["id"])


# --- what needs something to be there before ---


def test_a_shared_number_belongs_to_the_contact_who_was_asked(cast: Cast, that_morning) -> None:
    delivered(payload("contacts_request_answer"))
    contact = Contact.objects.get()
    assert contact.phone == "+491713920077"
    assert set(contact.identities.values_list("kind", "value")) == {
        ("bsuid", "DE.35570918264401927786"),
        ("wa_id", "491713920077"),
    }
    assert Conversation.objects.get().identity.kind == "bsuid"  # the answer goes to who wrote


def test_a_shared_number_of_somebody_else_stays_theirs(cast: Cast, that_morning) -> None:
    theirs = says(cast.number, wa_id="491713920077", name="Karl").conversation
    delivered(payload("contacts_request_answer"))
    assert theirs.contact.identities.get().value == "491713920077"
    assert Contact.objects.get(username="nadia.k").phone is None


def test_a_changed_number_joins_the_same_thread(cast: Cast, that_morning) -> None:
    delivered(payload("text"), payload("system_number_changed"))
    assert (Contact.objects.count(), Conversation.objects.get().inbound_count) == (1, 1)
    assert Contact.objects.get().identities.count() > 2


@pytest.mark.parametrize("order", [("call_connect", "call_terminate_missed")])
def test_a_missed_call_is_one_unread_and_two_lines(cast: Cast, that_morning, order) -> None:
    delivered(*(payload(name) for name in order))
    assert Conversation.objects.get().inbound_count == 1
    assert [event.kind for event in Event.objects.order_by("seq")] == [
        "call.connected",
        "call.missed",
    ]


def test_the_phone_app_edits_and_deletes_its_own(cast: Cast, that_morning) -> None:
    body = payload("echo_edit_and_revoke")
    changes = body["entry"][0]["changes"][0]["value"]["message_echoes"]
    originals = [one[one["type"]]["original_message_id"] for one in changes]
    for wamid in originals:
        a_message_of(cast, wamid)
    delivered(body)
    found = {one.wamid: one for one in Message.objects.filter(wamid__in=originals)}
    marks = {(bool(one.edited_at), bool(one.deleted_at)) for one in found.values()}
    assert marks == {(True, False), (False, True)}


def test_history_disturbs_nobody_and_its_files_come_later(cast: Cast, that_morning) -> None:
    delivered(payload("history_chunk"), payload("history_media"))
    kinds = sorted(Message.objects.values_list("type", flat=True))
    assert kinds == ["document", "image", "text", "text", "text", "text"]
    assert not Event.objects.exclude(kind="account.notice").exists()
    assert not Conversation.objects.exclude(inbound_count=0, window_opened_at=None).exists()
    said = set(Message.objects.filter(direction="outbound").values_list("sender_type", "status"))
    assert said == {("device", "delivered"), ("device", "sent")}


def test_old_quotes_and_reactions_stand_at_their_messages(cast: Cast, that_morning) -> None:
    first, answer, heart = an_old_message(1), an_old_message(2), an_old_message(3)
    answer["context"] = {"from": DORA, "id": first["id"]}
    heart |= {"type": "reaction", "reaction": {"message_id": first["id"], "emoji": "❤️"}}
    del heart["text"]
    delivered(history_of(answer, heart, first))
    assert Message.objects.count() == 2
    assert Message.objects.exclude(reply_to=None).get().reply_to.wamid == first["id"]
    assert Reaction.objects.get().message.wamid == first["id"]
    assert not Event.objects.exclude(kind="account.notice").exists()


def test_a_hundred_old_messages_cost_as_many_statements_as_two(
    cast: Cast, that_morning, django_assert_max_num_queries
) -> None:
    delivered(history_of(an_old_message(0)))
    with django_assert_max_num_queries(60):
        delivered(history_of(*[an_old_message(n) for n in range(1, 101)]))
    assert Message.objects.count() == 101


def test_a_large_address_book_is_one_notice(cast: Cast, that_morning) -> None:
    body = payload("app_state_sync")
    value = body["entry"][0]["changes"][0]["value"]
    value["state_sync"] *= 60
    delivered(body)
    assert Event.objects.filter(kind="account.notice").count() == 1


def test_the_address_book_fills_empty_names_only(cast: Cast, that_morning) -> None:
    delivered(payload("text"), payload("app_state_sync"))
    assert Contact.objects.get().name == "Dora Lindqvist"
    Contact.objects.update(name="Dora from the fair")
    delivered(payload("app_state_sync"))
    assert Contact.objects.get().name == "Dora from the fair"


def test_a_thread_of_another_application_is_watched_until_it_is_ours(
    cast: Cast, that_morning
) -> None:
    delivered(payload("standby"))
    conversation = Conversation.objects.get()
    assert queries.composer(conversation, at=timezone.now()).state == "locked"
    body = payload("handover_control_passed")
    value = body["entry"][0]["changes"][0]["value"]
    value["sender"]["phone_number"] = "447700900461"
    value["timestamp"] = "1794993960"  # after what we watched
    delivered(body)
    conversation.refresh_from_db()
    assert queries.composer(conversation, at=timezone.now()).state == "free"
    page = queries.thread_page(cast.amina, conversation, at=timezone.now())
    assert "Asked for a refund" in str(page.items)


def an_old_message(n: int) -> dict:
    mine = {"from": "15550783881", "to": DORA} if n % 2 else {"from": DORA}
    return mine | {
        "id": f"wamid.old.{n}",
        "timestamp": str(int((T0 - timedelta(days=90)).timestamp()) + n),
        "type": "text",
        "text": {"body": f"old line {n}"},
        "history_context": {"status": "READ"},
    }


def history_of(*messages: dict) -> dict:
    """The example of a chunk, with these messages of Dora's."""
    body = payload("history_chunk")
    chunk = body["entry"][0]["changes"][0]["value"]["history"][0]
    chunk["threads"] = [{"id": DORA, "messages": list(messages)}]
    return body


@pytest.mark.case("F83")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_an_import_of_old_messages_disturbs_nobody(cast: Cast, that_morning, count: int) -> None:
    with_assistant(cast.number)
    says(cast.number, at=timezone.now())
    Conversation.objects.update(status="closed", handoff_state="none")
    before = Conversation.objects.get()
    body = history_of(*[an_old_message(n) for n in range(count)])
    events = Event.objects.exclude(kind="account.notice")
    said = events.count()
    delivered(body, body)
    after = Conversation.objects.get()
    assert Message.objects.filter(wamid__startswith="wamid.old").count() == count
    assert (events.count(), Turn.objects.count()) == (said, 1)
    for name in ("status", "inbound_count", "window_opened_at", "mode", "owner_epoch"):
        assert getattr(after, name) == getattr(before, name)
    assert after.last_message_id == before.last_message_id


def an_old_reaction(n: int, emoji: str, *, ours: bool = False) -> dict:
    said = an_old_message(2 * n + ours) | {"id": f"wamid.reaction.{n}", "type": "reaction"}
    return said | {"reaction": {"message_id": "wamid.old.1", "emoji": emoji}}


@pytest.mark.case("F80", "F83")
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 2, 3, 0), (3, 1, 2, 0), (2, 0, 1, 3)])
def test_an_imported_reaction_finds_its_message_in_whichever_chunk(
    cast: Cast, that_morning, order: tuple[int, ...]
) -> None:
    old = [an_old_message(1), an_old_reaction(3, "👍"), an_old_reaction(4, "❤️")]
    chunks = [history_of(one) for one in (*old, an_old_reaction(5, "🙏", ours=True))]
    delivered(*(chunks[place] for place in order), *chunks)
    reactions = Message.objects.get().reactions.order_by("by")
    assert [(one.by, one.emoji) for one in reactions] == [("agent", "🙏"), ("contact", "❤️")]
    assert (Conversation.objects.get().inbound_count, PendingStatus.objects.count()) == (0, 0)
