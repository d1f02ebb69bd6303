"""The ingest's own connection to the database, beside Django's: short time-outs, one statement.

A connection is used by one thread; only `cut()` may come from another.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import psycopg
from django.db import connections

from webhooks.failpoints import hit

Row: TypeAlias = tuple[str, bytes]  # fingerprint of the secret that signed it, the body


class SealedSecrets(NamedTuple):
    """The app secrets of one account; `previous` signs until then, too."""

    account_id: str
    organization_id: str
    present: str
    previous: str
    previous_until: datetime | None


FAILURES: Final = (psycopg.Error, sqlite3.Error, OSError)

# The account table belongs to `accounts`; only sealed columns are read, to be opened there.
_SEALED: Final = (
    "SELECT id, organization_id, app_secret_sealed, previous_app_secret_sealed,"
    " previous_app_secret_until"
    " FROM accounts_businessaccount"
    " WHERE app_secret_sealed <> '' OR previous_app_secret_sealed <> ''"
)


class Store(Protocol):
    """An open connection that stores deliveries."""

    def insert(self, rows: Sequence[Row]) -> None:
        """Stores the rows and commits; when it returns they are durable."""

    def sealed_app_secrets(self) -> list[SealedSecrets]:
        """The accounts that have an app secret of their own."""

    def cut(self) -> None:
        """Wakes a thread that hangs in this connection; from any thread."""

    def close(self) -> None:
        """Gives the connection up; never fails."""


def open_store() -> Store:
    """A fresh connection to the default database. Raises: one of FAILURES, within 2 seconds."""
    config = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        return SqliteStore(str(config["NAME"]))
    return PostgresStore(config)


class PostgresStore:
    """psycopg, with time-outs on the server and a socket that another thread can shut."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._connection = psycopg.connect(**_parameters(config))
        self._socket = socket.socket(fileno=os.dup(self._connection.fileno()))

    def insert(self, rows: Sequence[Row]) -> None:
        hit("ingest.before_insert")
        self._connection.execute(
            "INSERT INTO webhooks_delivery"
            " (body, secret_fingerprint, received_at, state, attempts, items)"
            " SELECT body, fingerprint, statement_timestamp(), 'received', 0, 0"
            " FROM unnest(%b::bytea[], %b::text[]) AS row(body, fingerprint)",
            [[body for _, body in rows], [fingerprint for fingerprint, _ in rows]],
        )
        hit("ingest.after_insert_before_commit")
        self._connection.commit()

    def sealed_app_secrets(self) -> list[SealedSecrets]:
        rows = self._connection.execute(_SEALED).fetchall()
        self._connection.commit()
        return [SealedSecrets(str(account), str(whose), *rest) for account, whose, *rest in rows]

    def cut(self) -> None:
        # No time-out of PostgreSQL or TCP frees a thread that waits for a frozen server.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(*FAILURES):
            self._connection.close()
        self._socket.close()


class SqliteStore:
    """sqlite3, with the durability of `synchronous=FULL`."""

    def __init__(self, name: str) -> None:
        self._connection = sqlite3.connect(
            name,
            timeout=2,
            isolation_level=None,
            check_same_thread=False,
            uri=name.startswith("file:"),
        )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")

    def insert(self, rows: Sequence[Row]) -> None:
        hit("ingest.before_insert")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT INTO webhooks_delivery"
            " (body, secret_fingerprint, received_at, state, attempts, items)"
            " VALUES (?, ?, strftime('%Y-%m-%d %H:%M:%f', 'now'), 'received', 0, 0)",
            [(body, fingerprint) for fingerprint, body in rows],
        )
        hit("ingest.after_insert_before_commit")
        self._connection.execute("COMMIT")

    def sealed_app_secrets(self) -> list[SealedSecrets]:
        rows = self._connection.execute(_SEALED).fetchall()
        return [_of_sqlite(*row) for row in rows]

    def cut(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        with suppress(*FAILURES):
            self._connection.close()


def _of_sqlite(
    account: str, organization: str, present: str, previous: str, until: str | None
) -> SealedSecrets:
    # Django writes a moment as UTC, without saying so.
    moment = datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None
    return SealedSecrets(account, organization, present, previous, moment)


def _parameters(config: dict[str, Any]) -> dict[str, Any]:
    for_django = {
        "pool",
        "server_side_binding",
        "isolation_level",
        "assume_role",
        "prepare_threshold",
    }
    given = {name: value for name, value in config["OPTIONS"].items() if name not in for_django}
    named = {
        "dbname": config["NAME"],
        "user": config["USER"],
        "password": config["PASSWORD"],
        "host": config["HOST"],
        "port": config["PORT"],
    }
    ours = {
        "connect_timeout": 2,
        "options": f"{given.get('options', '')} -c statement_timeout=3s -c lock_timeout=1s",
        "application_name": "baton-ingest",
    }
    return given | {name: value for name, value in named.items() if value} | ours
