"""Tags of conversations over REST: shown, filtered by, changed."""

from __future__ import annotations

import pytest

from accounts.models import Event
from inbox.models import Conversation, Label
from tests.cast import Cast, a_conversation, labelled
from tests.web.api.conftest import PREFIX, Caller, a_key

pytestmark = pytest.mark.once


@pytest.fixture
def thread(cast: Cast) -> Conversation:
    return labelled(a_conversation(cast.number), "vip", "Refund")


def patch(shop: Caller, thread: Conversation, body: dict) -> tuple[int, dict]:
    answer = shop.client.patch(
        f"{PREFIX}/conversations/{thread.pk}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {shop.key}"},
    )
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        ({"tags": ["new", "VIP"]}, ["new", "vip"]),
        ({"tags": []}, []),
        ({"tags_add": ["a", "A ", "b"]}, ["a", "b", "Refund", "vip"]),
        ({"tags_remove": ["REFUND", "none"]}, ["vip"]),
        ({"tags_add": ["vip"], "tags_remove": ["vip", "refund"]}, ["vip"]),
    ],
)
def test_tags_are_replaced_added_and_removed(shop: Caller, thread, body, tags) -> None:
    status, answer = patch(shop, thread, body)
    assert (status, answer["data"]["tags"]) == (200, tags)
    assert answer["data"]["version"] == thread.version + 1
    assert shop.get(f"/conversations/{thread.pk}").json()["data"]["tags"] == tags


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "NO_UPDATABLE_FIELDS"),
        ({"tags": ["a"], "tags_add": ["b"]}, 422, "VALIDATION_ERROR"),
        ({"tags": [""]}, 422, "VALIDATION_ERROR"),
        ({"tags": ["x" * 51]}, 422, "VALIDATION_ERROR"),
        ({"tags_add": [f"t{n}" for n in range(49)]}, 422, "VALIDATION_ERROR"),
        ({"tags_add": ["a"], "expected_version": 99}, 409, "VERSION_CONFLICT"),
        ({"priority": "high"}, 422, "VALIDATION_ERROR"),
    ],
)
def test_what_is_refused_changes_nothing(shop: Caller, thread, body, status, code) -> None:
    answer = patch(shop, thread, body)
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)
    assert Label.objects.count() == 2


def test_conversations_are_found_by_all_of_the_tags(shop: Caller, cast: Cast, thread) -> None:
    other = labelled(a_conversation(cast.number, wa_id="12025550177"), "vip")
    found = lambda query: {one["id"] for one in shop.get(f"/conversations?{query}").json()["data"]}  # noqa: E731
    assert found("tag=VIP") == {str(thread.pk), str(other.pk)}
    assert found("tag=vip&tag=refund") == {str(thread.pk)}
    assert found("tag=nothing") == set()


def test_a_stranger_and_a_key_that_reads_change_no_tags(cast: Cast, thread) -> None:
    stranger = Caller(a_key(cast.eve.organization).key)
    reader = Caller(a_key(cast.organization, scopes=["read"]).key)
    labelled_before = Event.objects.filter(kind="conversation.labelled").count()
    assert patch(stranger, thread, {"tags": []})[0] == 404
    assert patch(reader, thread, {"tags": []})[0] == 403
    assert Event.objects.filter(kind="conversation.labelled").count() == labelled_before
