"""Databases with today's tables: made once for a run of the whole suite, copied by its processes.

The migrations take three seconds of processor time, and a run asks for ten such databases. A test
that is started by itself finds none: it migrates its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.db.backends.sqlite3.creation import DatabaseCreation as SqliteCreation

from tests import loaded
from tests.services import Missing, PrivatePostgres

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "manage.py", "migrate", "--verbosity=0")
DATABASE = "migrated"  # what it is called in its server
# Where they are: the file, and the data of a stopped server.
SQLITE, POSTGRES = "TEST_MIGRATED_SQLITE", "TEST_MIGRATED_POSTGRES"


@contextmanager
def once_for_all(directory: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Makes one of each kind; the environment that tells where.

    directory: for the file. environment: that of the commands. A machine without PostgreSQL has
    the file only. Raises: CalledProcessError.
    """
    file = directory / "migrated.sqlite3"
    with ExitStack() as stack:
        urls = [f"sqlite:///{file}"]
        told = {SQLITE: str(file)}
        try:
            server = stack.enter_context(PrivatePostgres(durable=False))
        except Missing:
            server = None  # each pass that wants one says so
        else:
            urls.append(server.create_database(DATABASE))
            told[POSTGRES] = str(server.data)
        making = [
            subprocess.Popen(COMMAND, cwd=ROOT, env={**environment, "DATABASE_URL": url})
            for url in urls
        ]
        for process in making:
            if process.wait():
                raise subprocess.CalledProcessError(process.returncode, COMMAND)
        if server:
            server.stop()
        yield told


def sqlite(file: Path) -> str:
    """Makes this a migrated database; its URL."""
    if SQLITE in os.environ:
        shutil.copy(os.environ[SQLITE], file)
    else:
        migrate(f"sqlite:///{file}")
    return f"sqlite:///{file}"


@contextmanager
def postgres(*, durable: bool = True) -> Iterator[PrivatePostgres]:
    """A running server that has the migrated `DATABASE`, to be copied. Raises: Missing."""
    if POSTGRES in os.environ:
        with PrivatePostgres(durable=durable, copy_of=Path(os.environ[POSTGRES])) as server:
            yield server
    else:
        with PrivatePostgres(durable=durable) as server:
            migrate(server.create_database(DATABASE))
            yield server


@contextmanager
def in_place_of_migrations() -> Iterator[None]:
    """Has Django make a test database by copying, where there is something to be copied."""
    made = os.environ.get(POSTGRES if connection.vendor == "postgresql" else SQLITE)
    if made is None:
        yield
        return

    def copied(creation: Any, *_given: Any) -> None:
        shutil.copy(str(made), creation._get_test_db_name())

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict["TEST"], "TEMPLATE", DATABASE)
        patch.setattr(SqliteCreation, "_create_test_db", copied)
        patch.setattr(Migrate, "handle", lambda *_given, **_how: None)
        yield


def migrate(database_url: str) -> None:
    """Brings an empty database to today's tables."""
    environment = os.environ | {"DATABASE_URL": database_url}
    loaded.run([*COMMAND], cwd=ROOT, env=environment, check=True)
