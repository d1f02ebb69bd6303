"""Conversations and messages over REST: lists, one, marks, and passing the baton."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.actors import Actor
from inbox import outgoing
from inbox.actions.sending import send
from inbox.models import Conversation, Message
from tests.cast import (
    DORA,
    a_conversation,
    a_number,
    a_status_webhook,
    arrives,
    by,
    says,
    with_assistant,
)
from tests.web.api.conftest import Caller, a_key

CONVERSATION = {
    *("id", "organization_id", "status", "legacy_status", "snoozed_until", "mode", "owner_epoch"),
    *("handoff", "bot", "assignee", "team", "priority", "tags", "contact", "identity"),
    *("phone_number", "window", "session_expires_at", "last_message", "last_inbound_id"),
    *("last_inbound_at", "last_outbound_at", "message_count", "unread_count", "ai_summary"),
    *("version", "created_at", "updated_at"),
}


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["data"]]


def three_threads(cast):
    """Of three customers, the newest first."""
    customers = ("12025550143", "12025550144", "12025550145")
    made = [
        a_conversation(cast.number, hours_ago=hours, wa_id=wa_id, name=f"Customer {wa_id[-1]}")
        for hours, wa_id in zip((30, 23, 1), customers, strict=True)
    ]
    return list(reversed(made))


def test_a_conversation_has_every_field(cast, shop):
    thread = a_conversation(cast.number)
    data = shop.get(f"/conversations/{thread.pk}").json()["data"]
    assert set(data) == CONVERSATION | {"messages"}
    assert set(data["handoff"]) == {
        *("state", "reason", "reasons", "requested_at", "requested_by", "assigned_to"),
        *("assigned_at", "returned_at", "packet_id"),
    }
    assert data["contact"]["phone"] == f"+{DORA}"
    assert data["contact"]["profile_name"] == "Dora Lindqvist"
    assert data["identity"] == {"kind": "wa_id", "value": DORA}
    assert (data["status"], data["mode"], data["legacy_status"]) == ("open", "human", "active")
    assert data["window"]["state"] == "open"
    assert data["window"]["expires_at"] == data["session_expires_at"]
    assert 86000 < data["window"]["seconds_left"] <= 86400
    assert (data["unread_count"], data["message_count"]) == (1, 1)
    assert data["messages"][0]["id"] == data["last_inbound_id"] == data["last_message"]["id"]
    message = data["messages"][0]
    assert (message["status"], message["direction"]) == ("received", "inbound")
    assert (message["from"], message["to"]) == (f"+{DORA}", "+15550783881")
    assert message["sender"]["type"] == "contact"


def test_the_list_goes_on_without_repeating(cast, shop):
    threads = [str(one.pk) for one in three_threads(cast)]
    assert ids(shop.get("/conversations")) == threads
    first = shop.get("/conversations?limit=2")
    pagination = first.json()["pagination"]
    assert ids(first) == threads[:2]
    assert (pagination["has_more"], pagination["page_size"]) == (True, 2)
    rest = shop.get(f"/conversations?limit=2&cursor={pagination['cursor']}")
    assert ids(rest) == threads[2:]
    assert rest.json()["pagination"] == {"cursor": None, "has_more": False, "page_size": 2}
    other = shop.get(f"/conversations?limit=2&status=open&cursor={pagination['cursor']}")
    assert other.json()["error"]["code"] == "INVALID_CURSOR"


def test_the_list_can_be_narrowed(cast, shop):
    newest, middle, oldest = three_threads(cast)
    Conversation.objects.filter(pk=middle.pk).update(
        mode="human", handoff_state="queued", handoff_reason="customer_asked"
    )
    Conversation.objects.filter(pk=newest.pk).update(status="closed")
    expected = {
        "status=closed": [newest],
        "status=open": [middle, oldest],
        "status=handed_off": [middle],
        "status=active": [oldest],
        "status=active,closed": [newest, oldest],
        "handoff=queued": [middle],
        "window=closed": [oldest],
        "window=closing": [middle],
        "window=open": [newest],
        "search=Customer+4": [middle],
        "search=5550145": [newest],
        "assigned=me": [],
        "assigned=unassigned": [newest, middle, oldest],
        "unread=true": [newest, middle, oldest],
        "phone_number=%2B15550783881": [newest, middle, oldest],
        f"contact_id={oldest.contact_id}": [oldest],
        "sort=window": [middle, newest, oldest],
    }
    for query, threads in expected.items():
        assert ids(shop.get(f"/conversations?{query}")) == [str(one.pk) for one in threads], query
    for query in ("status=openn", "mode=robot", "sort=size", "limit=0", "window=ajar"):
        assert shop.get(f"/conversations?{query}").status_code == 400, query


def test_a_key_of_others_and_a_key_of_another_number_see_nothing(cast):
    thread = a_conversation(cast.number)
    message = Message.objects.get()
    theirs = Caller(a_key(cast.eve.organization).key)
    other = a_number(cast.organization, waba_id="2", meta_phone_number_id="2")
    elsewhere = Caller(a_key(cast.organization, "elsewhere", phone_number_ids=[other.pk]).key)
    for caller in (theirs, elsewhere):
        assert ids(caller.get("/conversations")) == []
        assert ids(caller.get("/messages")) == []
        for path in (
            f"/conversations/{thread.pk}",
            f"/conversations/{thread.pk}/messages",
            f"/messages/{message.pk}",
            f"/messages/{message.wamid}",
        ):
            answer = caller.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND"), path
        for path in ("takeover", "handoff", "return-to-ai", "read", "unread"):
            assert caller.post(f"/conversations/{thread.pk}/{path}", {}).status_code == 404
    same = theirs.get(f"/conversations/{uuid4()}").json()["error"]["message"]
    assert theirs.get(f"/conversations/{thread.pk}").json()["error"]["message"] == same
    assert theirs.get("/conversations/no-id").status_code == 404


def test_the_messages_of_a_thread_in_both_directions(cast, shop):
    start = timezone.now() - timedelta(minutes=10)
    sent = [says(cast.number, str(n), at=start + timedelta(minutes=n)) for n in range(5)]
    path = f"/conversations/{sent[0].conversation_id}/messages"
    names = [str(one.pk) for one in sent]
    assert ids(shop.get(path)) == names[::-1]
    assert ids(shop.get(f"{path}?order=asc")) == names
    assert ids(shop.get(f"{path}?before={names[2]}")) == [names[1], names[0]]
    assert ids(shop.get(f"{path}?order=asc&after={names[2]}")) == names[3:]
    assert ids(shop.get(f"{path}?order=asc&around={names[2]}&limit=3")) == names[1:4]
    page = shop.get(f"{path}?order=asc&limit=3")
    assert ids(page) == names[:3]
    cursor = page.json()["pagination"]["cursor"]
    assert ids(shop.get(f"{path}?order=asc&limit=3&cursor={cursor}")) == names[3:]
    two = shop.get(f"/conversations/{sent[0].conversation_id}?messages=2&order=desc")
    assert [one["id"] for one in two.json()["data"]["messages"]] == names[:2:-1]


def test_messages_are_found_by_what_is_known_of_them(cast, shop):
    thread = a_conversation(cast.number)
    inbound = Message.objects.get()
    actor = Actor("api", uuid4(), "Shop")
    ours = send(thread.pk, outgoing.text("Hi"), by=actor, at=timezone.now(), reference="order-1")
    campaign_id = uuid4()
    Message.objects.filter(pk=ours.pk).update(campaign_id=campaign_id)
    expected = {
        "": [ours, inbound],
        "order=asc": [inbound, ours],
        "reference=order-1": [ours],
        "direction=MO": [inbound],
        "direction=outbound": [ours],
        "status=queued,failed": [ours],
        "type=text": [ours, inbound],
        "type=media": [],
        f"wamid={inbound.wamid}": [inbound],
        f"conversation_id={thread.pk}": [ours, inbound],
        f"conversation_id={uuid4()}": [],
        f"campaign_id={campaign_id}": [ours],
        f"campaign_id={uuid4()}": [],
    }
    for query, messages in expected.items():
        assert ids(shop.get(f"/messages?{query}")) == [str(one.pk) for one in messages], query
    one = shop.get(f"/messages/{inbound.wamid}").json()["data"]
    assert one["id"] == str(inbound.pk)
    assert shop.get(f"/messages?id={inbound.pk}").json()["data"]["id"] == one["id"]


def test_every_status_is_told_when_asked(cast, shop):
    thread = a_conversation(cast.number)
    ours = send(thread.pk, outgoing.text("Hi"), by=Actor("api", uuid4(), "Shop"), at=timezone.now())
    Message.objects.filter(pk=ours.pk).update(
        status="accepted", status_rank=30, wamid="wamid.ours", accepted_at=timezone.now()
    )
    for status in ("sent", "delivered"):
        arrives(cast.number, a_status_webhook("wamid.ours", status))
    data = shop.get(f"/messages/{ours.pk}?include=statuses").json()["data"]
    assert (data["status"], [one["status"] for one in data["statuses"]]) == (
        "delivered",
        ["sent", "delivered"],
    )
    assert "statuses" not in shop.get(f"/messages/{ours.pk}").json()["data"]


def test_reading_marks_the_thread_and_shows_ticks(cast, shop):
    thread = a_conversation(cast.number)
    message = Message.objects.get()
    seen = shop.post(f"/conversations/{thread.pk}/read", {"notify_customer": False}).json()["data"]
    assert seen == {"id": str(thread.pk), "unread_count": 0}
    assert Conversation.objects.get().receipt_due_wamid == ""
    assert shop.post(f"/conversations/{thread.pk}/unread").json()["data"]["unread_count"] == 1
    read = shop.post(f"/messages/{message.pk}/read")
    assert read.json()["data"] == {"id": str(message.pk), "read": True}
    assert Conversation.objects.get().receipt_due_wamid == message.wamid


def test_many_messages_are_read_at_once(cast, shop):
    thread = a_conversation(cast.number)
    newest = says(cast.number, "and")
    ours = send(thread.pk, outgoing.text("Hi"), by=Actor("api", uuid4(), "Shop"), at=timezone.now())
    names = [str(one.pk) for one in (*thread.messages.filter(direction="inbound"), ours)]
    data = shop.post("/messages/read", {"message_ids": names}).json()["data"]
    assert data == {"read": 2, "skipped": [{"id": str(ours.pk), "reason": "outbound"}]}
    assert Conversation.objects.get().receipt_due_wamid == newest.wamid
    refused = shop.post(f"/messages/{ours.pk}/read")
    assert refused.status_code == 422


def test_the_baton_passes_to_people_and_back(cast, shop):
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    path = f"/conversations/{thread.pk}"
    waiting = shop.post(f"{path}/handoff", {"reason": "customer_asked"}).json()["data"]
    assert (waiting["mode"], waiting["legacy_status"]) == ("human", "handed_off")
    assert waiting["handoff"]["reason"] == "customer_asked"
    nobody = shop.post(f"{path}/takeover", {})
    assert nobody.json()["error"]["fields"][0]["field"] == "user_id"
    taken = shop.post(f"{path}/takeover", {"user_id": str(cast.amina.pk)}).json()["data"]
    assert taken["assignee"] == {"id": str(cast.amina.pk), "name": "Amina"}
    assert taken["owner_epoch"] > waiting["owner_epoch"] - 1
    late = shop.post(
        f"{path}/takeover", {"user_id": str(cast.ben.pk), "expected_version": waiting["version"]}
    )
    assert (late.status_code, late.json()["error"]["code"]) == (409, "ALREADY_CLAIMED")
    back = shop.post(f"{path}/return-to-ai", {"note": "Be kind."}).json()["data"]
    assert (back["mode"], back["assignee"], back["handoff"]["state"]) == ("ai", None, "returned")
    assert back["bot"]["name"] == "Front desk"
    again = shop.post(f"{path}/return-to-ai", {})
    assert again.json()["error"]["code"] == "STATE_CONFLICT"
    stranger = shop.post(f"{path}/takeover", {"user_id": str(cast.eve.pk)})
    assert stranger.status_code == 404


def test_without_a_bot_nothing_goes_back(cast, shop):
    thread = a_conversation(cast.number)
    answer = shop.post(f"/conversations/{thread.pk}/return-to-ai", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NO_BOT_LINKED")


def test_a_persons_key_takes_over_by_sending(cast):
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    amina = Caller(a_key(cast.organization, kind="human", user=cast.amina).key)
    answer = amina.post(
        f"/conversations/{thread.pk}/messages", {"text": "Me"}, Prefer="respond-async"
    )
    assert answer.json()["data"]["sender"] == {
        "type": "agent",
        "id": str(cast.amina.pk),
        "name": "Amina",
    }
    assert ids(amina.get("/conversations?assigned=me")) == [str(thread.pk)]


def test_a_bots_key_has_to_own_the_conversation(cast):
    bot = with_assistant(cast.number)
    thread = a_conversation(cast.number)
    key = Caller(a_key(cast.organization, kind="ai", bot_id=bot.pk).key)
    path = f"/conversations/{thread.pk}/messages"

    def post(**body):
        return key.post(path, {"text": "Hi"} | body, Prefer="respond-async")

    assert post().json()["error"]["fields"][0]["field"] == "owner_epoch"
    assert post(owner_epoch=7).json()["error"]["code"] == "STALE_EPOCH"
    assert post(owner_epoch=0).status_code == 202


def test_a_failed_message_is_sent_again_once_and_a_waiting_one_cancelled(cast, shop):
    thread = a_conversation(cast.number)
    first = send(thread.pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now())
    cancelled = shop.post(f"/messages/{first.pk}/cancel").json()["data"]
    assert cancelled["status"] == "cancelled"
    late = shop.post(f"/messages/{first.pk}/cancel")
    assert (late.status_code, late.json()["error"]["meta"]["status"]) == (409, "cancelled")
    Message.objects.filter(pk=first.pk).update(status="failed", status_rank=45)
    again = shop.post(f"/messages/{first.pk}/retry", {}, Prefer="respond-async")
    assert again.status_code == 202
    assert again.json()["data"]["retry_of"] == str(first.pk)
    shown = shop.get(f"/messages/{first.pk}").json()["data"]
    assert shown["retried_by"] == again.json()["data"]["id"]
    third = shop.post(f"/messages/{first.pk}/retry", {}, Prefer="respond-async")
    assert (third.status_code, third.json()["error"]["meta"]["retried_by"]) == (
        409,
        shown["retried_by"],
    )


def test_a_type_that_there_is_not_says_so(cast, shop):
    a_conversation(cast.number)
    assert shop.post("/messages/pigeon", {"to": DORA}).status_code == 405
    answer = shop.post("/messages", {"to": DORA, "type": "pigeon"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "UNSUPPORTED_TYPE")


@pytest.mark.parametrize("path", ["/conversations", "/messages"])
def test_lists_come_in_camel_case_too(cast, shop, path):
    a_conversation(cast.number)
    data = shop.get(f"{path}?case=camel").json()
    assert "createdAt" in data["data"][0]
    assert "hasMore" in data["pagination"]
