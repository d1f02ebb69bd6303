"""Contacts over REST: found, renamed, joined; and sending to somebody without a number."""

from __future__ import annotations

import pytest

from inbox.models import Conversation
from tests.cast import Cast, a_conversation, a_number
from tests.web.api.conftest import Caller, a_key

BSUID = "US.48213907716450285531"


@pytest.fixture
def two(cast: Cast) -> tuple[Conversation, Conversation]:
    return (
        a_conversation(cast.number),
        a_conversation(cast.number, wa_id=None, bsuid=BSUID, name="Tea fan"),
    )


@pytest.mark.case("F85")
def test_somebody_without_a_number_is_found_by_the_user_id(shop: Caller, two) -> None:
    (found,) = shop.get(f"/contacts?search={BSUID}").json()["data"]
    assert (found["phone"], found["bsuid"], found["profile_name"]) == (None, BSUID, "Tea fan")
    assert found["conversation_ids"] == [str(two[1].pk)]
    assert found["identities"] == [{"kind": "bsuid", "value": BSUID, "phone_number_id": None}]


@pytest.mark.parametrize("phone", ["%2B12025550143", "0012025550143", "(202) 555-0143"])
def test_a_number_is_found_in_any_form(shop: Caller, two, phone: str) -> None:
    assert [one["id"] for one in shop.get(f"/contacts?phone={phone}").json()["data"]] == [
        str(two[0].contact_id)
    ]


def test_two_that_are_joined_are_one_and_keep_their_conversations(shop: Caller, two) -> None:
    here, there = (str(one.contact_id) for one in two)
    answer = shop.post(f"/contacts/{here}/merge", {"other_id": there})
    assert answer.status_code == 200
    assert answer.json()["data"]["merged_ids"] == [there]
    assert shop.get(f"/contacts/{there}").json()["data"]["id"] == here
    assert [one["id"] for one in shop.get("/contacts").json()["data"]] == [here]
    threads = shop.get(f"/conversations?contact_id={here}").json()["data"]
    assert {one["identity"]["value"] for one in threads} == {"12025550143", BSUID}
    again = shop.post(f"/contacts/{here}/merge", {"other_id": there})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "STATE_CONFLICT")


def test_our_name_is_given_and_taken_back(shop: Caller, two) -> None:
    path = f"/contacts/{two[1].contact_id}"
    patch = lambda body: shop.client.patch(  # noqa: E731
        f"/api/v1/whatsapp{path}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {shop.key}"},
    )
    assert patch({"name": "Mr. Tea"}).json()["data"]["name"] == "Mr. Tea"
    assert patch({"name": ""}).json()["data"]["name"] == "Tea fan"
    assert patch({}).json()["error"]["code"] == "NO_UPDATABLE_FIELDS"


def test_contacts_of_others_are_not_there(cast: Cast, two) -> None:
    stranger = Caller(a_key(cast.eve.organization).key)
    path = f"/contacts/{two[0].contact_id}"
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/merge", {"other_id": str(two[1].contact_id)}).status_code == 404
    assert stranger.get("/contacts").json()["data"] == []


def test_a_key_bound_to_a_number_sees_only_who_writes_there(cast: Cast, shop: Caller, two) -> None:
    other = a_number(cast.organization, waba_id="2", meta_phone_number_id="2", phone="+15550000002")
    bound = Caller(a_key(cast.organization, name="bound", phone_number_ids=[str(other.pk)]).key)
    assert bound.get("/contacts").json()["data"] == []
    assert bound.get(f"/contacts/{two[0].contact_id}").status_code == 404
