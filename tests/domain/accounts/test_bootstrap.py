"""`manage.py bootstrap`: what it makes, what it leaves alone, what it refuses."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts import keys
from accounts.models import (
    ApiKey,
    BusinessAccount,
    Event,
    NumberStatus,
    Organization,
    Person,
    PhoneNumber,
    Role,
)
from tests import loaded

ROOT = Path(__file__).parents[3]
ADMIN = ("--email", "ada@kettle.example", "--password", "a long password")
NUMBER = ("--waba-id", "123456789012345", "--phone-number-id", "987654321098765")
FIVE_KEYS = ["organization_id", "user_id", "phone_number", "api_key", "webhook_url"]

pytestmark = pytest.mark.django_db


def bootstrap(*flags: str) -> dict:
    """Its JSON; stdout holds nothing else."""
    out = io.StringIO()
    call_command("bootstrap", *flags, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def refusal(*flags: str) -> tuple[int, str]:
    """Exit code and sentence."""
    with pytest.raises(CommandError, match=r".+") as caught:
        bootstrap(*flags)
    return caught.value.returncode, str(caught.value)


def rows() -> list[int]:
    models = (Organization, Person, BusinessAccount, PhoneNumber, ApiKey, Event)
    return [model.objects.count() for model in models]


def test_it_makes_everything_and_prints_five_keys_in_order(settings):
    settings.PUBLIC_URL = "https://inbox.example.com"
    said = bootstrap(*ADMIN, *NUMBER, "--access-token", "EAAG-one")
    assert list(said) == FIVE_KEYS
    number = PhoneNumber.objects.get()
    assert said["organization_id"] == str(Organization.objects.get(name="Baton").pk)
    assert said["user_id"] == str(Person.objects.get(role=Role.ADMIN).pk)
    assert said["phone_number"] == {
        "id": str(number.pk),
        "meta_phone_number_id": "987654321098765",
    }
    assert said["webhook_url"] == "https://inbox.example.com/webhooks/whatsapp/"
    assert (number.status, number.account.access_token) == (NumberStatus.ACTIVE, "EAAG-one")


def test_the_key_is_kept_as_a_digest_only_and_opens_everything():
    plain = bootstrap(*ADMIN)["api_key"]["key"]
    key = ApiKey.objects.get()
    assert keys.looks_like_key(plain)
    assert key.key_sha256 == keys.digest(plain)
    assert (key.name, key.kind, key.scopes) == ("bootstrap", "integration", ["*"])
    assert (key.services, key.account_ids, key.phone_number_ids) == (["cloud"], [], [])
    assert plain not in str(vars(key))


def test_the_same_command_again_changes_nothing():
    flags = (*ADMIN, *NUMBER, "--access-token", "EAAG-one", "--with-secret", "--scopes", "read")
    first, before = bootstrap(*flags), rows()
    sealed = BusinessAccount.objects.get().access_token_sealed
    again = bootstrap(*flags)
    assert again | {"api_key": None} == first | {"api_key": None}
    assert again["api_key"] == {"key": None, "secret": None}
    assert rows() == before
    assert BusinessAccount.objects.get().access_token_sealed == sealed


def test_without_a_number_there_is_none():
    assert bootstrap(*ADMIN)["phone_number"] is None
    assert not BusinessAccount.objects.exists()


def test_without_a_token_the_number_waits_for_it():
    bootstrap(*ADMIN, *NUMBER)
    assert PhoneNumber.objects.get().status == NumberStatus.PENDING_SETUP
    bootstrap(*ADMIN, *NUMBER, "--access-token", "EAAG-one")
    assert PhoneNumber.objects.get().status == NumberStatus.ACTIVE


@pytest.mark.parametrize(
    ("token", "status"),
    [("EAAG-new", NumberStatus.ACTIVE), ("EAAG-old", NumberStatus.ERROR)],
)
def test_only_a_new_token_repairs_a_number(token, status):
    bootstrap(*ADMIN, *NUMBER, "--access-token", "EAAG-old")
    PhoneNumber.objects.update(status=NumberStatus.ERROR, status_reason="token_expired")
    bootstrap(*ADMIN, *NUMBER, "--access-token", token)
    assert PhoneNumber.objects.get().status == status


def test_a_new_token_does_not_undo_an_admins_pause():
    bootstrap(*ADMIN, *NUMBER, "--access-token", "EAAG-old")
    PhoneNumber.objects.update(status=NumberStatus.DISCONNECTED)
    bootstrap(*ADMIN, *NUMBER, "--access-token", "EAAG-new")
    assert PhoneNumber.objects.get().status == NumberStatus.DISCONNECTED


def test_given_values_replace_stored_ones_and_others_stay():
    given = ("--app-secret", "one", "--verify-token", "v-one")
    bootstrap(*ADMIN, *NUMBER, *given, "--display-phone-number", "+254 700 000100")
    bootstrap(*ADMIN, *NUMBER, "--app-secret", "two")
    account, number = BusinessAccount.objects.get(), PhoneNumber.objects.get()
    assert (account.app_secret, account.verify_token) == ("two", "v-one")
    assert number.phone == "+254700000100"


def test_a_password_is_never_changed_by_a_later_run():
    bootstrap(*ADMIN)
    bootstrap("--email", "ADA@kettle.example", "--password", "another password")
    assert Person.objects.get().check_password("a long password")


def test_organizations_are_found_by_name_ignoring_case():
    first = bootstrap(*ADMIN, "--organization", "Kettle & Co")
    again = bootstrap(*ADMIN, "--organization", "KETTLE & co")
    assert again["organization_id"] == first["organization_id"]


def test_the_only_organization_there_is_needs_no_name():
    first = bootstrap(*ADMIN, "--organization", "Kettle & Co")
    assert bootstrap(*ADMIN)["organization_id"] == first["organization_id"]


def test_a_key_with_a_secret_has_it_shown_once():
    said = bootstrap(*ADMIN, "--with-secret")["api_key"]
    assert keys.has_secret(ApiKey.objects.get(), said["secret"])


def test_another_key_name_makes_another_key():
    one = bootstrap(*ADMIN)["api_key"]["key"]
    other = bootstrap(*ADMIN, "--key-name", "second")["api_key"]["key"]
    assert other not in (one, None)
    assert ApiKey.objects.count() == 2


def test_scopes_are_replaced_when_given_and_kept_when_not():
    bootstrap(*ADMIN, "--scopes", "whatsapp:read, messages:send")
    bootstrap(*ADMIN)
    assert ApiKey.objects.get().scopes == ["whatsapp:read", "messages:send"]
    bootstrap(*ADMIN, "--scopes", "read")
    assert ApiKey.objects.get().scopes == ["read"]


def test_secrets_can_stand_in_the_environment(monkeypatch):
    monkeypatch.setenv("META_TOKEN", "EAAG-from-env")
    bootstrap(*ADMIN, *NUMBER, "--access-token", "env:META_TOKEN")
    assert BusinessAccount.objects.get().access_token == "EAAG-from-env"


@pytest.mark.parametrize(
    "flags",
    [
        ("--email", "nobody", "--password", "a long password"),
        (*ADMIN, "--waba-id", "123"),
        (*ADMIN, "--phone-number-id", "123"),
        (*ADMIN, "--waba-id", "12a", "--phone-number-id", "34"),
        (*ADMIN, *NUMBER, "--display-phone-number", "twelve"),
        (*ADMIN, "--scopes", "everything"),
        (*ADMIN, "--key-name", "k" * 81),
        (*ADMIN, "--access-token", "env:NOT_THERE_AT_ALL"),
    ],
)
def test_wrong_flags_exit_with_2_and_make_nothing(flags):
    assert refusal(*flags)[0] == 2
    assert rows() == [0] * 6


def test_a_new_admin_needs_a_password_and_nothing_is_made_without():
    code, sentence = refusal("--email", "ada@kettle.example")
    assert (code, "--password" in sentence) == (1, True)
    assert rows() == [0] * 6


def test_a_person_of_another_organization_is_refused():
    bootstrap(*ADMIN, "--organization", "Kettle & Co")
    before = rows()
    assert refusal(*ADMIN, "--organization", "Harbour Tools")[0] == 1
    assert rows() == before


@pytest.mark.parametrize("waba_id", ["123456789012345", "555"])
def test_a_number_of_another_organization_is_refused(waba_id):
    bootstrap(*ADMIN, *NUMBER, "--organization", "Kettle & Co")
    before = rows()
    eve = ("--email", "eve@harbour.example", "--password", "a long password")
    flags = ("--organization", "Harbour Tools", "--waba-id", waba_id, *NUMBER[2:])
    assert refusal(*eve, *flags)[0] == 1
    assert rows() == before


def test_for_people_it_says_the_key_once_and_then_how_to_get_another():
    said = [io.StringIO(), io.StringIO()]
    for out in said:
        call_command("bootstrap", *ADMIN, stdout=out)
    assert "wak_live_" in said[0].getvalue()
    assert "wak_live_" not in said[1].getvalue()
    assert "--key-name" in said[1].getvalue()


@pytest.mark.services  # processes, on a file of their own
@pytest.mark.timeout(120)
def test_the_command_itself_from_an_empty_database_on(tmp_path):
    environ = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'fresh.sqlite3'}"}

    def manage(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *words]
        pipe = subprocess.PIPE
        return loaded.run(command, cwd=ROOT, env=environ, stdout=pipe, stderr=pipe, text=True)

    early = manage("bootstrap", *ADMIN, "--json")
    assert (early.returncode, early.stdout, "migrate" in early.stderr) == (1, "", True)
    assert manage("migrate", "--verbosity", "0").returncode == 0
    done = manage("bootstrap", *ADMIN, *NUMBER, "--access-token", "EAAG-one", "--json")
    assert (done.returncode, list(json.loads(done.stdout))) == (0, FIVE_KEYS)
    assert manage("bootstrap", "--json").returncode == 2
    assert manage("bootstrap", *ADMIN, "--nonsense").returncode == 2
