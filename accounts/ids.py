"""Our ids: UUIDs of version 7, ordered by time."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUID version 7."""
    return uuid7()


def id_after(previous: UUID | None) -> UUID:
    """A fresh id that sorts after `previous`, also when two clocks disagree.

    Used under the lock of what is being ordered, so that queue order is id order (G16).
    """
    fresh = new_id()
    if previous is None or fresh > previous:
        return fresh
    return UUID(int=previous.int + 1)
