"""Connecting a number against the simulator: nothing half-saved, every step again at any time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings as configured

from accounts.connecting import (
    connect,
    connect_by_code,
    reconnect,
    replace_token,
    take_from,
)
from accounts.disconnecting import disconnect
from accounts.looking import Wanted
from accounts.models import BusinessAccount, Event, NumberStatus, PhoneNumber, SetupStep
from accounts.refusals import Refused
from simulator.testing import Running
from tests.cast import PHONE_NUMBER_ID, TOKEN, WABA_ID, a_person, an_organization, by, says

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PIN = "123456"
OURS = f"{configured.PUBLIC_URL}/webhooks/whatsapp/"
WANTED = Wanted(WABA_ID, PHONE_NUMBER_ID, TOKEN)
NEVER_SAVED = (BusinessAccount, PhoneNumber, SetupStep, Event)

pytestmark = pytest.mark.once


@pytest.fixture
def meta(our_app: Running) -> Running:
    return our_app


@pytest.fixture
def ada(db):
    return a_person(an_organization(), "Ada", "admin")


def connected(ada, wanted=WANTED):
    return connect(ada.organization_id, wanted, by=by(ada), at=AT)


def steps(number=None):
    rows = SetupStep.objects.filter(number=number) if number else SetupStep.objects.all()
    return {row.name: (row.state, row.code) for row in rows}


def not_well(number=None):
    """Which steps came out otherwise than expected of a healthy number, by their codes."""
    well = ("done", "skipped")
    return {name: code for name, (state, code) in steps(number).items() if state not in well}


def test_a_number_is_connected_by_hand_and_can_send(meta, ada):
    made = connected(ada)
    assert (made.is_new, made.number.status) == (True, NumberStatus.ACTIVE)
    assert not_well() == {"test_message": "message_awaited"}
    assert (made.number.verified_name, made.number.messaging_limit) == ("Kettle & Co", "TIER_2K")
    assert made.account.access_token == TOKEN
    assert len(made.account.verify_token) >= 22
    says(made.number)
    take_from(made.number.pk, "test_message", by=by(ada), at=AT)
    assert not_well() == {}


def test_the_installations_own_secret_is_no_other_secret(meta, ada):
    typed = replace(WANTED, app_secret=configured.META_APP_SECRET)
    for wanted in (typed, WANTED, typed):
        account = connected(ada, wanted).account
        assert (account.app_secret, account.previous_app_secret) == ("", "")


def test_a_number_is_connected_by_the_code_of_metas_dialog(meta, ada):
    given = meta._post("control/code", {})
    wanted = Wanted("", given["phone_number_id"], "")
    made = connect_by_code(ada.organization_id, given["code"], wanted, by=by(ada), at=AT)
    assert (made.account.waba_id, made.number.status) == (WABA_ID, NumberStatus.ACTIVE)


@pytest.mark.parametrize(
    ("broken", "changes", "field"),
    [
        ({"token": "expired"}, {}, "access_token"),
        ({}, {"access_token": "another-token"}, "access_token"),
        ({}, {"access_token": "no token at all"}, "access_token"),
        ({"missing_scopes": ["whatsapp_business_messaging"]}, {}, "access_token"),
        ({"missing_scopes": ["whatsapp_business_management"]}, {}, "access_token"),
        ({"hidden_accounts": [WABA_ID]}, {}, "access_token"),
        ({}, {"waba_id": "102290129340399"}, "access_token"),
        ({}, {"phone_number_id": "106540352242999"}, "phone_number_id"),
        ({}, {"phone_number_id": "106540352242977"}, "phone_number_id"),  # another account's
    ],
)
def test_what_meta_does_not_take_is_named_and_nothing_is_saved(meta, ada, broken, changes, field):
    meta._post("control/number", {"id": "106540352242977", "waba_id": "102290129340377"})
    meta.control(setup=broken)
    with pytest.raises(Refused) as refusal:
        connected(ada, replace(WANTED, **changes))
    assert (refusal.value.code, refusal.value.field) == ("VALIDATION_ERROR", field)
    assert [model.objects.count() for model in NEVER_SAVED] == [0, 0, 0, 0]


@pytest.mark.parametrize("age_s", [31, None], ids=["too old", "used"])
def test_a_code_that_is_over_says_so_and_saves_nothing(meta, ada, age_s):
    code = meta._post("control/code", {})["code"]
    wanted = Wanted(WABA_ID, "106540352242999", "")
    if age_s:
        meta.control(clock_offset_s=age_s)
    else:
        with pytest.raises(Refused):  # it buys a token, but the number is not there
            connect_by_code(ada.organization_id, code, wanted, by=by(ada), at=AT)
    with pytest.raises(Refused) as refusal:
        connect_by_code(ada.organization_id, code, wanted, by=by(ada), at=AT)
    assert (refusal.value.code, refusal.value.field) == ("VALIDATION_ERROR", "code")
    assert BusinessAccount.objects.count() == 0


def test_a_wrong_pin_undoes_nothing_and_the_step_is_taken_again(meta, ada):
    meta.control(number_status={PHONE_NUMBER_ID: "DISCONNECTED"})
    number = connected(ada, replace(WANTED, pin="000000")).number
    assert (number.status, number.status_reason) == ("pending_setup", "setup_incomplete")
    assert not_well() == {"register_number": "pin_wrong", "test_message": "message_awaited"}
    take_from(number.pk, "register_number", pin=PIN, by=by(ada), at=AT)
    number.refresh_from_db()
    assert (number.status, number.status_message) == ("active", "")


def test_without_a_pin_an_unregistered_number_asks_for_it(meta, ada):
    meta.control(number_status={PHONE_NUMBER_ID: "DISCONNECTED"})
    connected(ada)
    assert not_well()["register_number"] == "pin_needed"


def test_an_app_that_is_not_subscribed_is_subscribed(meta, ada):
    meta.control(setup={"unsubscribed": [WABA_ID]})
    assert connected(ada).number.status == NumberStatus.ACTIVE
    assert meta.state()["setup"]["unsubscribed"] == []


@pytest.mark.parametrize("owner", [WABA_ID, PHONE_NUMBER_ID], ids=["account", "number"])
def test_an_address_that_is_not_ours_stays_until_somebody_says_otherwise(meta, ada, owner):
    elsewhere = "https://elsewhere.example/webhooks/"
    meta.control(setup={"overrides": {owner: elsewhere}})
    number = connected(ada).number
    step = SetupStep.objects.get(name="check_webhook")
    assert (step.code, step.facts["address"]) == ("webhook_elsewhere", elsewhere)
    assert number.status == NumberStatus.ACTIVE  # it can send all the same
    take_from(number.pk, "check_webhook", by=by(ada), at=AT)
    assert not_well()["check_webhook"] == "webhook_elsewhere"
    take_from(number.pk, "check_webhook", here=True, by=by(ada), at=AT)
    assert "check_webhook" not in not_well()
    assert meta.state()["setup"]["overrides"] == {}


def test_a_challenge_that_is_not_answered_says_so(meta, ada):
    meta.control(webhook_url=None)  # nobody delivers: ours is set, and nothing listens here
    connected(ada)
    assert not_well()["check_webhook"] == "challenge_failed"


def test_a_number_of_the_phone_app_is_not_registered_but_shares_its_history(meta, ada):
    meta.control(setup={"on_phone_app": [PHONE_NUMBER_ID]})
    number = connected(ada).number
    assert (number.coexistence, number.status) == (True, NumberStatus.ACTIVE)
    assert steps()["register_number"] == ("skipped", "in_phone_app")
    assert steps()["start_sync"] == ("done", "sync_asked")


def test_what_a_crash_left_open_is_taken_up_again(meta, ada):
    number = connected(ada).number
    PhoneNumber.objects.update(status=NumberStatus.PENDING_SETUP)
    SetupStep.objects.exclude(name__startswith="read_").update(state="open", code="")
    take_from(number.pk, "check_token", by=by(ada), at=AT)
    assert not_well() == {"test_message": "message_awaited"}
    number.refresh_from_db()
    assert number.status == NumberStatus.ACTIVE


def test_when_meta_cannot_be_reached_the_rest_stays_open(meta, ada, settings):
    number = connected(ada).number
    settings.GRAPH_API_URL = "http://127.0.0.1:9"
    reconnect(number.pk, by=by(ada), at=AT)
    assert steps()["check_token"] == ("failed", "unreachable")
    assert {state for name, (state, _code) in steps().items() if name != "check_token"} == {"open"}


def test_another_organizations_number_is_refused_before_meta_is_asked(meta, ada):
    connected(ada)
    stranger = a_person(an_organization("Harbour Tools"), "Eve", "admin")
    with pytest.raises(Refused, match=r"NUMBER_ALREADY_CONNECTED"):
        connected(stranger, replace(WANTED, access_token="whatever"))
    assert BusinessAccount.objects.get().organization_id == ada.organization_id


def test_connecting_again_renews_and_takes_nothing_apart(meta, ada):
    first = connected(ada)
    BusinessAccount.objects.update(access_token_sealed="")
    again = connected(ada)
    assert (again.is_new, again.number.pk) == (False, first.number.pk)
    assert again.account.access_token == TOKEN


@pytest.mark.case("F40")
def test_a_new_token_sets_going_what_had_stopped_and_a_wrong_one_is_not_kept(meta, ada):
    number = connected(ada).number
    PhoneNumber.objects.update(status="error", status_reason="token_expired")
    with pytest.raises(Refused, match=r"VALIDATION_ERROR"):
        replace_token(number.account, "wrong", by=by(ada), at=AT)
    assert BusinessAccount.objects.get().access_token == TOKEN
    meta.control(access_token="fresh-token")
    replace_token(number.account, "fresh-token", by=by(ada), at=AT)
    number.refresh_from_db()
    assert (number.status, number.account.access_token) == ("active", "fresh-token")
    assert number.checkup.asked_at == AT  # what is said of the old token stands no longer


def test_a_disconnected_number_comes_back_by_reconnecting_only(meta, ada):
    number = connected(ada).number
    assert disconnect(number, by=by(ada), at=AT) == ""
    assert meta.state()["setup"]["unsubscribed"] == [WABA_ID]
    take_from(number.pk, "check_token", by=by(ada), at=AT)
    number.refresh_from_db()
    assert (number.status, number.removed_at) == (NumberStatus.DISCONNECTED, AT)
    reconnect(number.pk, by=by(ada), at=AT)
    number.refresh_from_db()
    assert (number.status, number.removed_at) == (NumberStatus.ACTIVE, None)
    assert meta.state()["setup"]["unsubscribed"] == []


def test_a_number_that_meta_has_locked_stays_so_whatever_the_steps_say(meta, ada):
    number = connected(ada).number
    PhoneNumber.objects.update(status="error", status_reason="locked")
    reconnect(number.pk, by=by(ada), at=AT)
    number.refresh_from_db()
    assert (number.status, number.status_reason) == ("error", "locked")


def test_events_and_steps_hold_no_secret(meta, ada):
    connected(ada, replace(WANTED, app_secret="an-app-secret", pin=PIN))
    kept = str([*Event.objects.values(), *SetupStep.objects.values()])
    assert [one for one in (TOKEN, "an-app-secret", PIN) if one in kept] == []
