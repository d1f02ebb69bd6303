"""A second factor: asked for after the password, sealed where it lies, with codes for the worst."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client

from accounts.models import Event, Person

PASSWORD = "four words in a row"
LOGIN = "/accounts/login/"
AGAIN = "/accounts/reauthenticate/"
ASK = "/accounts/2fa/authenticate/"
APP = "/accounts/2fa/totp/activate/"
CODES = "/accounts/2fa/recovery-codes/"

pytestmark = pytest.mark.once


@pytest.fixture
def amina(cast) -> Person:
    cache.clear()
    cast.amina.set_password(PASSWORD)
    cast.amina.save()
    return cast.amina


def logs_in(person: Person) -> Client:
    client = Client()
    client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    return client


def code_of(secret: str) -> str:
    earliest = next(auth.yield_hotp_counters_from_time())
    return auth.format_hotp_value(auth.hotp_value(secret, earliest + 1))


def with_an_app(person: Person) -> tuple[Client, str, list[str]]:
    """A browser in which the app was set up; its secret, and the recovery codes."""
    client = logs_in(person)
    client.post(AGAIN, {"password": PASSWORD})
    secret = client.get(APP).context["form"].secret
    code = code_of(secret)
    assert client.post(APP, {"code": f"{code[:3]} {code[3:]}"})["Location"] == CODES
    return client, secret, client.get(CODES).context["unused_codes"]


def test_after_the_password_the_app_is_asked_for(amina):
    _client, secret, _codes = with_an_app(amina)
    cache.clear()  # as half a minute later: a code is good for one use
    client = logs_in(amina)
    assert client.get("/inbox/").status_code == 302
    assert client.post(ASK, {"code": "000000"}).context["form"].errors
    code = code_of(secret)
    answer = client.post(ASK, {"code": f" {code[:3]} {code[3:]} "})
    assert answer["Location"] == "/inbox/"
    assert client.get("/inbox/").status_code == 200


def test_a_code_of_the_app_opens_once(amina):
    _client, secret, _codes = with_an_app(amina)
    cache.clear()
    code = code_of(secret)
    answers = [logs_in(amina).post(ASK, {"code": code}) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 200]


def test_a_recovery_code_opens_once(amina):
    _client, _secret, codes = with_an_app(amina)
    answers = [logs_in(amina).post(ASK, {"code": codes[0]}) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 200]


@pytest.mark.case("S95")
def test_codes_are_guessed_a_few_times_only(amina):
    _client, secret, _codes = with_an_app(amina)
    cache.clear()
    client = logs_in(amina)
    for number in range(6):
        client.post(ASK, {"code": f"00000{number}"})
    assert client.post(ASK, {"code": code_of(secret)}).status_code == 200
    assert client.get("/inbox/").status_code == 302


def test_what_is_stored_of_the_app_and_the_codes_is_sealed(amina):
    _client, secret, codes = with_an_app(amina)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert [one for one in (secret, *codes) if one in stored] == []


def test_what_changes_is_told_to_the_log_and_to_the_owner(
    amina, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client, _secret, _codes = with_an_app(amina)
    client.post("/accounts/2fa/totp/deactivate/")
    events = Event.objects.filter(kind="person.second_factor_changed").order_by("seq")
    assert [one.data["what"] for one in events] == ["app_added", "app_removed"]
    assert "was removed" in mailoutbox[-1].body
    assert not Authenticator.objects.exists()


def test_nobody_changes_it_in_a_session_that_was_left_open(amina, browser_of):
    left_open = browser_of(amina)  # nothing in it shows when its owner last proved who they are
    answer = left_open.get(APP)
    assert answer["Location"].startswith(AGAIN)
    again = left_open.post(answer["Location"], {"password": PASSWORD})
    assert (again.status_code, left_open.get(APP).status_code) == (302, 200)


def test_an_admin_removes_what_was_lost_and_open_sessions_end(amina, cast, browser_of):
    client, _secret, _codes = with_an_app(amina)
    browser_of(cast.ada).post(f"/settings/people/{amina.pk}/second-factor/remove/")
    assert client.get("/inbox/").status_code == 302
    assert logs_in(amina).get("/inbox/").status_code == 200


def test_the_people_page_shows_who_has_one(amina, cast, browser_of):
    with_an_app(amina)
    rows = browser_of(cast.ada).get("/settings/people/").context["rows"]
    assert [one.name for one in rows if one.second_factor] == ["Amina"]
