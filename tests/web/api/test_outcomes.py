"""What a caller learns of a send: Meta's refusals in our words, repeats, faults of our own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.models import IdempotencyRecord, NumberStatus, PhoneNumber
from inbox.api import outcomes
from inbox.failures import failure_of_call
from inbox.message_status import RANKS, Status
from inbox.models import Conversation, Message
from inbox.pacing import PAIR
from tests.cast import DORA, a_conversation
from tests.domain.templates_app.conftest import a_template
from whatsapp.errors import CloudApiError

SOON = datetime(2099, 1, 1, 9, tzinfo=UTC)
LATER = {"Prefer": "respond-async"}


def refused_by_meta(code: int) -> dict:
    error = CloudApiError(
        code=code, title="A title", details="A detail", fbtrace_id="trace", http_status=400
    )
    return failure_of_call(error)


def settle(message_id: str, **changes) -> None:
    """What the outbox would write."""
    Message.objects.filter(pk=message_id).update(claim_token=None, **changes)


def failed(message_id: str, code: int) -> None:
    settle(
        message_id,
        status=Status.FAILED,
        status_rank=RANKS[Status.FAILED],
        failure=refused_by_meta(code),
    )


@pytest.fixture
def thread(cast):
    return a_conversation(cast.number)


def send(shop, key="once", **body):
    return shop.post(
        "/messages", {"to": DORA, "text": "Hi"} | body, **LATER, **{"Idempotency-Key": key}
    )


def forget_the_answer(**changes) -> None:
    """As if the process had died before it answered, or had answered with a 5xx."""
    IdempotencyRecord.objects.update(answer_status=None, answer_body=None, **changes)


@pytest.mark.parametrize(
    ("code", "status", "name"),
    [
        (131047, 422, "SESSION_EXPIRED"),
        (131021, 422, "INVALID_RECIPIENT"),
        (132000, 422, "TEMPLATE_PARAMETER_MISMATCH"),
        (132012, 422, "TEMPLATE_PARAMETER_MISMATCH"),
        (100, 422, "VALIDATION_ERROR"),
        (131008, 422, "VALIDATION_ERROR"),
        (131009, 422, "VALIDATION_ERROR"),
        (131051, 422, "VALIDATION_ERROR"),
        (131053, 422, "VALIDATION_ERROR"),
        (132005, 422, "VALIDATION_ERROR"),
        (132007, 422, "VALIDATION_ERROR"),
        (132018, 422, "VALIDATION_ERROR"),
        (135000, 422, "VALIDATION_ERROR"),
        (131050, 422, "RECIPIENT_OPTED_OUT"),
        (130403, 422, "RECIPIENT_BLOCKED"),
        (132001, 404, "TEMPLATE_NOT_FOUND"),
        (132015, 404, "TEMPLATE_NOT_FOUND"),
        (132016, 404, "TEMPLATE_NOT_FOUND"),
        (131026, 502, "WHATSAPP_API_ERROR"),
        (130472, 502, "WHATSAPP_API_ERROR"),
        (130497, 502, "WHATSAPP_API_ERROR"),
        (131049, 502, "WHATSAPP_API_ERROR"),
        (999999, 502, "WHATSAPP_API_ERROR"),
    ],
)
def test_metas_codes_have_answers_of_ours(cast, thread, shop, code, status, name):
    message_id = send(shop).json()["data"]["id"]
    failed(message_id, code)
    forget_the_answer(created_at=timezone.now() - timedelta(minutes=1))
    answer = send(shop)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, name)
    assert error["message"].startswith(f"(#{code}) ")
    assert error["meta"]["message_id"] == message_id
    assert error["meta_error"]["fbtrace_id"] == "trace"
    assert answer["Location"].endswith(message_id)


def test_a_template_that_meta_stopped_tells_its_status(cast, thread, shop):
    template = a_template(cast.account)
    body = {"name": template.name, "language": template.language, "body_params": ["D", "8"]}
    made = shop.post(
        "/messages", {"to": DORA, "template": body}, **LATER, **{"Idempotency-Key": "one"}
    )
    failed(made.json()["data"]["id"], 132015)
    forget_the_answer(created_at=timezone.now() - timedelta(minutes=1))
    again = shop.post(
        "/messages", {"to": DORA, "template": body}, **LATER, **{"Idempotency-Key": "one"}
    )
    assert again.json()["error"]["meta"]["template_status"] == template.status


def test_an_answer_of_502_is_built_again_and_nothing_is_sent_twice(cast, thread, shop):
    message_id = send(shop).json()["data"]["id"]
    forget_the_answer(created_at=timezone.now() - timedelta(seconds=5))
    failed(message_id, 131026)
    answers = [send(shop) for _again in range(2)]
    assert [one.status_code for one in answers] == [502, 502]
    assert all(one["Idempotency-Replayed"] == "true" for one in answers)
    assert IdempotencyRecord.objects.get().answer_status is None
    assert Message.objects.filter(direction="outbound").count() == 1


def test_after_a_crash_the_answer_is_what_became_of_the_message(cast, thread, shop):
    message_id = send(shop).json()["data"]["id"]
    forget_the_answer(created_at=timezone.now() - timedelta(minutes=1))
    settle(
        message_id,
        status=Status.ACCEPTED,
        status_rank=RANKS[Status.ACCEPTED],
        wamid="wamid.made",
        accepted_at=timezone.now(),
    )
    answer = send(shop)
    assert answer.status_code == 201
    assert answer.json()["data"]["wamid"] == "wamid.made"


def test_a_twin_of_a_request_at_work_waits_two_seconds(cast, thread, shop):
    send(shop)
    forget_the_answer()
    begun = time.monotonic()
    answer = send(shop)
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert answer.json()["error"]["code"] == "IDEMPOTENCY_IN_PROGRESS"
    assert answer.json()["error"]["retryable"] is True
    assert 1.9 < time.monotonic() - begun < 6


@pytest.mark.parametrize(
    ("status", "code", "answered"),
    [(Status.UNCONFIRMED, 202, "unconfirmed"), (Status.HELD, 202, "held")],
)
def test_what_is_not_known_yet_is_202(cast, thread, shop, status, code, answered):
    message_id = send(shop).json()["data"]["id"]
    forget_the_answer(created_at=timezone.now() - timedelta(minutes=1))
    settle(message_id, status=status)
    answer = send(shop)
    assert (answer.status_code, answer.json()["data"]["status"]) == (code, answered)
    assert answer.json()["data"]["wamid"] is None


def test_a_message_behind_a_paused_number_is_held_and_not_waited_for(cast, thread, shop):
    message_id = send(shop).json()["data"]["id"]
    PhoneNumber.objects.update(status=NumberStatus.ERROR, status_message="Meta refuses our token.")
    begun = time.monotonic()
    data = shop.get(f"/messages/{message_id}").json()["data"]
    assert data["status"] == "held"
    assert data["hold"] == {
        "code": "number_paused",
        "message": "Meta refuses our token.",
        "until": None,
    }
    assert shop.get("/messages?status=held").json()["data"][0]["id"] == message_id
    assert shop.get("/messages?status=queued").json()["data"] == []
    assert not outcomes.is_under_way(Message.objects.get(pk=message_id))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("of_number", "of_thread", "code"),
    [
        ({"status_reason": "no_answer", "paused_until": SOON}, {}, "incident"),
        ({"paused_until": SOON}, {}, "rate_limited"),
        ({}, {"pair_paid_until": PAIR.closed_until(SOON)}, "pair_rate_limited"),
    ],
)
def test_a_held_message_says_what_it_waits_for(cast, thread, shop, of_number, of_thread, code):
    message_id = send(shop).json()["data"]["id"]
    PhoneNumber.objects.update(**of_number)
    Conversation.objects.update(**of_thread)
    (data,) = shop.get("/messages?status=held").json()["data"]
    assert (data["id"], data["hold"]["code"]) == (message_id, code)
    assert data["hold"]["until"].startswith("2099-01-01T09:00:00")


def test_what_may_still_settle_itself_is_under_way(cast, thread, shop):
    message_id = send(shop).json()["data"]["id"]
    settle(message_id, status=Status.UNCONFIRMED, silent_since=timezone.now())
    (data,) = shop.get("/messages?status=sending").json()["data"]
    assert (data["id"], data["status"]) == (message_id, "sending")
    assert shop.get("/messages?status=unconfirmed").json()["data"] == []


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("", 8),
        ("wait=3", 3),
        ('wait="0"', 0),
        ("wait=600", 20),
        ("respond-async", 0),
        ("respond-async, wait=10", 0),
        ("wait=soon", 8),
        ("handling=lenient, wait=4", 4),
    ],
)
def test_the_caller_says_how_long_it_waits(rf, prefer, seconds):
    assert outcomes.patience(rf.post("/", headers={"Prefer": prefer})) == seconds


def no_database(_ids):
    """Counters of numbers while the database is away."""
    raise OperationalError("gone")


def a_fault(_ids):
    """Counters of numbers with a fault in them."""
    raise KeyError("secret")


@pytest.mark.parametrize(
    ("counting", "status", "code"),
    [(no_database, 503, "UNAVAILABLE"), (a_fault, 500, "INTERNAL")],
)
def test_our_own_faults_are_told_without_their_inside(
    cast, shop, settings, caplog, counting, status, code
):
    settings.NUMBER_FACTS = f"{__name__}.{counting.__name__}"
    answer = shop.get("/accounts")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["retryable"]) == (status, code, True)
    assert "secret" not in answer.content.decode()
    assert error["request_id"] in caplog.text
    assert ("Retry-After" in answer) == (status == 503)


def test_an_answer_in_camel_case_leaves_what_is_not_ours_alone(cast, thread, shop):
    template = a_template(cast.account)
    body = {
        "conversationId": str(thread.pk),
        "type": "template",
        "templateName": template.name,
        "templateLanguage": template.language,
        "variables": {"1": "D", "2": "8"},
    }
    data = shop.post("/messages?case=camel", body, **LATER).json()["data"]
    assert data["conversationId"] == str(thread.pk)
    assert data["template"]["name"] == template.name
    wrong = shop.post(
        "/messages?case=camel", body | {"variables": {"first_name": "D"}}, **LATER
    ).json()["error"]
    assert "requestId" in wrong
    assert wrong["meta"]["unexpected"] == ["first_name"]
