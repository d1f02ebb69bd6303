"""Secrets at rest: not in a dump, not at home in another row, and under the newest key."""

from __future__ import annotations

import io
import json

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.actions import secrets
from accounts.crypto import WrongPlace, rotated
from accounts.models import BusinessAccount
from tests.cast import TOKEN

SECRETS = {
    "--password": "a long password",
    "--access-token": "EAAG-one",
    "--app-secret": "signs-webhooks",
    "--verify-token": "answers-challenges",
}


def dump() -> str:
    """Every value of every row of every table."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 our own tables
            rows += cursor.fetchall()
    return repr(rows)


@pytest.mark.case("S117")
def test_a_dump_of_the_database_holds_no_secret(db):
    out = io.StringIO()
    flags = [word for pair in SECRETS.items() for word in pair]
    ids = ("--waba-id", "1", "--phone-number-id", "2", "--with-secret", "--json")
    call_command(
        "bootstrap", "--email", "ada@kettle.example", *flags, *ids, stdout=out, stderr=io.StringIO()
    )
    key = json.loads(out.getvalue())["api_key"]
    everything = dump()
    assert "ada@kettle.example" in everything
    assert [one for one in (*SECRETS.values(), *key.values()) if one in everything] == []


@pytest.mark.case("S117")
@pytest.mark.parametrize("field", ["access_token_sealed", "app_secret_sealed"])
def test_a_ciphertext_in_another_place_does_not_open(cast, field):
    theirs = BusinessAccount(organization=cast.eve.organization, waba_id="555")
    setattr(theirs, field, cast.account.access_token_sealed)
    with pytest.raises(WrongPlace):
        _ = getattr(theirs, field.removesuffix("_sealed"))


def rotate() -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


@pytest.mark.case("S117")
def test_after_a_rotation_the_old_key_can_go(cast, settings):
    cast.account.app_secret = "signs"
    cast.account.save()
    old, new = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, old]
    assert rotate().startswith("2 ")
    settings.ENCRYPTION_KEYS = [new]
    account = BusinessAccount.objects.get(pk=cast.account.pk)
    assert (account.access_token, account.app_secret) == (TOKEN, "signs")


@pytest.mark.case("S117")
def test_a_secret_that_is_replaced_during_a_rotation_stays_replaced(cast, monkeypatch, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]

    def meanwhile(sealed: str) -> str:
        account = BusinessAccount.objects.get(pk=cast.account.pk)
        account.access_token = "EAAG-newer"
        account.save()
        return rotated(sealed)

    monkeypatch.setattr(secrets.crypto, "rotated", meanwhile)
    secrets.rotate_secrets()
    assert BusinessAccount.objects.get(pk=cast.account.pk).access_token == "EAAG-newer"


def test_a_secret_that_no_key_opens_stops_the_rotation_with_a_sentence(cast, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match=r"ENCRYPTION_KEYS"):
        rotate()
