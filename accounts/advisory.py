"""Locks on what has no row yet: a person before the first message, an id before its message."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import connection


def lock_keys(keys: Iterable[str]) -> None:
    """Takes a lock for each key, in one order, until the transaction ends. One statement.

    Two transactions that share keys wait for each other and never in a circle, as long as each
    takes all of its keys of one kind at once. SQLite has one writer at a time and needs none.
    """
    if connection.vendor != "postgresql":
        return
    numbers = sorted({_number(key) for key in keys})
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key)"
            " FROM (SELECT unnest(%s::bigint[]) AS key ORDER BY 1) AS sorted",
            [numbers],
        )


def _number(key: str) -> int:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
