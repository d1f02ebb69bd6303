"""`python -m bench.writers announce|insert <events per transaction> <seconds>`: eight processes.

announce: through `accounts.events`, numbered by the counter row. insert: the same rows, numbered
by nobody. PostgreSQL.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django
from django.db import connection, transaction
from django.utils import timezone

django.setup()

from accounts.actors import SYSTEM  # noqa: E402 - needs the settings
from accounts.events import announce, unit_of_work  # noqa: E402
from accounts.ids import new_id  # noqa: E402
from accounts.models import Event, Organization  # noqa: E402

WRITERS = 8


def by_announce(organization_id: UUID, size: int) -> None:
    """One transaction of our own kind."""
    with unit_of_work():
        for _ in range(size):
            announce("bench.event", organization_id, by=SYSTEM, at=timezone.now(), what="bench")


def by_insert(organization_id: UUID, size: int) -> None:
    """The same rows; each one's number is a piece of its random id."""
    with transaction.atomic():
        ids = [new_id() for _ in range(size)]
        Event.objects.bulk_create(
            Event(
                id=one, organization_id=organization_id, seq=one.int & (2**62 - 1),
                kind="bench.event", ids=[], data={"what": "bench"}, actor_type=SYSTEM.type,
                at=timezone.now(),
            )
            for one in ids
        )  # fmt: skip


KINDS: dict[str, Callable[[UUID, int], None]] = {"announce": by_announce, "insert": by_insert}


def main(kind: str, size: int, seconds: float) -> None:
    """Prints {"events_per_s": …}."""
    organization_id = Organization.objects.get().pk
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # its threads are not in a fork
    context = multiprocessing.get_context("fork")
    rates: Any = context.SimpleQueue()
    args = (KINDS[kind], organization_id, size, seconds, rates)
    writers = [context.Process(target=_write, args=args) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    print(json.dumps({"events_per_s": sum(rates.get() for _ in writers)}))


def _write(
    write: Callable[[UUID, int], None],
    organization_id: UUID,
    size: int,
    seconds: float,
    rates: Any,
) -> None:
    write(organization_id, size)  # connects
    count, began = 0, time.monotonic()
    while time.monotonic() - began < seconds:
        write(organization_id, size)
        count += size
    rates.put(count / (time.monotonic() - began))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
