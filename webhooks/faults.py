"""Whose fault an error is: the item's, which becomes a dead letter, or the database's."""

from __future__ import annotations

import sqlite3
from typing import Final

import psycopg
from django.db import DatabaseError, InterfaceError

# Classes of SQLSTATE: connection, rollback (deadlock), resources, object in use, operator.
# https://www.postgresql.org/docs/15/errcodes-appendix.html (read 2025-11-21)
# The last two are a missing table or column: the code is newer than the schema (or older), which
# is the deploy's fault and would make a dead letter of everything that arrives meanwhile.
_POSTGRES_TROUBLE: Final = ("08", "25", "40", "53", "55", "57P", "58", "42P01", "42703")
_SQLITE_SCHEMA: Final = ("no such table", "no such column", "has no column named")
_SQLITE_TROUBLE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_SCHEMA,
    }
)


def blames_item(error: Exception) -> bool:
    """Whether the same item would fail again on a healthy database, alone."""
    if isinstance(error, InterfaceError):
        return False
    if not isinstance(error, DatabaseError):
        return True
    match error.__cause__:
        case psycopg.Error(sqlstate=str(state)):
            return not state.startswith(_POSTGRES_TROUBLE)
        case psycopg.OperationalError():  # no state: the connection is gone
            return False
        case sqlite3.Error() as cause:
            return not _is_trouble(cause)
        case _:
            return True


def _is_trouble(cause: sqlite3.Error) -> bool:
    # The low byte is the error, the rest its details.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in _SQLITE_TROUBLE or any(text in str(cause) for text in _SQLITE_SCHEMA)
