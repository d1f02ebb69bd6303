"""Logging in: by address and password, into a session of its own."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast

PASSWORD = "four words in a row"
LOGIN = "/accounts/login/"


@pytest.fixture
def amina(cast: Cast):
    cast.amina.set_password(PASSWORD)
    cast.amina.save()
    return cast.amina


def test_a_person_logs_in_ignoring_case_and_lands_in_the_inbox(client, amina):
    answer = client.post(LOGIN, {"login": amina.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/")
    assert client.get("/settings/").status_code == 200


@pytest.mark.case("S97")
def test_a_session_id_from_before_the_login_is_worth_nothing_after_it(client, amina):
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["baton_session"] = planted
    client.post(LOGIN, {"login": amina.email, "password": PASSWORD})
    assert client.session.session_key != planted
    attacker = Client()
    attacker.cookies["baton_session"] = planted
    assert attacker.get("/inbox/").status_code == 302


@pytest.mark.case("S94")
def test_known_and_unknown_addresses_fail_alike(client, amina):
    wrong = [
        client.post(LOGIN, {"login": login, "password": "not this one"})
        for login in (amina.email, "nobody@kettle.example")
    ]
    assert [one.status_code for one in wrong] == [200, 200]
    said = [[str(error) for error in one.context["form"].non_field_errors()] for one in wrong]
    assert said[0] == said[1] != []


def test_a_login_leaves_no_message_behind(client, amina):
    client.post(LOGIN, {"login": amina.email, "password": PASSWORD})
    assert list(client.get("/settings/").context["messages"]) == []


def test_who_was_deactivated_cannot_log_in(client, amina):
    amina.is_active = False
    amina.save()
    client.post(LOGIN, {"login": amina.email, "password": PASSWORD})
    assert client.get("/inbox/").status_code == 302


def test_nobody_signs_up_by_themselves(client, cast):
    client.post(
        "/accounts/signup/",
        {"email": "mallory@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not type(cast.amina).objects.filter(email="mallory@example.com").exists()
