"""The API keys in the settings: shown once, revoked after one question."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import keys, scope_words
from accounts.actions.keys import create_key
from accounts.models import ApiKey
from accounts.refusals import Refused
from accounts.scopes import SCOPES
from tests.cast import T0, a_number, by

PAGE = "/settings/keys/"
MAKE = "/settings/keys/new/"
FACTS = {
    "name": "Web shop",
    "scopes": ["messages:send", "read"],
    "rate_per_minute": "60",
    "rate_per_hour": "600",
    "case": "snake",
}
NEW = FACTS | {"acts_as": "program", "days": "30"}
PLAIN = re.compile(r"wak_(?:live|test)_[A-Za-z0-9]{40}")


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


@pytest.mark.case("S88")
def test_a_new_key_is_shown_in_the_answer_and_never_again(ada):
    answer = ada.post(MAKE, NEW)
    (plain,) = PLAIN.findall(answer.content.decode())
    key = ApiKey.objects.get()
    assert (answer.status_code, key.key_sha256) == (200, keys.digest(plain))
    assert key.scopes == ["messages:send", "read"]
    assert plain not in ada.get(PAGE).content.decode()


def test_a_reload_makes_no_second_key(ada):
    ada.post(MAKE, NEW)
    again = ada.post(MAKE, NEW)
    assert (again.status_code, ApiKey.objects.count()) == (422, 1)
    assert "name" in again.context["form"].errors


def test_a_secret_and_a_sandbox_key_are_made_when_wanted(ada):
    html = ada.post(MAKE, NEW | {"with_secret": "on", "test": "on"}).content.decode()
    key = ApiKey.objects.get()
    assert keys.is_test(key)
    assert keys.has_secret(key, re.findall(r"was_[A-Za-z0-9]{40}", html)[0])


def test_a_key_ends_when_the_form_says(ada):
    ada.post(MAKE, NEW)
    left = ApiKey.objects.get().expires_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)
    ada.post(MAKE, NEW | {"name": "For ever", "days": "0"})
    assert ApiKey.objects.get(name="For ever").expires_at is None


def test_a_key_of_a_person_acts_as_that_person(ada, cast):
    ada.post(MAKE, NEW | {"acts_as": f"person:{cast.ben.pk}"})
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
    answer = ada.post(MAKE, NEW | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ApiKey.objects.exists()


def test_nobody_acts_as_a_person_of_another_organization(ada, cast):
    assert ada.post(MAKE, NEW | {"acts_as": f"person:{cast.eve.pk}"}).status_code == 422


def test_revoking_asks_first_and_then_is_for_good(ada):
    ada.post(MAKE, NEW)
    revoke = f"{PAGE}{ApiKey.objects.get().pk}/revoke/"
    assert "Web shop" in ada.get(revoke).content.decode()
    assert ApiKey.objects.get().revoked_at is None
    assert ada.post(revoke)["Location"] == PAGE
    assert ApiKey.objects.get().revoked_at is not None
    assert revoke not in ada.get(PAGE).content.decode()


def test_the_list_shows_no_keys_of_others(ada, cast, browser_of):
    browser_of(cast.eve).post(MAKE, NEW | {"name": "Harbour till"})
    assert "Harbour till" not in ada.get(PAGE).content.decode()


def test_a_key_is_bound_to_accounts_and_numbers_of_ours_and_to_its_limits(ada, cast):
    reach = {"account_ids": [str(cast.account.pk)], "phone_number_ids": [str(cast.number.pk)]}
    ada.post(MAKE, NEW | reach | {"case": "camel"})
    key = ApiKey.objects.get()
    assert (key.account_ids, key.phone_number_ids) == tuple(reach.values())
    assert (key.rate_per_minute, key.rate_per_hour, key.case) == (60, 600, "camel")
    assert key.created_by == cast.ada


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone_number_ids", ["00000000-0000-0000-0000-000000000000"]),
        ("account_ids", ["nobody"]),
        ("rate_per_minute", "0"),
        ("rate_per_hour", "1e9"),
        ("rate_per_minute", ""),
        ("case", "kebab"),
    ],
)
def test_bindings_and_limits_that_are_none_make_no_key(ada, field, value):
    answer = ada.post(MAKE, NEW | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ApiKey.objects.exists()


def test_nobody_binds_a_key_to_a_number_of_another_organization(ada, cast):
    theirs = a_number(cast.eve.organization, waba_id="9", meta_phone_number_id="9")
    answer = ada.post(MAKE, NEW | {"phone_number_ids": [str(theirs.pk)]})
    assert (answer.status_code, ApiKey.objects.count()) == (422, 0)
    with pytest.raises(Refused):
        create_key(
            cast.organization.pk,
            name="Shop",
            by=by(cast.ada),
            at=T0,
            phone_number_ids=[theirs.pk],
        )


def test_a_key_is_renamed_narrowed_and_prolonged_while_it_works(ada):
    ada.post(MAKE, NEW)
    key = ApiKey.objects.get()
    changed = FACTS | {"name": "Till", "scopes": ["messages:send"], "rate_per_minute": "5"}
    assert ada.post(f"{PAGE}{key.pk}/", changed | {"days": "90"}).status_code == 302
    after = ApiKey.objects.get()
    assert (after.name, after.scopes, after.rate_per_minute) == ("Till", ["messages:send"], 5)
    assert after.expires_at - timezone.now() > timedelta(days=89)
    assert (after.key_sha256, after.expires_at > key.expires_at) == (key.key_sha256, True)


def test_a_name_in_use_is_said_at_its_field_and_what_was_typed_is_kept(ada):
    ada.post(MAKE, NEW)
    ada.post(MAKE, NEW | {"name": "Till"})
    key = ApiKey.objects.get(name="Till")
    answer = ada.post(f"{PAGE}{key.pk}/", FACTS | {"rate_per_minute": "7"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert 'value="7"' in answer.content.decode()


def test_names_of_scopes_from_elsewhere_are_kept(ada, cast):
    made = create_key(
        cast.organization.pk, name="Old", by=by(cast.ada), at=T0, scopes=["whatsapp:read"]
    )
    page = f"{PAGE}{made.row.pk}/"
    assert 'value="whatsapp:read"' in ada.get(page).content.decode()
    ada.post(page, FACTS | {"scopes": ["whatsapp:read"]})
    assert ApiKey.objects.get().scopes == ["whatsapp:read"]


def test_a_revoked_key_cannot_be_changed(ada, cast):
    ada.post(MAKE, NEW)
    key = ApiKey.objects.get()
    ada.post(f"{PAGE}{key.pk}/revoke/")
    assert ada.post(f"{PAGE}{key.pk}/", FACTS | {"name": "Till"}).status_code == 422
    assert ApiKey.objects.get().name == "Web shop"


@pytest.mark.parametrize(
    ("days", "state"), [(0, "live"), (30, "live"), (9, "soon"), (-1, "expired")]
)
def test_the_list_says_what_ends_soon(ada, cast, days, state):
    ends = timezone.now() + timedelta(days=days) if days else None
    create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0, expires_at=ends)
    (row,) = ada.get(PAGE).context["rows"]
    assert row.state == state


def test_every_scope_has_words():
    assert set(scope_words.WORDS) == SCOPES | {"*", "read"}
