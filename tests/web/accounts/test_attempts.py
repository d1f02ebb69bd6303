"""Guessing: counted by person and by address, told when to try again; who belongs here gets in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

from accounts.models import Person

LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"
PASSWORD = "four words in a row"

pytestmark = pytest.mark.once


class Counting(MD5PasswordHasher):
    """Counts what costs a third of a second in production."""

    algorithm = "counting"
    spent = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.spent += 1
        return f"{self.algorithm}${salt}${super().encode(password, salt).split('$')[2]}"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def amina(cast) -> Person:
    cast.amina.set_password(PASSWORD)
    cast.amina.save()
    return cast.amina


def attempt(login: str, password: str = "wrong", client: Client | None = None, **sender: Any):
    return (client or Client()).post(LOGIN, {"login": login, "password": password}, **sender)


@pytest.mark.case("S95")
def test_one_user_guessed_from_anywhere_is_shut_and_the_known_browser_is_not(amina, settings):
    settings.TRUSTED_PROXIES = 1
    at_home = Client()
    assert attempt(amina.email, PASSWORD, at_home).status_code == 302
    at_home.post("/accounts/logout/")
    sent = [attempt(amina.email, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}") for n in range(50)]
    assert [one.status_code for one in sent] == [200] * 5 + [429] * 45
    elsewhere = attempt(amina.email, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.99")
    assert elsewhere.status_code == 429
    assert attempt(amina.email, PASSWORD, at_home)["Location"] == "/inbox/"


@pytest.mark.case("S95")
def test_one_address_that_guesses_many_users_is_shut_and_told_when_to_come_back(amina):
    sent = [attempt(f"user{number}@kettle.example") for number in range(12)]
    assert [one.status_code for one in sent] == [200] * 10 + [429] * 2
    assert 0 < int(sent[-1]["Retry-After"]) <= 61
    assert "Try again in" in sent[-1].content.decode()


def test_a_shut_user_reads_how_many_minutes_are_left(amina):
    answer = [attempt(amina.email) for _ in range(6)][-1]
    assert 290 <= int(answer["Retry-After"]) <= 301
    assert "Try again in 5 minutes." in answer.content.decode()


def test_the_browser_of_a_colleague_is_no_known_browser_of_somebody_else(amina, cast):
    cast.ben.set_password(PASSWORD)
    cast.ben.save()
    bens = Client()
    attempt(cast.ben.email, PASSWORD, bens)
    bens.post("/accounts/logout/")
    assert [attempt(amina.email, client=bens).status_code for _ in range(6)][-1] == 429
    assert attempt(amina.email).status_code == 429


@pytest.mark.case("S96")
@pytest.mark.parametrize("proxies", [0, 1])
def test_who_makes_up_forwarding_headers_is_counted_by_the_true_peer(amina, settings, proxies):
    settings.TRUSTED_PROXIES = proxies
    true = ", 198.51.100.7" if proxies else ""
    sent = [
        attempt(f"user{number}@kettle.example", HTTP_X_FORWARDED_FOR=f"1.2.3.{number}{true}")
        for number in range(11)
    ]
    assert [one.status_code for one in sent] == [200] * 10 + [429]


@pytest.mark.case("S94")
def test_known_and_unknown_addresses_cost_the_same_work(amina, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    amina.set_password(PASSWORD)
    amina.save()
    spent = []
    for login in (amina.email, "nobody@kettle.example"):
        Counting.spent = 0
        attempt(login)
        spent.append(Counting.spent)
    assert spent == [1, 1]


@pytest.mark.case("S94")
def test_known_and_unknown_addresses_are_answered_alike_when_they_ask_for_a_link(amina, mailoutbox):
    answers = [
        Client().post(RESET, {"email": one}) for one in (amina.email, "nobody@kettle.example")
    ]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, f"{RESET}done/")] * 2
    assert [one.to for one in mailoutbox] == [[amina.email], ["nobody@kettle.example"]]
    assert re.findall(r"/reset/key/", mailoutbox[1].body) == []


def test_links_to_one_address_are_counted(amina, mailoutbox):
    answers = [Client().post(RESET, {"email": amina.email}) for _ in range(6)]
    assert [one.status_code for one in answers] == [302] * 5 + [429]
    assert len(mailoutbox) == 5
