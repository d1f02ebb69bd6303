"""Whose fault an error is."""

import sqlite3

import psycopg.errors
import pytest
from django.db.utils import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)

from accounts.refusals import Refused
from webhooks.faults import blames_item


def from_driver(outer, cause):
    outer.__cause__ = cause
    return outer


def from_sqlite(code, text="…"):
    cause = sqlite3.OperationalError(text)
    cause.sqlite_errorcode = code
    return from_driver(OperationalError(), cause)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no id"),
        KeyError("from"),
        TypeError(),
        RecursionError(),
        Refused("VALIDATION_ERROR", "…"),
        IntegrityError(),
        from_driver(DataError(), psycopg.errors.StringDataRightTruncation()),
        from_driver(OperationalError(), psycopg.errors.ProgramLimitExceeded()),
        from_driver(OperationalError(), psycopg.errors.QueryCanceled()),
        from_sqlite(sqlite3.SQLITE_ERROR),
        from_sqlite(sqlite3.SQLITE_TOOBIG),
    ],
)
def test_what_would_fail_again_is_the_items_fault(error):
    assert blames_item(error)


@pytest.mark.parametrize(
    "error",
    [
        InterfaceError(),
        from_driver(OperationalError(), psycopg.OperationalError("connection closed")),
        from_driver(OperationalError(), psycopg.errors.DeadlockDetected()),
        from_driver(OperationalError(), psycopg.errors.SerializationFailure()),
        from_driver(OperationalError(), psycopg.errors.LockNotAvailable()),
        from_driver(OperationalError(), psycopg.errors.AdminShutdown()),
        from_driver(OperationalError(), psycopg.errors.TooManyConnections()),
        from_driver(OperationalError(), psycopg.errors.DiskFull()),
        from_driver(ProgrammingError(), psycopg.errors.UndefinedColumn()),
        from_driver(ProgrammingError(), psycopg.errors.UndefinedTable()),
        from_sqlite(sqlite3.SQLITE_ERROR, "table message has no column named kind"),
        from_sqlite(sqlite3.SQLITE_BUSY),
        from_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT),
        from_sqlite(sqlite3.SQLITE_FULL),
        from_sqlite(sqlite3.SQLITE_IOERR_WRITE),
    ],
)
def test_what_the_database_does_to_everybody_is_not(error):
    assert not blames_item(error)
