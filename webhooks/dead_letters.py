"""Dead letters: what could not be applied, kept with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from accounts.events import unit_of_work
from accounts.refusals import Refused
from webhooks import claims
from webhooks.models import DeadLetter, Delivery
from whatsapp.inbound import Item

REASON_LENGTH: Final = 2_000


def keep_item(
    delivery_id: int, item: Item, reason: str, organization_id: UUID | None
) -> DeadLetter:
    """The letter of one item, not saved yet; its siblings are none of its business."""
    return DeadLetter(
        organization_id=organization_id,
        delivery_id=delivery_id,
        path=item.path[:120],
        field=item.field[:60],
        raw=_bytes_of(item),
        reason=reason,
    )


def _bytes_of(item: Item) -> bytes:
    """The item alone; empty where it is nested too deep to write: its delivery has the bytes."""
    try:
        return json.dumps(item.raw).encode()
    except (RecursionError, ValueError):
        return b""


def keep(letters: Iterable[DeadLetter]) -> None:
    """Stores them. One that is there already gets the new reason, and waits again if it was done.

    A delivery may be digested twice: what a person has discarded stays so.
    """
    DeadLetter.objects.bulk_create(
        letters,
        update_conflicts=True,
        unique_fields=["delivery", "path"],
        update_fields=["reason", "raw", "resolved_at"],
    )


def keep_delivery(delivery: Delivery, reason: str) -> None:
    """Makes a whole delivery a dead letter and is done with it. The bytes stay in the delivery."""
    letter = DeadLetter(delivery=delivery, path="", raw=b"", reason=reason)
    with unit_of_work(durable=True):
        keep([letter])
        claims.finish({delivery.pk: 0})


def reason_of(error: Exception) -> str:
    """What went wrong, for the list; free of NUL, which PostgreSQL refuses in text."""
    text = error.message if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
    if type(error) is ValueError:
        text = str(error)
    clean = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return clean[:REASON_LENGTH]
