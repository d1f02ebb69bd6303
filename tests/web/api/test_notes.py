"""GET and POST /conversations/{id}/notes."""

from __future__ import annotations

import pytest

from inbox.models import Message, Note
from tests.cast import Cast, a_conversation
from tests.web.api.conftest import Caller, a_key

pytestmark = pytest.mark.once


def test_written_once_and_read_newest_first(cast: Cast, shop: Caller) -> None:
    path = f"/conversations/{a_conversation(cast.number).pk}/notes"
    amina = Caller(a_key(cast.organization, "Amina's", kind="human", user=cast.amina).key)
    first = shop.post(path, {"body": "Asked the maker."}, Idempotency_Key="note-1")
    again = shop.post(path, {"body": "Asked the maker."}, Idempotency_Key="note-1")
    assert (first.status_code, again.json()["data"]["id"]) == (201, first.json()["data"]["id"])
    assert first.json()["data"]["author"] == {"id": None, "name": "shop"}
    second = amina.post(path, {"body": "They call back."}).json()["data"]
    assert second["author"] == {"id": str(cast.amina.pk), "name": "Amina"}
    listed = shop.get(f"{path}?limit=1").json()
    assert [one["body"] for one in listed["data"]] == ["They call back."]
    rest = shop.get(f"{path}?limit=1&cursor={listed['pagination']['cursor']}").json()
    assert [one["body"] for one in rest["data"]] == ["Asked the maker."]
    assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"body": ""}, "body"),
        ({"body": "   "}, "body"),
        ({"body": "x" * 4097}, "body"),
        ({"body": "x", "mentions": []}, "mentions"),
    ],
)
def test_what_is_no_note_is_refused_by_its_field(cast, shop, body, field) -> None:
    answer = shop.post(f"/conversations/{a_conversation(cast.number).pk}/notes", body)
    assert (answer.status_code, answer.json()["error"]["fields"][0]["field"]) == (422, field)
    assert not Note.objects.exists()
