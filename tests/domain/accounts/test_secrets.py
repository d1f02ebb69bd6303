"""Secrets at rest: not in a dump, not at home in another row, and under the newest key."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.contrib.sessions.backends.db import SessionStore as DjangosOwn
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.actions import secrets
from accounts.crypto import WrongPlace, rotated
from accounts.ids import new_id
from accounts.models import AuditEvent, BusinessAccount, Organization
from accounts.second_factor import SecondFactor
from tests.cast import TOKEN
from tests.conftest import program
from tests.domain.accounts.planters import EMAIL, PLANTERS
from tests.services import postgres_binaries


def dump() -> str:
    """The database as a thief has it: the file, or what pg_dump writes; sessions unpacked."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        files = (Path(f"{name}{suffix}") for suffix in ("", "-wal"))
        rows = b"".join(file.read_bytes() for file in files if file.exists())
    else:
        host, port, user = (str(connection.settings_dict[key]) for key in ("HOST", "PORT", "USER"))
        place = [f"--host={host}", f"--port={port}", f"--username={user}", str(name)]
        pg_dump = program(postgres_binaries) / "pg_dump"
        rows = subprocess.run([pg_dump, *place], check=True, capture_output=True).stdout
    sessions = [DjangosOwn().decode(one.session_data) for one in Session.objects.all()]
    return rows.decode(errors="replace") + repr(sessions)


@pytest.mark.case("S117", "S88")
def test_a_dump_of_the_database_holds_no_secret_that_somebody_gave_it(transactional_db):
    planted = {what: secret for plant in PLANTERS for what, secret in plant().items()}
    everything = dump()
    assert EMAIL in everything
    assert [what for what, secret in planted.items() if secret in everything] == []


def sealed_columns() -> list[tuple[type[Any], str]]:
    return [(one.model, one.field) for one in secrets.sealed_fields()]


def test_columns_of_secrets_are_found_from_the_models():
    assert (BusinessAccount, "access_token_sealed") in sealed_columns()


@pytest.mark.case("S117")
@pytest.mark.parametrize(("model", "column"), sealed_columns())
def test_a_ciphertext_of_another_field_or_row_does_not_open(db, model, column):
    ours = {} if model is Organization else {"organization_id": new_id()}
    one, other = model(**ours), model(**ours)
    setattr(one, column.removesuffix("_sealed"), "planted")
    setattr(other, column, getattr(one, column))
    with pytest.raises(WrongPlace):
        getattr(other, column.removesuffix("_sealed"))
    for neighbour in [found for kind, found in sealed_columns() if kind is model] + [column]:
        if neighbour != column:
            setattr(one, neighbour, getattr(one, column))
            with pytest.raises(WrongPlace):
                getattr(one, neighbour.removesuffix("_sealed"))


def rotate(*options: str) -> str:
    out = io.StringIO()
    call_command("rotate_keys", *options, stdout=out)
    return out.getvalue()


@pytest.mark.case("S117")
def test_after_a_rotation_the_old_key_can_go(cast, settings):
    cast.account.app_secret = "signs"
    cast.account.save()
    old, new = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, old]
    with pytest.raises(CommandError, match=r"2 secrets"):
        rotate("--check")
    assert rotate().startswith("2 ")
    assert rotate().startswith("0 ")  # nothing is left to do
    settings.ENCRYPTION_KEYS = [new]
    rotate("--check")
    account = BusinessAccount.objects.get(pk=cast.account.pk)
    assert (account.access_token, account.app_secret) == (TOKEN, "signs")
    rows = AuditEvent.objects.filter(kind="secrets.rotated", organization=cast.organization)
    assert [(row.data, row.agent) for row in rows] == [({"count": 2}, "command")]


@pytest.mark.case("S117")
def test_second_factors_go_along(cast, settings):
    Authenticator.objects.all().delete()
    totp = TOTP.activate(cast.amina, "JBSWY3DPEHPK3PXP").instance
    passkey = {"name": "Blue key", "credential": {"id": "x"}}
    Authenticator.objects.create(user=cast.amina, type="webauthn", data=passkey)
    old, new = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, old]
    secrets.rotate_secrets()
    settings.ENCRYPTION_KEYS = [new]
    assert secrets.remaining() == 0
    kept = Authenticator.objects.get(pk=totp.pk).data["secret"]
    assert SecondFactor().decrypt(kept) == "JBSWY3DPEHPK3PXP"
    assert Authenticator.objects.get(type="webauthn").data == passkey


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


@pytest.mark.case("S117")
def test_a_rotation_that_was_broken_off_goes_on_where_it_was(cast, monkeypatch, settings):
    for number in range(3):
        account = BusinessAccount(organization=cast.organization, waba_id=f"9{number}")
        account.access_token = f"token-{number}"
        account.save()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
    done = iter([rotated, rotated])
    monkeypatch.setattr(secrets.crypto, "rotated", lambda sealed: next(done)(sealed))
    with pytest.raises((StopIteration, RuntimeError)):
        secrets.rotate_secrets()
    assert secrets.remaining() == 2
    monkeypatch.undo()
    assert (secrets.rotate_secrets(), secrets.remaining()) == (2, 0)
