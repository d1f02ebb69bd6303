"""Understand what was stored: parse, hand each item to its handler, keep what cannot be applied.

Items of several deliveries share a transaction (the organization's counter row is held through
the commit), each in its own savepoint. After a crash a delivery is digested one item at a time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.events import unit_of_work
from webhooks import claims
from webhooks.addressees import Addressees, addressees
from webhooks.dead_letters import keep, keep_delivery, keep_item, reason_of
from webhooks.failpoints import hit
from webhooks.faults import blames_item
from webhooks.models import DeadLetter, Delivery
from webhooks.people import lock_people
from whatsapp.inbound import Item, Malformed, Unsupported, parse

log = logging.getLogger(__name__)
security_log = logging.getLogger("webhooks.security")

CHUNK: Final = 50  # beyond 64 savepoints PostgreSQL slows down
CRASHES: Final = 3
KEEP_LEASE_AFTER_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Work:
    """One item of one delivery. of: how many items the delivery has."""

    delivery_id: int
    received_at: datetime
    secret_fingerprint: str
    item: Item
    index: int
    of: int

    @property
    def is_last(self) -> bool:
        """Whether its delivery is done with it."""
        return self.index == self.of - 1


def digest_batch(stop: threading.Event) -> bool:
    """Claims and digests what is due; whether there was anything."""
    claimed = claims.claim()
    if not claimed:
        return False
    if claimed[0].attempts > 1:
        _digest_carefully(claimed[0], stop)
    else:
        _digest_together(claimed, stop)
    return True


def works_of(delivery: Delivery) -> list[Work]:
    """The items of a delivery. Raises: ValueError when its body is no webhook."""
    items = parse(bytes(delivery.body))
    return [
        Work(
            delivery.pk, delivery.received_at, delivery.secret_fingerprint, item, index, len(items)
        )
        for index, item in enumerate(items)
    ]


def apply(work: Work, named: Addressees) -> None:
    """Hands one item to its handler. Raises what the handler raises; ValueError if malformed."""
    item = work.item
    stranger = named.stranger_to(item, work.secret_fingerprint)
    if stranger:
        security_log.warning(
            "delivery %s, %s: signed with another secret than that of account %s; no effect",
            work.delivery_id,
            item.path,
            stranger.pk,
        )
        return
    if isinstance(item.content, Malformed):
        raise ValueError(item.content.reason)
    handler = settings.WEBHOOK_HANDLERS.get(item.field)
    if handler is None or isinstance(item.content, Unsupported):
        return
    import_string(handler)(
        item, received_at=work.received_at, secret_fingerprint=work.secret_fingerprint
    )


def _digest_together(claimed: Sequence[Delivery], stop: threading.Event) -> None:
    works = [work for delivery in claimed for work in _readable(delivery)]
    open_ids = {work.delivery_id for work in works}
    kept_at = time.monotonic()
    for chunk in _chunks(works):
        if stop.is_set():
            break
        if time.monotonic() - kept_at > KEEP_LEASE_AFTER_S:
            claims.keep(open_ids)
            kept_at = time.monotonic()
        try:
            _apply_chunk(chunk)
        except Exception as error:  # noqa: BLE001 - the outer edge of a chunk
            _give_back(error, open_ids)
            return
        open_ids -= {work.delivery_id for work in chunk if work.is_last}
    claims.give_back(open_ids)


def _digest_carefully(delivery: Delivery, stop: threading.Event) -> None:
    crashed_too_often = delivery.attempts > CRASHES
    if crashed_too_often and delivery.item_in_hand is None:
        keep_delivery(delivery, _("Reading it ended the worker three times."))
        return
    works = _readable(delivery)
    works = works[min(delivery.item_in_hand or 0, len(works) - 1) :] if works else []
    if crashed_too_often and works:
        _bury(works.pop(0), _("Applying it ended the worker three times."))
    for work in works:
        if stop.is_set():
            claims.give_back([delivery.pk])
            return
        claims.take_in_hand(delivery, work.index)
        try:
            _apply_chunk([work])
        except Exception as error:  # noqa: BLE001 - the outer edge of an item
            if not blames_item(error):
                _give_back(error, {delivery.pk})
                return
            _bury(work, reason_of(error))


def _readable(delivery: Delivery) -> list[Work]:
    try:
        works = works_of(delivery)
    except ValueError as error:
        keep_delivery(delivery, reason_of(error))
        return []
    if not works:
        claims.finish({delivery.pk: 0})
    return works


def _chunks(works: Sequence[Work]) -> Iterator[list[Work]]:
    rest = iter(works)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _apply_chunk(chunk: Sequence[Work]) -> None:
    items = [work.item for work in chunk]
    letters: list[DeadLetter] = []
    with unit_of_work(durable=True):
        lock_people(items)
        named = addressees(items)
        for work in chunk:
            letters += _apply_or_letter(work, named)
        keep(letters)
        claims.finish({work.delivery_id: work.of for work in chunk if work.is_last})


def _apply_or_letter(work: Work, named: Addressees) -> list[DeadLetter]:
    about = str(getattr(work.item.content, "wamid", ""))
    try:
        with unit_of_work():
            hit("digest.item", about)
            apply(work, named)
            hit("digest.after_item", about)
    except Exception as error:  # the outer edge of an item
        if not blames_item(error):
            raise
        log.warning("delivery %s, %s: %s", work.delivery_id, work.item.path, type(error).__name__)
        owner = named.organization_id(work.item)
        return [keep_item(work.delivery_id, work.item, reason_of(error), owner)]
    return []


def _bury(work: Work, reason: str) -> None:
    with unit_of_work(durable=True):
        owner = addressees([work.item]).organization_id(work.item)
        letter = keep_item(work.delivery_id, work.item, reason, owner)
        keep([letter])
        if work.is_last:
            claims.finish({work.delivery_id: work.of})


def _give_back(error: Exception, ids: set[int]) -> None:
    if blames_item(error):
        # It came after the savepoints: from a listener, or a constraint checked at the commit.
        log.error("a chunk failed, its items will be applied one by one", exc_info=error)
        claims.suspect(ids)
    else:
        log.warning("the database refused a chunk: %s", type(error).__name__)
        claims.give_back_after_trouble(ids)
