"""Numbers over REST: connected by token and by code, registered, changed, taken off."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings as configured

from accounts.models import BusinessAccount, PhoneNumber, Team
from automation.models import Bot
from simulator.testing import Running
from tests.cast import PHONE_NUMBER_ID, TOKEN, WABA_ID, an_organization, says
from tests.web.api.conftest import PREFIX, Caller, a_key

MANUAL = {"waba_id": WABA_ID, "phone_number_id": PHONE_NUMBER_ID, "access_token": TOKEN}
SECOND = "106540352242988"

pytestmark = pytest.mark.once


@pytest.fixture
def meta(our_app: Running) -> Running:
    return our_app


@pytest.fixture
def newcomer(db) -> Caller:
    """A program of an organization that has nothing yet."""
    return Caller(a_key(an_organization()).key)


def change(caller: Caller, path: str, body: object) -> tuple[int, str]:
    answer = caller.client.patch(
        PREFIX + path, body, content_type="application/json", headers=caller._all({})
    )
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def remove(caller: Caller, path: str) -> int:
    return caller.client.delete(PREFIX + path, headers=caller._all({})).status_code


def refused(answer) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return error["status"], error["code"], "".join(field["field"] for field in error["fields"])


def test_by_token_a_number_is_connected_and_then_renewed(meta, newcomer):
    first = newcomer.post("/onboarding/manual", MANUAL)
    data = first.json()["data"]
    assert (first.status_code, data["phone_number"]["status"]) == (201, "active")
    assert data["account"]["waba_id"] == WABA_ID
    assert data["webhook_url"] == f"{configured.PUBLIC_URL}/webhooks/whatsapp/"
    assert {step["name"]: step["state"] for step in data["steps"]} == {
        "check_token": "done",
        "read_account": "done",
        "read_number": "done",
        "subscribe_app": "done",
        "register_number": "skipped",
        "check_webhook": "done",
        "sync_templates": "done",
    }
    assert newcomer.post("/onboarding/manual", MANUAL).status_code == 200
    assert TOKEN not in first.content.decode()


def test_by_code_the_account_may_be_left_out(meta, newcomer):
    code = meta._post("control/code", {})["code"]
    answer = newcomer.post(
        "/onboarding/exchange", {"code": code, "phone_number_id": PHONE_NUMBER_ID}
    )
    assert (answer.status_code, answer.json()["data"]["account"]["waba_id"]) == (201, WABA_ID)


def test_a_sign_up_without_a_number_connects_the_account_alone(meta, newcomer):
    code = meta._post("control/code", {})["code"]
    answer = newcomer.post("/onboarding/exchange", {"code": code, "waba_id": WABA_ID})
    assert (answer.status_code, answer.json()["data"]["phone_number"]) == (201, None)
    body = {"source": PHONE_NUMBER_ID, "waba_id": WABA_ID}
    assert newcomer.post("/source", body).status_code == 201


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"access_token": "wrong"}, (422, "VALIDATION_ERROR", "access_token")),
        ({"phone_number_id": "77"}, (422, "VALIDATION_ERROR", "phone_number_id")),
        ({"waba_id": "x"}, (422, "VALIDATION_ERROR", "waba_id")),
        ({"pin": "12"}, (422, "VALIDATION_ERROR", "pin")),
    ],
)
def test_a_refusal_names_its_field_and_saves_nothing(meta, newcomer, changes, wanted):
    assert refused(newcomer.post("/onboarding/manual", MANUAL | changes)) == wanted
    assert not BusinessAccount.objects.exists()


def test_a_code_that_is_none_and_an_app_that_is_none(meta, newcomer, settings):
    body = {"code": "AQBx7Lm2", "phone_number_id": PHONE_NUMBER_ID}
    wanted = (422, "VALIDATION_ERROR", "code")
    assert refused(newcomer.post("/onboarding/exchange", body)) == wanted
    settings.META_APP_ID = ""
    wanted = (409, "META_APP_NOT_CONFIGURED", "")
    assert refused(newcomer.post("/onboarding/exchange", body)) == wanted


def test_another_organizations_number_and_a_bound_key_are_refused(meta, cast, newcomer):
    wanted = (409, "NUMBER_ALREADY_CONNECTED", "")
    assert refused(newcomer.post("/onboarding/manual", MANUAL)) == wanted
    bound = Caller(a_key(cast.organization, phone_number_ids=[str(cast.number.pk)]).key)
    wanted = (403, "NUMBER_NOT_ALLOWED", "")
    assert refused(bound.post("/onboarding/manual", MANUAL)) == wanted


def test_when_meta_is_away_nothing_is_saved_and_it_may_be_tried_again(newcomer):
    error = newcomer.post("/onboarding/manual", MANUAL).json()["error"]
    assert (error["status"], error["code"], error["retryable"]) == (503, "UNAVAILABLE", True)


def test_a_second_number_of_the_account_is_registered_by_its_pin(meta, cast, shop):
    second = {"id": SECOND, "display": "15550783999", "status": "DISCONNECTED"}
    meta._post("control/number", second | {"waba_id": WABA_ID})
    body = {"phone_number_id": SECOND, "waba_id": WABA_ID}
    wrong = shop.post("/phone-numbers", body | {"pin": "000000"})
    assert refused(wrong) == (422, "VALIDATION_ERROR", "pin")
    assert wrong.json()["error"]["meta_error"]["code"] == 133005
    made = shop.post("/phone-numbers", body | {"pin": "123456"})
    assert (made.status_code, made.json()["data"]["status"]) == (200, "active")
    assert shop.post("/phone-numbers", body | {"waba_id": "404404"}).status_code == 404


@pytest.mark.parametrize("bound", ["number", "test"])
def test_a_key_of_some_numbers_connects_those_alone_and_gives_no_token(meta, cast, bound):
    PhoneNumber.objects.filter(pk=cast.number.pk).update(sandbox=True)
    which = {"test": True} if bound == "test" else {"phone_number_ids": [str(cast.number.pk)]}
    caller = Caller(a_key(cast.organization, **which).key)
    meta._post("control/number", {"id": SECOND, "display": "15550783999", "waba_id": WABA_ID})
    own = {"phone_number_id": PHONE_NUMBER_ID, "waba_id": WABA_ID, "pin": "123456"}
    for path in ("/phone-numbers", "/source"):
        foreign = caller.post(path, own | {"phone_number_id": SECOND})
        assert refused(foreign) == (403, "NUMBER_NOT_ALLOWED", "")
        assert caller.post(path, own).status_code == 200
    again = f"/phone-numbers/{cast.number.pk}/reconnect"
    token = caller.post(again, {"access_token": TOKEN})
    assert refused(token) == (403, "NUMBER_NOT_ALLOWED", "access_token")
    assert caller.post(again).status_code == 200
    assert PhoneNumber.objects.count() == 1


def test_too_many_registrations_say_when_to_come_back(meta, cast, shop):
    body = {"source": PHONE_NUMBER_ID, "waba_id": WABA_ID, "pin": "123456"}
    answers = [shop.post("/source", body).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_what_is_named_is_changed_and_the_rest_stays(meta, cast, shop):
    path = f"/phone-numbers/{cast.number.pk}"
    team = Team.objects.create(organization=cast.organization, name="Desk")
    body = {"label": "Nairobi desk", "default_team_id": str(team.pk), "profile": {"about": "Tea"}}
    assert change(shop, path, body) == (200, "")
    assert change(shop, path, {"closing_soon_minutes": 30}) == (200, "")
    number = PhoneNumber.objects.get()
    assert (number.label, number.default_team_id, number.closing_soon_minutes) == (
        *("Nairobi desk", team.pk),
        30,
    )
    assert meta.simulator.world.numbers[PHONE_NUMBER_ID].profile["about"] == "Tea"
    assert change(shop, path, {"default_team_id": None}) == (200, "")
    assert PhoneNumber.objects.get().default_team_id is None


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, (400, "NO_UPDATABLE_FIELDS")),
        ({"start_mode": "ai"}, (409, "NO_BOT_LINKED")),
        ({"read_receipts": "sometimes"}, (422, "VALIDATION_ERROR")),
        ({"closing_soon_minutes": 4}, (422, "VALIDATION_ERROR")),
        ({"country_code": "+999"}, (422, "VALIDATION_ERROR")),
        ({"default_team_id": str(uuid4())}, (422, "VALIDATION_ERROR")),
        ({"business_hours_id": None}, (422, "VALIDATION_ERROR")),
        ({"profile": {"about": "x" * 140}}, (422, "VALIDATION_ERROR")),
        ({"profile": {"websites": ["https://a.example"] * 3}}, (422, "VALIDATION_ERROR")),
        ({"profile": {"vertical": "TEA"}}, (422, "VALIDATION_ERROR")),
        ({"profile": {"name": "Kettle"}}, (422, "VALIDATION_ERROR")),
        ({"label": "New", "profile": {"about": "Tea"}}, (503, "UNAVAILABLE")),  # nobody there
    ],
)
def test_what_cannot_be_changed_says_why(cast, shop, body, wanted):
    assert change(shop, f"/phone-numbers/{cast.number.pk}", body) == wanted
    assert PhoneNumber.objects.get().label == ""


def test_off_and_on_again(meta, cast, shop):
    path = f"/phone-numbers/{cast.number.pk}"
    assert shop.post(f"{path}/disconnect").json()["data"]["status"] == "disconnected"
    back = shop.post(f"{path}/reconnect").json()["data"]
    assert back["phone_number"]["status"] == "active"
    wrong = shop.post(f"{path}/reconnect", {"access_token": "wrong"})
    assert refused(wrong) == (422, "VALIDATION_ERROR", "access_token")


def test_a_number_that_is_removed_is_gone_and_its_threads_are_not(meta, cast, shop):
    thread = says(cast.number).conversation_id
    path = f"/phone-numbers/{cast.number.pk}"
    assert remove(shop, path) == 204
    assert (shop.get(path).status_code, remove(shop, path)) == (404, 404)
    assert shop.get("/phone-numbers").json()["data"] == []
    assert shop.get(f"/conversations/{thread}/messages").json()["data"]
    sent = shop.post(f"/conversations/{thread}/messages", {"text": "Hello"})
    assert refused(sent)[:2] == (409, "NUMBER_NOT_ACTIVE")
    body = {"source": PHONE_NUMBER_ID, "waba_id": WABA_ID}
    assert shop.post("/source", body).status_code == 201
    assert shop.get(path).json()["data"]["status"] == "active"


def test_an_assistant_is_linked_switched_and_taken_away(cast, shop):
    bot = Bot.objects.create(organization=cast.organization, name="Front desk")
    theirs = Bot.objects.create(organization=cast.eve.organization, name="Theirs")
    path = f"/phone-numbers/{cast.number.pk}"
    assert refused(shop.post(f"{path}/autoreply", {"enabled": True}))[1] == "NO_BOT_LINKED"
    assert shop.post(f"{path}/link-bot", {"bot_id": str(theirs.pk)}).status_code == 404
    linked = shop.post(f"{path}/link-bot", {"bot_id": str(bot.pk)}).json()["data"]
    assert (linked["bot"]["name"], linked["auto_reply"], linked["start_mode"]) == (
        *("Front desk", False),
        "ai",
    )
    on = shop.post(f"{path}/autoreply", {"enabled": True}).json()["data"]
    assert on["auto_reply"] is True
    cast.number.refresh_from_db()
    thread = says(cast.number).conversation
    gone = shop.post(f"{path}/link-bot", {"bot_id": None}).json()["data"]
    assert (gone["bot"], gone["auto_reply"], gone["start_mode"]) == (None, False, "human")
    thread.refresh_from_db()
    assert (thread.mode, thread.handoff_reason) == ("human", "bot_disabled")
    assert refused(shop.post(f"{path}/link-bot", {})) == (422, "VALIDATION_ERROR", "bot_id")
