"""One lock per person of a chunk, so that two workers never wait for each other in a circle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from django.db import connection

from whatsapp.inbound import HistoryMessage, Item, StandbyItem, WhatsAppUser
from whatsapp.phone import canonical


def lock_people(items: Iterable[Item]) -> None:
    """Takes the locks of everybody in these items, in one order, until the transaction ends.

    Ten first messages of a stranger, digested by four workers, so make one contact (F12).
    """
    if connection.vendor != "postgresql":
        return  # SQLite: one writer at a time
    keys = sorted({_number(key) for item in items for key in _keys(item)})
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key)"
            " FROM (SELECT unnest(%s::bigint[]) AS key ORDER BY 1) AS sorted",
            [keys],
        )


def _keys(item: Item) -> Iterator[str]:
    content = item.content.content if isinstance(item.content, StandbyItem) else item.content
    message = content.message if isinstance(content, HistoryMessage) else content
    for person in (getattr(message, "user", None), getattr(message, "to", None)):
        if isinstance(person, WhatsAppUser):
            if person.wa_id:
                yield canonical(person.wa_id)
            if person.bsuid:
                yield person.bsuid


def _number(key: str) -> int:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
