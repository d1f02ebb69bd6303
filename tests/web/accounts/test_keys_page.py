"""The API keys in the settings: shown once, revoked after one question."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import keys
from accounts.models import ApiKey

PAGE = "/settings/keys/"
NEW = {"name": "Web shop", "acts_as": "program", "scopes": ["messages:send", "read"], "days": "30"}
PLAIN = re.compile(r"wak_(?:live|test)_[A-Za-z0-9]{40}")


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


@pytest.mark.case("S88")
def test_a_new_key_is_shown_in_the_answer_and_never_again(ada):
    answer = ada.post(PAGE, NEW)
    (plain,) = PLAIN.findall(answer.content.decode())
    key = ApiKey.objects.get()
    assert (answer.status_code, key.key_sha256) == (200, keys.digest(plain))
    assert key.scopes == ["messages:send", "read"]
    assert plain not in ada.get(PAGE).content.decode()


def test_a_reload_makes_no_second_key(ada):
    ada.post(PAGE, NEW)
    again = ada.post(PAGE, NEW)
    assert (again.status_code, ApiKey.objects.count()) == (422, 1)
    assert "name" in again.context["form"].errors


def test_a_secret_and_a_sandbox_key_are_made_when_wanted(ada):
    html = ada.post(PAGE, NEW | {"with_secret": "on", "test": "on"}).content.decode()
    key = ApiKey.objects.get()
    assert keys.is_test(key)
    assert keys.has_secret(key, re.findall(r"was_[A-Za-z0-9]{40}", html)[0])


def test_a_key_ends_when_the_form_says(ada):
    ada.post(PAGE, NEW)
    left = ApiKey.objects.get().expires_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)
    ada.post(PAGE, NEW | {"name": "For ever", "days": "0"})
    assert ApiKey.objects.get(name="For ever").expires_at is None


def test_a_key_of_a_person_acts_as_that_person(ada, cast):
    ada.post(PAGE, NEW | {"acts_as": f"person:{cast.ben.pk}"})
    key = ApiKey.objects.get()
    assert (key.kind, key.user) == ("human", cast.ben)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "n" * 81),
        ("scopes", []),
        ("scopes", ["everything"]),
        ("days", "1000"),
        ("acts_as", "person:00000000-0000-0000-0000-000000000000"),
        ("acts_as", "person:nobody"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(ada, field, value):
    answer = ada.post(PAGE, NEW | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ApiKey.objects.exists()


def test_nobody_acts_as_a_person_of_another_organization(ada, cast):
    assert ada.post(PAGE, NEW | {"acts_as": f"person:{cast.eve.pk}"}).status_code == 422


def test_revoking_asks_first_and_then_is_for_good(ada):
    ada.post(PAGE, NEW)
    revoke = f"{PAGE}{ApiKey.objects.get().pk}/revoke/"
    assert "Web shop" in ada.get(revoke).content.decode()
    assert ApiKey.objects.get().revoked_at is None
    assert ada.post(revoke)["Location"] == PAGE
    assert ApiKey.objects.get().revoked_at is not None
    assert revoke not in ada.get(PAGE).content.decode()


def test_the_list_shows_no_keys_of_others(ada, cast, browser_of):
    browser_of(cast.eve).post(PAGE, NEW | {"name": "Harbour till"})
    assert "Harbour till" not in ada.get(PAGE).content.decode()
