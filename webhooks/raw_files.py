"""Deliveries in a file, to be kept elsewhere and replayed into another database.

One JSON object a line: `received_at` (ISO 8601), `secret_fingerprint`, `body` (base64).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from webhooks.models import Delivery, DeliveryState
from webhooks.replay import Wanted, stored

BATCH: Final = 200
BATCH_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought. fresh: deliveries that were not there; span: from first to last."""

    read: int
    fresh: int
    span: Wanted


def export(wanted: Wanted, file: IO[str]) -> int:
    """Writes the stored deliveries of this time, in order of receipt; how many."""
    count = 0
    for delivery in stored(wanted).iterator(chunk_size=16):  # a body may have 4 MiB
        file.write(_line(delivery))
        count += 1
    return count


def take_in(file: Iterable[str]) -> Taken:
    """Stores what the file holds and the database does not, to be replayed; in small batches.

    The worker leaves these rows alone. Reading a file twice stores it once.
    Raises: ValueError for a line that is no delivery, naming it.
    """
    read = fresh = 0
    first: datetime | None = None
    last: datetime | None = None
    rows = _deliveries(file)
    while batch := _batch(rows):
        times = [one.received_at for one in batch]
        first, last = min([*times, first or times[0]]), max([*times, last or times[0]])
        fresh += _store(batch)
        read += len(batch)
    until = last + timedelta(microseconds=1) if last else None
    return Taken(read, fresh, Wanted(since=first, until=until))


def _batch(rows: Iterator[Delivery]) -> list[Delivery]:
    batch: list[Delivery] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row.body)
        if len(batch) == BATCH or size >= BATCH_BYTES:
            break
    return batch


def _line(delivery: Delivery) -> str:
    fields = {
        "received_at": delivery.received_at.isoformat(),
        "secret_fingerprint": delivery.secret_fingerprint,
        "body": base64.b64encode(bytes(delivery.body)).decode(),
    }
    return json.dumps(fields) + "\n"


def _deliveries(file: Iterable[str]) -> Iterator[Delivery]:
    for number, line in enumerate(file, start=1):
        if line.strip():
            try:
                yield _delivery(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
                message = _("Line %(number)s is no delivery: %(error)s")
                raise ValueError(message % {"number": number, "error": error}) from error


def _delivery(fields: dict[str, str]) -> Delivery:
    received_at = parse_datetime(fields["received_at"])
    if received_at is None or received_at.tzinfo is None:
        raise ValueError("received_at")
    return Delivery(
        body=base64.b64decode(fields["body"], validate=True),
        secret_fingerprint=fields["secret_fingerprint"][:16],
        received_at=received_at,
        state=DeliveryState.DONE,
    )


def _store(batch: list[Delivery]) -> int:
    there = Delivery.objects.filter(received_at__in={one.received_at for one in batch})
    known = {_key(one) for one in there}
    fresh = {_key(one): one for one in batch if _key(one) not in known}
    Delivery.objects.bulk_create(fresh.values())
    return len(fresh)


def _key(delivery: Delivery) -> tuple[datetime, str, bytes]:
    return delivery.received_at, delivery.secret_fingerprint, bytes(delivery.body)
