"""POST /conversations: the thread with somebody, without a message; and whose it is by PATCH."""

from __future__ import annotations

import pytest

from accounts.models import Team
from inbox.models import Contact, Conversation, Message
from tests.cast import Cast, a_conversation, with_assistant, with_teams
from tests.web.api.conftest import Caller, a_key

pytestmark = pytest.mark.once


def test_it_is_made_once_and_nothing_is_sent(cast: Cast, shop: Caller) -> None:
    body = {"to": "(202) 555-0142", "country_code": "US", "contact": {"name": "Dora"}}
    made = shop.post("/conversations", body)
    data = made.json()["data"]
    assert (made.status_code, made["Location"]) == (
        201,
        f"/api/v1/whatsapp/conversations/{data['id']}",
    )
    assert (data["contact"]["name"], data["message_count"]) == ("Dora", 0)
    again = shop.post("/conversations", {"phone": "+12025550142"})
    assert (again.status_code, again.json()["data"]["id"]) == (200, data["id"])
    contact = str(Contact.objects.get().pk)
    by_contact = shop.post("/conversations", {"contact_id": contact})
    assert (by_contact.status_code, by_contact.json()["data"]["id"]) == (200, data["id"])
    assert not Message.objects.exists()


def test_a_contact_without_a_number_is_reached_by_its_user_id(cast: Cast, shop: Caller) -> None:
    bsuid = "US.13491208655302741918"
    thread = a_conversation(cast.number, wa_id=None, bsuid=bsuid)
    assert thread.contact is not None
    assert thread.contact.phone is None
    answer = shop.post("/conversations", {"contact_id": str(thread.contact_id)})
    assert (answer.status_code, answer.json()["data"]["id"]) == (200, str(thread.pk))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "VALIDATION_ERROR"),
        (
            {"to": "+12025550142", "contact_id": "0199b0c2-1b00-7a10-8c00-000000000011"},
            422,
            "VALIDATION_ERROR",
        ),
        ({"to": "nobody"}, 422, "INVALID_RECIPIENT"),
        ({"to": "+12025550142", "from": "999"}, 403, "NUMBER_NOT_ALLOWED"),
        ({"to": "+12025550142", "contact": {"email": "x"}}, 422, "VALIDATION_ERROR"),
        ({"contact_id": "0199b0c2-1b00-7a10-8c00-000000000011"}, 404, "NOT_FOUND"),
    ],
)
def test_what_cannot_be_opened_makes_nothing(cast, shop, body, status, code) -> None:
    answer = shop.post("/conversations", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not Conversation.objects.exists()
    assert not Contact.objects.exists()


@pytest.mark.case("S80")
def test_what_its_person_does_not_see_is_not_found(cast: Cast, shop: Caller) -> None:
    teams = with_teams(cast)
    thread = a_conversation(cast.number, wa_id="12025550142")
    Conversation.objects.update(team=teams.chidis)
    amina = Caller(a_key(cast.organization, "Amina's", kind="human", user=cast.amina).key)
    assert amina.post("/conversations", {"to": "+12025550142"}).status_code == 404
    assert shop.post("/conversations", {"to": "+12025550142"}).json()["data"]["id"] == str(
        thread.pk
    )


def test_a_patch_gives_it_to_a_person_and_a_team(cast: Cast, shop: Caller) -> None:
    thread = a_conversation(cast.number)
    team = Team.objects.create(organization=cast.organization, name="Tea")
    path = f"/conversations/{thread.pk}"
    given = {"assignee_id": str(cast.ben.pk), "team_id": str(team.pk), "tags_add": ["vip"]}
    data = shop.patch(path, given).json()["data"]
    assert (data["assignee"]["name"], data["team"]["name"], data["tags"]) == ("Ben", "Tea", ["vip"])
    data = shop.patch(path, {"assignee_id": None, "team_id": None}).json()["data"]
    assert (data["assignee"], data["team"]) == (None, None)
    amina = Caller(a_key(cast.organization, "Amina's", kind="human", user=cast.amina).key)
    data = amina.patch(path, {"assignee_id": "me"}).json()["data"]
    assert data["assignee"]["name"] == "Amina"


def test_who_may_not_give_it_changes_nothing(cast: Cast, shop: Caller) -> None:
    thread = a_conversation(cast.number)
    path, ben = f"/conversations/{thread.pk}", {"assignee_id": str(cast.ben.pk)}
    bot = with_assistant(cast.number)
    assistant = Caller(a_key(cast.organization, "bot", kind="ai", bot_id=bot.pk).key)
    tagging = Caller(a_key(cast.organization, "tags", scopes=["conversations:write"]).key)
    wrong = [
        (tagging, ben, 403, "INSUFFICIENT_SCOPE"),
        (assistant, ben, 409, "NOT_OWNER"),
        (shop, {"assignee_id": "me"}, 422, "VALIDATION_ERROR"),
        (shop, {"assignee_id": str(cast.eve.pk)}, 404, "NOT_FOUND"),
    ]
    for caller, body, status, code in wrong:
        answer = caller.patch(path, body | {"status": "closed"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert Conversation.objects.get().status == "open"
    assert tagging.patch(path, {"status": "closed"}).status_code == 200
