"""The links of the audit log: what of a row is hashed, and how one hash carries the one before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

# Every column but the id, which nobody chooses, and the hash itself.
FIELDS: Final = (
    "organization_id",
    "number",
    "kind",
    "at",
    "actor_type",
    "actor_id",
    "key_id",
    "address",
    "agent",
    "conversation",
    "ids",
    "data",
    "cut_through",
)


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row whose predecessor has the hash `previous` ("" for the first)."""
    return sha256(f"{previous}\n{canonical(row)}".encode()).hexdigest()


def canonical(row: Mapping[str, Any]) -> str:
    """The row as both databases give it back: sorted JSON, times in UTC, ids as text."""
    kept = {name: row[name] for name in FIELDS}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in the audit log")
