"""Understand what was stored: parse, hand each item to its handler, keep what cannot be applied.

Items of several deliveries share a transaction (the organization's counter row is held through
the commit) and go to their handlers together. Where one of them cannot be applied, the chunk is
halved until it stands alone. After a crash a delivery is digested one item at a time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final
from uuid import UUID

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
from webhooks.works import Work
from whatsapp.inbound import Malformed, Unsupported, parse

log = logging.getLogger(__name__)
security_log = logging.getLogger("webhooks.security")

CHUNK: Final = 100  # items; a chunk's rows are locked for about a tenth of a second
KEEP_LEASE_AFTER_S: Final = 20.0


def digest_batch(stop: threading.Event, *, is_steady: bool = True) -> bool:
    """Claims and digests what is due; whether there was anything. is_steady: see `claim`."""
    claimed = claims.claim(is_steady=is_steady)
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


def apply(works: Sequence[Work], named: Addressees) -> list[Work]:
    """Hands items to their handlers, all of one handler at once, each handler's in their order.

    Returns those that are malformed, which nobody can apply. Raises what a handler raises.
    """
    ours = [work for work in works if not _is_of_stranger(work, named)]
    by_handler: defaultdict[str, list[Work]] = defaultdict(list)
    for work in ours:
        handler = settings.WEBHOOK_HANDLERS.get(work.item.field)
        if handler and not isinstance(work.item.content, Unsupported | Malformed):
            by_handler[handler].append(work)
    for handler, theirs in by_handler.items():
        import_string(handler)(theirs)
    return [work for work in ours if isinstance(work.item.content, Malformed)]


def _is_of_stranger(work: Work, named: Addressees) -> bool:
    stranger = named.stranger_to(work)
    if stranger:
        security_log.warning(
            "delivery %s, %s: signed with another secret than that of account %s; no effect",
            work.delivery_id,
            work.item.path,
            stranger.pk,
        )
    return stranger is not None


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
    crashed_too_often = delivery.attempts > claims.CRASHES
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
            _give_back(error, {delivery.pk})
            return


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
    """All items in one transaction; where one of them spoils it, each half in its own.

    So a bad item costs its siblings a few repetitions, and ends alone, as a dead letter (G5).
    """
    try:
        _apply_together(chunk)
    except Exception as error:  # the outer edge of a batch
        if not blames_item(error):
            raise
        if len(chunk) == 1:
            log.warning(
                "delivery %s, %s: %s",
                chunk[0].delivery_id,
                chunk[0].item.path,
                type(error).__name__,
            )
            _bury(chunk[0], reason_of(error))
            return
        half = len(chunk) // 2
        _apply_chunk(chunk[:half])
        _apply_chunk(chunk[half:])


def _apply_together(chunk: Sequence[Work]) -> None:
    items = [work.item for work in chunk]
    with unit_of_work(durable=True):
        lock_people(items)
        named = addressees(items)
        for work in chunk:
            hit("digest.item", work.about)
        malformed = apply(chunk, named)
        for work in chunk:
            hit("digest.after_item", work.about)
        letters = [_letter(work, work.malformed, named) for work in malformed]
        keep(letters)
        done = {work.delivery_id: work.of for work in chunk if work.is_last}
        claims.finish(done, _owners(chunk, named))


def _owners(works: Sequence[Work], named: Addressees) -> dict[int, UUID | None]:
    """Whose items a delivery has, where that is one organization: it says how long they stay."""
    found: defaultdict[int, set[UUID | None]] = defaultdict(set)
    for work in works:
        found[work.delivery_id].add(named.organization_id(work.item))
    return {pk: owners.pop() if len(owners) == 1 else None for pk, owners in found.items()}


def _letter(work: Work, reason: str, named: Addressees) -> DeadLetter:
    return keep_item(work.delivery_id, work.item, reason, named.organization_id(work.item))


def _bury(work: Work, reason: str) -> None:
    with unit_of_work(durable=True):
        keep([_letter(work, reason, addressees([work.item]))])
        if work.is_last:
            claims.finish({work.delivery_id: work.of})


def _give_back(error: Exception, ids: set[int]) -> None:
    if blames_item(error):
        # Burying an item failed. It counts as an attempt: next time each is digested alone, and
        # three times are enough.
        log.error("a chunk cannot be put away", exc_info=error)
        claims.suspect(ids)
    else:
        log.warning("the database refused a chunk: %s", type(error).__name__)
        claims.give_back_after_trouble(ids)
