"""Sending over REST: queued once, waited for, answered; what is refused leaves no row."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import IdempotencyRecord, NumberStatus, PhoneNumber
from inbox import drains
from inbox.models import Contact, Conversation, Message
from simulator.testing import running
from tests.cast import DORA, PHONE_NUMBER_ID, a_cast, a_conversation, a_number, says
from tests.domain.templates_app.conftest import a_template
from tests.web.api.conftest import Caller, a_key

LATER = {"Prefer": "respond-async"}
MESSAGE = {
    *("id", "conversation_id", "wamid", "direction", "type", "status", "sender", "from", "to"),
    *("reply_to", "reference", "owner_epoch", "campaign_id", "retry_of", "retried_by", "text"),
    *("media", "template", "interactive", "button", "location", "contacts", "order", "system"),
    *("referral", "forwarded", "content", "reactions", "edited", "deleted", "pricing", "hold"),
    *("failure", "scheduled_at", "valid_until", "accepted_at", "sent_at", "delivered_at"),
    *("read_at", "played_at", "failed_at", "meta_timestamp", "created_at"),
}


@pytest.fixture
def thread(cast) -> Conversation:
    """Dora wrote a moment ago."""
    return a_conversation(cast.number)


def error_of(answer, status):
    assert answer.status_code == status, answer.content
    return answer.json()["error"]


def outbound():
    return Message.objects.filter(direction="outbound")


def test_a_text_into_a_conversation_is_queued(shop, thread):
    answer = shop.post(f"/conversations/{thread.pk}/messages", {"text": "Hello"}, **LATER)
    data = answer.json()["data"]
    assert answer.status_code == 202
    assert set(data) == MESSAGE
    assert answer["Location"] == f"/api/v1/whatsapp/messages/{data['id']}"
    assert (data["status"], data["wamid"], data["direction"]) == ("queued", None, "outbound")
    assert data["text"] == {"body": "Hello", "preview_url": False}
    assert data["sender"]["type"] == "api"
    assert (data["from"], data["to"]) == ("+15550783881", f"+{DORA}")


@pytest.mark.parametrize(
    "body",
    [
        {"to": f"+{DORA}", "from": "+15550783881", "type": "text", "text": {"body": "Hi"}},
        {"destination": DORA, "source": PHONE_NUMBER_ID, "text": "Hi"},
        {"phone": DORA, "businessWhatsappNumberId": PHONE_NUMBER_ID, "text": {"body": "Hi"}},
        {"to": "+1 202 555-0143", "fromPhoneNo": "15550783881", "text": {"body": "Hi"}},
        {
            "to": DORA,
            "phone_number_id": PHONE_NUMBER_ID,
            "text": {"body": "Hi", "previewUrl": True},
        },
        {"to": DORA, "text": "Hi"},
    ],
)
def test_receiver_and_number_have_many_names(shop, thread, body):
    answer = shop.post("/messages", body, **LATER)
    assert answer.status_code == 202, answer.content
    assert answer.json()["data"]["conversation_id"] == str(thread.pk)


def test_the_same_receiver_under_two_names_must_agree(shop, thread):
    assert (
        shop.post("/messages", {"to": DORA, "phone": DORA, "text": "Hi"}, **LATER).status_code
        == 202
    )
    error = error_of(
        shop.post("/messages", {"to": DORA, "phone": "4915112345678", "text": "Hi"}), 422
    )
    assert error["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"text": "Hi"}, 422, "VALIDATION_ERROR", "to"),
        ({"to": DORA, "text": {"body": "x" * 4097}}, 422, "VALIDATION_ERROR", "text.body"),
        ({"to": DORA, "text": " "}, 422, "VALIDATION_ERROR", "text.body"),
        ({"to": DORA, "txt": "Hi"}, 422, "VALIDATION_ERROR", "txt"),
        ({"to": DORA, "text": "Hi", "status": "sent"}, 422, "VALIDATION_ERROR", "status"),
        ({"to": DORA, "type": "pigeon"}, 422, "UNSUPPORTED_TYPE", "type"),
        ({"to": "none", "text": "Hi"}, 422, "INVALID_RECIPIENT", "to"),
        ({"to": "+15550783881", "text": "Hi"}, 422, "INVALID_RECIPIENT", "to"),
        ({"to": DORA, "from": "+4930123456", "text": "Hi"}, 403, "NUMBER_NOT_ALLOWED", "from"),
        (
            {"to": DORA, "text": "Hi", "scheduledAt": "2050-01-01T00:00:00Z"},
            422,
            None,
            "scheduled_at",
        ),
        ({"to": DORA, "text": "Hi", "reference": "r" * 256}, 422, "VALIDATION_ERROR", "reference"),
        ({"to": DORA, "text": "Hi", "reply_to": "wamid.none"}, 422, "VALIDATION_ERROR", "reply_to"),
    ],
)
def test_what_is_wrong_is_named_and_leaves_no_row(shop, thread, body, status, code, field):
    error = error_of(shop.post("/messages", body), status)
    assert code in (None, error["code"])
    assert error["fields"][0]["field"] == field
    assert set(error["fields"][0]) == {"field", "code", "description"}
    assert not outbound().exists()


def test_a_text_that_is_too_long_says_by_how_much(shop, thread):
    error = error_of(shop.post("/messages", {"to": DORA, "text": "x" * 5010}), 422)
    assert error["fields"] == [
        {
            "field": "text.body",
            "code": "too_long",
            "description": "At most 4096 characters; 5010 were given.",
        }
    ]


def test_a_misspelt_field_gets_the_nearest_name(shop, thread):
    error = error_of(shop.post("/messages", {"to": DORA, "txt": "Hi"}), 422)
    assert "text" in error["fields"][0]["description"]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{not json", 400, "BAD_REQUEST"),
        (b'{"text": "\xff"}', 400, "BAD_REQUEST"),
        (b'{"text": "' + b"x" * (1024 * 1024) + b'"}', 413, "BODY_TOO_LARGE"),
    ],
)
def test_a_body_that_is_no_json_or_too_large(shop, db, raw, status, code):
    assert error_of(shop.post("/messages", raw), status)["code"] == code


def test_a_closed_window_names_the_templates_and_leaves_no_row(cast, shop):
    a_template(cast.account)
    thread = a_conversation(cast.number, hours_ago=25)
    error = error_of(shop.post(f"/conversations/{thread.pk}/messages", {"text": "Hi"}), 422)
    assert error["code"] == "SESSION_EXPIRED"
    assert error["meta"]["window_expired_at"].endswith("Z")
    assert error["meta"]["suggested_templates"] == [{"name": "order_update", "language": "en_US"}]
    assert not outbound().exists()


def test_a_refusal_to_somebody_new_leaves_nobody_behind(cast, shop):
    error = error_of(shop.post("/messages", {"to": "+254711223344", "text": "Hi"}), 422)
    assert (error["code"], error["meta"]["window_expired_at"]) == ("SESSION_EXPIRED", None)
    assert not Contact.objects.exists()
    assert not Conversation.objects.exists()


def test_a_template_reaches_somebody_new(cast, shop):
    a_template(cast.account)
    template = {"name": "order_update", "language": "en_US", "variables": {"1": "Dora", "2": "7"}}
    body = {"to": "+254711223344", "type": "template", "template": template, "reference": "o-7"}
    answer = shop.post("/messages", body | {"customer_name": "Dora"}, **LATER)
    data = answer.json()["data"]
    assert answer.status_code == 202
    assert data["template"] == {"name": "order_update", "language": "en_US", "category": "UTILITY"}
    assert data["content"]["body"] == "Hello Dora, your order 7 is on its way."
    assert data["reference"] == "o-7"
    assert Contact.objects.get().name == "Dora"


@pytest.mark.parametrize(
    ("template", "status", "code", "key", "value"),
    [
        ({"name": "none", "language": "en_US"}, 404, "TEMPLATE_NOT_FOUND", "template_status", None),
        (
            {"name": "order_update", "language": "en_US", "variables": {"1": "Dora"}},
            *(422, "TEMPLATE_PARAMETER_MISMATCH", "missing", ["2"]),
        ),
        (
            {"name": "waiting", "language": "en_US"},
            *(404, "TEMPLATE_NOT_FOUND", "template_status", "PENDING"),
        ),
    ],
)
def test_templates_that_do_not_go(cast, shop, template, status, code, key, value):
    a_template(cast.account)
    a_template(cast.account, "waiting", status="PENDING")
    error = error_of(shop.post("/messages", {"to": DORA, "template": template}), status)
    assert (error["code"], error["meta"][key]) == (code, value)
    assert not outbound().exists()


def test_a_number_that_cannot_send_takes_nothing_new(shop, thread):
    PhoneNumber.objects.update(status=NumberStatus.ERROR)
    error = error_of(shop.post("/messages", {"to": DORA, "text": "Hi"}), 409)
    assert error["code"] == "NUMBER_NOT_ACTIVE"


def test_a_key_with_two_numbers_says_which(cast, shop, thread):
    a_number(cast.organization, waba_id="77", meta_phone_number_id="78", phone="+15550000001")
    error = error_of(shop.post("/messages", {"to": DORA, "text": "Hi"}), 422)
    assert error["fields"][0]["field"] == "from"


def test_without_any_number_nothing_is_connected(cast):
    theirs = Caller(a_key(cast.eve.organization).key)
    error = error_of(theirs.post("/messages", {"to": DORA, "text": "Hi"}), 409)
    assert error["code"] == "NO_CONNECTED_ACCOUNT"
    named = theirs.post("/messages", {"to": DORA, "from": PHONE_NUMBER_ID, "text": "Hi"})
    assert error_of(named, 403)["code"] == "NUMBER_NOT_ALLOWED"


def test_conversations_of_others_do_not_exist(cast, thread):
    theirs = Caller(a_key(cast.eve.organization).key)
    answer = theirs.post(f"/conversations/{thread.pk}/messages", {"text": "Hi"})
    assert error_of(answer, 404)["code"] == "NOT_FOUND"


def test_a_newer_message_stops_a_send_that_expected_an_older_one(cast, shop, thread):
    old = Conversation.objects.get(pk=thread.pk).last_inbound_id
    new = says(cast.number, "wait")
    body = {"text": "Hi", "expected_last_inbound_id": str(old)}
    error = error_of(shop.post(f"/conversations/{thread.pk}/messages", body), 409)
    assert (error["code"], error["meta"]["message_ids"]) == ("NEWER_INBOUND", [str(new.pk)])
    assert error["retryable"] is True
    forced = shop.post(f"/conversations/{thread.pk}/messages", body | {"force": True}, **LATER)
    assert forced.status_code == 202


def test_one_path_per_type(cast, shop, thread):
    a_template(cast.account)
    text = shop.post("/messages/text", {"to": DORA, "body": "Hi", "preview_url": True}, **LATER)
    assert text.json()["data"]["text"] == {"body": "Hi", "preview_url": True}
    flat = {"name": "order_update", "language": "en_US", "variables": {"1": "D", "2": "8"}}
    sent = shop.post("/messages/template", {"to": DORA} | flat, **LATER)
    assert sent.json()["data"]["content"]["body"] == "Hello D, your order 8 is on its way."


# --- once ---


@pytest.mark.case("F53")
def test_a_repeated_request_is_answered_the_same_and_sends_once(shop, thread):
    headers = LATER | {"Idempotency-Key": "order-1"}
    first, second = (
        shop.post("/messages", {"to": DORA, "text": "Hi"}, **headers) for _ in range(2)
    )
    assert first.content == second.content
    assert (first.status_code, second.status_code) == (202, 202)
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert outbound().count() == 1


@pytest.mark.case("F53")
def test_the_same_key_for_something_else_is_refused(shop, thread):
    headers = LATER | {"Idempotency-Key": "order-1"}
    shop.post("/messages", {"to": DORA, "text": "Hi"}, **headers)
    for path, body in (
        ("/messages", {"to": DORA, "text": "Hello"}),
        ("/messages/text", {"to": DORA, "text": "Hi"}),
    ):
        assert error_of(shop.post(path, body, **headers), 422)["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert outbound().count() == 1


def test_a_refusal_leaves_no_record(cast, shop):
    headers = LATER | {"Idempotency-Key": "order-2"}
    thread = a_conversation(cast.number, hours_ago=30)
    path = f"/conversations/{thread.pk}/messages"
    assert shop.post(path, {"text": "Hi"}, **headers).status_code == 422
    assert not IdempotencyRecord.objects.exists()
    says(cast.number, "here again")
    assert shop.post(path, {"text": "Hi"}, **headers).status_code == 202


@pytest.mark.case("F53")
def test_another_api_key_or_a_later_day_is_another_request(cast, shop, thread):
    headers = LATER | {"Idempotency-Key": "order-3"}
    body = {"to": DORA, "text": "Hi"}
    shop.post("/messages", body, **headers)
    other = Caller(a_key(cast.organization, "other").key)
    assert "Idempotency-Replayed" not in other.post("/messages", body, **headers)
    stranger = Caller(a_key(cast.eve.organization, "theirs").key)
    theirs = stranger.post("/messages", {"to": DORA, "text": "Another"}, **headers)
    assert theirs.json()["error"]["code"] == "NO_CONNECTED_ACCOUNT"
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=73))
    assert "Idempotency-Replayed" not in shop.post("/messages", body, **headers)
    assert outbound().count() == 3


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve"])
def test_an_idempotency_key_is_printable_and_short(shop, thread, key):
    answer = shop.post("/messages", {"to": DORA, "text": "Hi"}, **LATER, **{"Idempotency-Key": key})
    assert error_of(answer, 400)["code"] == "BAD_REQUEST"


# --- waited for ---


@pytest.fixture
def meta(settings):
    with running() as simulator:
        settings.GRAPH_API_URL = simulator.base_url
        yield simulator


@pytest.fixture
def outbox():
    """The outbox drain in a thread of its own, as the worker runs it."""
    stop = threading.Event()

    def work():
        while not stop.is_set():
            if not drains.outbox(stop):
                time.sleep(0.02)
        drains.outbox(stop)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join(20)


@pytest.mark.django_db(transaction=True)
class TestWithMeta:
    """Requests that wait for the simulator's answer."""

    @pytest.fixture
    def cast(self, transactional_db):
        return a_cast()

    def test_what_meta_took_is_created(self, shop, thread, meta, outbox):
        meta.says(DORA, text="hello")
        answer = shop.post("/messages", {"to": DORA, "text": "Hi"}, **{"Idempotency-Key": "a"})
        data = answer.json()["data"]
        assert answer.status_code == 201, answer.content
        assert data["wamid"].startswith("wamid.")
        assert data["accepted_at"] is not None
        again = shop.post("/messages", {"to": DORA, "text": "Hi"}, **{"Idempotency-Key": "a"})
        assert (again.status_code, again.content) == (201, answer.content)
        assert again["Location"] == answer["Location"]
        assert len(meta.accepts()) == 1
        by_wamid = shop.get(f"/messages/{data['wamid']}").json()["data"]
        assert by_wamid["id"] == data["id"]

    def test_what_meta_refused_keeps_its_row_and_says_why(self, shop, thread, meta, outbox):
        meta.says(DORA, text="hello")
        meta.fault("error", code=131026)
        answer = shop.post("/messages", {"to": DORA, "text": "Hi"})
        error = error_of(answer, 502)
        assert error["code"] == "WHATSAPP_API_ERROR"
        assert error["message"].startswith("(#131026) ")
        assert set(error["meta_error"]) == {"code", "title", "details", "fbtrace_id"}
        row = outbound().get()
        assert (str(row.pk), row.status) == (error["meta"]["message_id"], "failed")

    def test_without_a_worker_the_answer_is_that_it_waits(self, shop, thread):
        begun = time.monotonic()
        answer = shop.post("/messages", {"to": DORA, "text": "Hi"}, Prefer="wait=1")
        assert (answer.status_code, answer.json()["data"]["status"]) == (202, "queued")
        assert 0.9 < time.monotonic() - begun < 4

    @pytest.mark.case("F53")
    def test_twins_send_once(self, shop, thread):
        def post(_number):
            caller = Caller(shop.key)
            try:
                answer = caller.post(
                    "/messages", {"to": DORA, "text": "Hi"}, **LATER, **{"Idempotency-Key": "twin"}
                )
                return answer.status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(10) as pool:
            codes = list(pool.map(post, range(10)))
        assert set(codes) <= {202, 409}
        assert 202 in codes
        assert outbound().count() == 1
