"""PATCH /conversations/{id} with `status`: closed, snoozed until a time, waiting, open again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.actions.conversations import close
from inbox.models import Conversation
from tests.cast import Cast, a_conversation, by, with_assistant
from tests.web.api.conftest import Caller, a_key

pytestmark = pytest.mark.once


@pytest.fixture
def thread(cast: Cast) -> Conversation:
    return a_conversation(cast.number, assigned_to=cast.amina)


def patch(shop: Caller, thread: Conversation, **body: object):
    answer = shop.patch(f"/conversations/{thread.pk}", body)
    return answer.status_code, answer.json()


def tomorrow() -> str:
    return (timezone.now() + timedelta(days=1)).isoformat()


def test_each_status_is_set_and_told(shop: Caller, thread) -> None:
    until = tomorrow()
    status, answer = patch(shop, thread, status="snoozed", snoozed_until=until, tags=["VIP"])
    assert (status, answer["data"]["status"], answer["data"]["tags"]) == (200, "snoozed", ["VIP"])
    assert answer["data"]["snoozed_until"][:19] == until[:19]
    listed = shop.get("/conversations?status=snoozed").json()["data"]
    assert [one["id"] for one in listed] == [str(thread.pk)]
    for wanted in ("pending_customer", "open", "closed", "open"):
        status, answer = patch(shop, thread, status=wanted)
        assert (status, answer["data"]["status"]) == (200, wanted)
        assert answer["data"]["snoozed_until"] is None


def test_a_program_reopens_by_the_rule_of_the_number(cast: Cast, shop: Caller, thread) -> None:
    close(thread.pk, by=by(cast.amina), at=timezone.now())
    data = patch(shop, thread, status="open")[1]["data"]
    assert (data["status"], data["mode"], data["assignee"]) == ("open", "human", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "snoozed"}, "snoozed_until"),
        ({"snoozed_until": "2099-01-01T00:00:00Z"}, "snoozed_until"),
        (
            {"status": "open", "snoozed_until": "2099-01-01T00:00:00Z"},
            "snoozed_until",
        ),
        (
            {"status": "snoozed", "snoozed_until": "2020-01-01T00:00:00Z"},
            "snoozed_until",
        ),
        ({"status": "snoozed", "snoozed_until": "2099-01-01T00:00:00"}, "snoozed_until"),
        ({"status": "asleep"}, "status"),
    ],
)
def test_what_does_not_fit_is_refused(shop: Caller, thread, body, field) -> None:
    status, answer = patch(shop, thread, **body, tags_add=["late"])
    (wrong,) = answer["error"]["fields"]
    assert (status, answer["error"]["code"], wrong["field"]) == (422, "VALIDATION_ERROR", field)
    assert Conversation.objects.get().status == "open"
    assert shop.get("/conversations?tag=late").json()["data"] == []


def test_an_assistant_changes_what_it_has_alone(cast: Cast, shop: Caller, thread) -> None:
    bot = with_assistant(cast.number)
    assistant = Caller(a_key(cast.organization, "bot", kind="ai", bot_id=bot.pk).key)
    status, answer = patch(assistant, thread, status="closed")
    assert (status, answer["error"]["code"]) == (409, "NOT_OWNER")
    Conversation.objects.update(mode="ai", assignee=None, handoff_state="none")
    assert patch(assistant, thread, status="closed")[0] == 200


def test_a_version_that_has_moved_on_is_a_conflict(shop: Caller, thread) -> None:
    Conversation.objects.update(assignee=None)
    status, answer = patch(shop, thread, status="closed", expected_version=thread.version + 4)
    assert (status, answer["error"]["code"]) == (409, "VERSION_CONFLICT")
    status, answer = patch(
        shop, thread, status="closed", tags=["done"], expected_version=thread.version
    )
    assert (status, answer["data"]["tags"]) == (200, ["done"])
