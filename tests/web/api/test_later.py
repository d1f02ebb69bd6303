"""Sending later by REST: `scheduled_at`, and what it does where things have changed by then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from inbox.actions.firing import fire_due
from inbox.models import Contact, Conversation, Message
from tests.cast import DORA, a_conversation, says

ASYNC = {"Prefer": "respond-async"}


def in_(**ahead: float) -> str:
    return (timezone.now() + timedelta(**ahead)).isoformat()


def scheduled(shop, **more: Any) -> dict[str, Any]:
    body = {"to": DORA, "text": "Good morning", "scheduled_at": in_(hours=1)} | more
    answer = shop.post("/messages", body, **ASYNC)
    assert answer.status_code == 202, answer.content
    data: dict[str, Any] = answer.json()["data"]
    return data


def fires() -> None:
    Message.objects.filter(status="scheduled").update(scheduled_at=timezone.now())
    fire_due()


def shown(shop, message: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = shop.get(f"/messages/{message['id']}").json()["data"]
    return data


def test_it_waits_can_be_read_and_be_cancelled(cast, shop):
    a_conversation(cast.number)
    message = scheduled(shop)
    assert (message["status"], message["hold"]) == ("scheduled", None)
    assert message["scheduled_at"] is not None
    answer = shop.post(f"/messages/{message['id']}/cancel")
    assert answer.json()["data"]["status"] == "cancelled"
    fires()
    assert shown(shop, message)["status"] == "cancelled"


def test_at_its_time_it_is_queued(cast, shop):
    a_conversation(cast.number)
    message = scheduled(shop)
    fires()
    assert shown(shop, message)["status"] == "queued"


@pytest.mark.parametrize(
    ("more", "status", "code", "field"),
    [
        ({"scheduled_at": "2050-01-01T00:00:00Z"}, 422, "SCHEDULE_TOO_FAR", "scheduled_at"),
        ({"scheduled_at": "2020-01-01T00:00:00Z"}, 422, "VALIDATION_ERROR", "scheduled_at"),
        ({"if_window_closed": "hold"}, 422, "VALIDATION_ERROR", "scheduled_at"),
        (
            {"scheduled_at": "soon", "if_window_closed": "template"},
            422,
            "VALIDATION_ERROR",
            "fallback_template",
        ),
    ],
)
def test_what_is_wrong_is_named(cast, shop, more, status, code, field):
    a_conversation(cast.number)
    if more.get("scheduled_at") == "soon":
        more = more | {"scheduled_at": in_(hours=1)}
    answer = shop.post("/messages", {"to": DORA, "text": "Hi"} | more, **ASYNC)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["fields"][0]["field"] == field
    assert not Message.objects.filter(direction="outbound").exists()


def test_up_to_a_minute_ago_means_now(cast, shop):
    a_conversation(cast.number)
    assert scheduled(shop, scheduled_at=in_(seconds=-30))["status"] == "queued"


@pytest.mark.parametrize(
    ("chosen", "status", "because"),
    [("fail", "failed", "SESSION_EXPIRED"), ("hold", "held", "window_closed")],
)
def test_when_the_window_is_closed_then(cast, shop, chosen, status, because):
    thread = a_conversation(cast.number)
    message = scheduled(shop, if_window_closed=chosen)
    Conversation.objects.filter(pk=thread.pk).update(
        window_opened_at=timezone.now() - timedelta(hours=25)
    )
    fires()
    data = shown(shop, message)
    assert data["status"] == status
    assert because in ((data["hold"] or {}).get("code"), (data["failure"] or {}).get("code"))


def test_a_guard_counts_at_the_time_too(cast, shop):
    last = says(cast.number)
    message = scheduled(shop, expected_last_inbound_id=str(last.pk))
    says(cast.number, "Never mind")
    fires()
    assert shown(shop, message)["failure"]["code"] == "NEWER_INBOUND"


def test_who_is_blocked_cannot_be_scheduled_for(cast, shop):
    a_conversation(cast.number)
    Contact.objects.update(blocked_at=timezone.now())
    body = {"to": DORA, "text": "Hi", "scheduled_at": in_(hours=1)}
    answer = shop.post("/messages", body, **ASYNC, **{"Idempotency-Key": str(uuid4())})
    assert answer.json()["error"]["code"] == "RECIPIENT_BLOCKED"
