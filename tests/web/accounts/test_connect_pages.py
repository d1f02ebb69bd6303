"""The pages that connect a number, and those of one number: what they show, keep and never show."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as configured

from accounts.models import BusinessAccount, PhoneNumber, Team
from simulator.testing import Running
from tests.cast import PHONE_NUMBER_ID, TOKEN, WABA_ID, says, with_assistant

NUMBERS = "/settings/numbers/"
BY_HAND = f"{NUMBERS}connect/by-hand/"
SIGN_UP = f"{NUMBERS}connect/sign-up/"
IDS = {"waba_id": WABA_ID, "phone_number_id": PHONE_NUMBER_ID}

pytestmark = pytest.mark.once


@pytest.fixture
def meta(our_app: Running) -> Running:
    return our_app


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


@pytest.fixture
def eve(cast, browser_of):
    """Of a shop that has no number yet; the cast's own is gone, so that hers can be connected."""
    BusinessAccount.objects.all().delete()
    return browser_of(cast.eve)


def page_of(number: PhoneNumber, name: str = "") -> str:
    return f"{NUMBERS}{number.pk}/{name}"


def states(answer):
    return {row.name: row.state for row in answer.context["page"].rows}


def test_by_hand_leads_to_the_steps_and_on_to_a_received_message(meta, eve):
    answer = eve.post(BY_HAND, IDS | {"access_token": TOKEN})
    number = PhoneNumber.objects.get()
    assert answer["Location"] == page_of(number, "setup/")
    waiting = eve.get(answer["Location"])
    assert states(waiting)["test_message"] == "waiting"
    assert 'hx-trigger="every 3s"' in waiting.content.decode()
    assert f'href="https://wa.me/{number.phone[1:]}"' in waiting.content.decode()
    says(number)
    part = eve.get(answer["Location"], headers={"HX-Request": "true"})
    assert (states(part)["test_message"], b"<html" in part.content) == ("done", False)
    assert "hx-trigger" not in part.content.decode()
    assert part.context["page"].is_complete


def test_by_code_needs_an_app_and_says_so(meta, eve, settings):
    code = meta._post("control/code", {})["code"]
    assert eve.post(SIGN_UP, IDS | {"code": code}).status_code == 302
    settings.META_APP_ID = ""
    assert "META_APP_ID" in eve.get(SIGN_UP).content.decode()


def test_what_was_typed_stays_and_the_fault_stands_at_its_field(meta, eve):
    answer = eve.post(BY_HAND, IDS | {"phone_number_id": "77", "access_token": TOKEN})
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, ["phone_number_id"])
    assert f'value="{WABA_ID}"' in answer.content.decode()
    assert not BusinessAccount.objects.exists()


def test_a_step_is_taken_again_from_its_own_row(meta, eve):
    meta.control(number_status={PHONE_NUMBER_ID: "DISCONNECTED"})
    eve.post(BY_HAND, IDS | {"access_token": TOKEN})
    number = PhoneNumber.objects.get()
    steps = page_of(number, "setup/")
    page = eve.get(steps).context["page"]
    row = next(row for row in page.rows if row.name == "register_number")
    # The page does not ask for itself again under somebody who types.
    assert (row.asks_pin, row.can_retry, page.awaits) == (True, True, False)
    assert eve.post(f"{steps}register_number/", {"pin": "12"}).status_code == 422
    assert eve.post(f"{steps}register_number/", {"pin": "123456"})["Location"] == steps
    assert states(eve.get(steps))["register_number"] == "done"
    assert eve.post(f"{steps}no_such_step/").status_code == 404


def test_webhooks_that_go_elsewhere_are_moved_by_a_button(meta, eve):
    meta.control(setup={"overrides": {WABA_ID: "https://elsewhere.example/"}})
    eve.post(BY_HAND, IDS | {"access_token": TOKEN})
    number = PhoneNumber.objects.get()
    html = eve.get(page_of(number, "setup/")).content.decode()
    assert 'name="here"' in html
    assert "https://elsewhere.example/" in html
    eve.post(page_of(number, "setup/check_webhook/"), {"here": "1"})
    assert states(eve.get(page_of(number, "setup/")))["check_webhook"] == "done"


def test_metas_script_is_allowed_on_the_page_of_its_dialog_alone(ada, settings):
    settings.META_APP_ID, settings.META_CONFIG_ID = "1", "2"
    policies = {path: ada.get(path)["Content-Security-Policy"] for path in (NUMBERS, BY_HAND)}
    assert [path for path, policy in policies.items() if "facebook" in policy] == []
    policy = ada.get(SIGN_UP)["Content-Security-Policy"]
    assert "script-src 'self' https://connect.facebook.net;" in f"{policy};"
    assert "unsafe" not in policy
    settings.META_CONFIG_ID = ""
    assert "facebook" not in ada.get(SIGN_UP)["Content-Security-Policy"]


def test_the_choices_of_a_number_are_saved_or_stay_as_typed(ada, cast):
    team = Team.objects.create(organization=cast.organization, name="Desk")
    given = {
        "label": "Nairobi desk",
        "default_team": str(team.pk),
        "read_receipts": "never",
        "closing_soon_minutes": "45",
        "country_code": "KE",
    }
    assert ada.post(page_of(cast.number), given)["Location"] == page_of(cast.number)
    number = PhoneNumber.objects.get()
    assert (number.default_team_id, number.read_receipts) == (team.pk, "never")
    wrong = ada.post(page_of(cast.number), given | {"country_code": "+999", "label": "Typed"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["country_code"])
    assert 'value="Typed"' in wrong.content.decode()


def test_a_token_that_meta_does_not_take_is_not_kept(meta, ada, cast):
    wrong = ada.post(page_of(cast.number, "token/"), {"access_token": "wrong"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["access_token"])
    assert BusinessAccount.objects.get().access_token == TOKEN
    meta.control(access_token="fresh-token")
    ada.post(page_of(cast.number, "token/"), {"access_token": "fresh-token"})
    assert BusinessAccount.objects.get().access_token == "fresh-token"


def test_a_secret_is_changed_and_no_page_shows_one(ada, cast):
    ada.post(page_of(cast.number, "app-secret/"), {"app_secret": "fresh-secret", "hours": "24"})
    account = BusinessAccount.objects.get()
    assert (account.app_secret, account.previous_app_secret) == (
        "fresh-secret",
        configured.META_APP_SECRET,
    )
    again = ada.post(page_of(cast.number, "app-secret/"), {"app_secret": "fresh-secret"})
    assert again.status_code == 422
    for name in ("", "token/", "app-secret/", "verify-token/"):
        html = ada.get(page_of(cast.number, name)).content.decode()
        assert not [one for one in (TOKEN, "fresh-secret", account.app_secret) if one in html]


def test_a_verify_token_is_shown_in_the_answer_that_makes_it_and_never_again(ada, cast):
    made = ada.post(page_of(cast.number, "verify-token/")).context["made"]
    assert re.fullmatch(r"[\w-]{43}", made)
    assert BusinessAccount.objects.get().verify_token == made
    assert made not in ada.get(page_of(cast.number, "verify-token/")).content.decode()


def test_the_profile_is_metas_and_its_limits_are_said_before_it_is_asked(meta, ada, cast):
    profile = page_of(cast.number, "profile/")
    given = {"about": "Tea", "vertical": "RETAIL", "website": "kettle.example"}
    assert ada.post(profile, given)["Location"] == page_of(cast.number)
    assert ada.get(profile).context["form"].initial["website"] == "https://kettle.example"
    calls = len(meta.state()["calls"])
    wrong = ada.post(profile, given | {"about": "x" * 140})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["about"])
    assert len(meta.state()["calls"]) == calls


def test_a_disconnected_number_leaves_the_list_and_can_come_back(meta, ada, cast):
    says(cast.number)
    assert ada.get(page_of(cast.number, "disconnect/")).status_code == 200
    ada.post(page_of(cast.number, "disconnect/"))
    page = ada.get(NUMBERS).context
    assert ([*page["numbers"]], page["removed"]) == ([], [cast.number])
    assert ada.get("/inbox/").status_code == 200
    ada.post(page_of(cast.number, "reconnect/"))
    assert PhoneNumber.objects.get().status == "active"
    assert len(ada.get(NUMBERS).context["numbers"]) == 1


def test_the_assistant_that_is_switched_off_leaves_its_conversations_to_people(ada, cast):
    bot = with_assistant(cast.number)
    conversation = says(cast.number).conversation
    assert conversation.mode == "ai"
    ada.post(page_of(cast.number, "assistant/"), {"bot": str(bot.pk), "start_mode": "ai"})
    conversation.refresh_from_db()
    assert (conversation.mode, conversation.handoff_state) == ("human", "queued")
    assert conversation.handoff_reason == "bot_disabled"
    number = PhoneNumber.objects.get()
    assert (number.bot_id, number.auto_reply) == (bot.pk, False)


def test_an_assistant_of_somebody_else_is_no_choice(ada, cast):
    bot = with_assistant(cast.number)
    bot.organization = cast.eve.organization
    bot.save()
    answer = ada.post(page_of(cast.number, "assistant/"), {"bot": str(bot.pk), "start_mode": "ai"})
    assert answer.status_code == 422
