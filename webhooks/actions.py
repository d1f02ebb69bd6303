"""Dead letters: tried again, put into the worker's queue, or discarded by a person."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, replaying, transactional, unit_of_work
from accounts.refusals import Refused
from webhooks.addressees import addressees
from webhooks.dead_letters import reason_of
from webhooks.digest import apply, works_of
from webhooks.faults import blames_item
from webhooks.models import DeadLetter, Delivery, DeliveryState
from webhooks.worker import wake

log = logging.getLogger(__name__)

LONGEST_REASON: Final = 200
NEWS_FOR: Final = timedelta(minutes=1)


@transactional
def retry_dead_letter(letter_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Applies the item again, through the handler it would have gone to; whether that went well.

    Otherwise the letter stays, with the new reason. A letter that is resolved stays so; one that
    was discarded is no longer, once it is applied.
    """
    letter = DeadLetter.objects.select_for_update(of=("self",)).get(pk=letter_id)
    if letter.resolved_at:
        return True
    log.info("dead letter %s: tried again by %s", letter.pk, by.id)
    _announce("dead_letter.retried", letter, by=by, at=at)
    letter.retry_at, letter.retries_begun = None, 0
    # What was news when it came may be old by now: no assistant answers it (F29).
    is_old = at - letter.delivery.received_at > NEWS_FOR
    try:
        with replaying() if is_old else nullcontext(), unit_of_work():
            _apply_again(letter)
    except Exception as error:  # the outer edge of an item
        if not blames_item(error):
            raise
        letter.attempts += 1
        letter.reason = reason_of(error)
        letter.save(update_fields=["attempts", "reason", "retry_at", "retries_begun"])
        return False
    letter.resolved_at, letter.discarded_at = at, None
    letter.save(update_fields=["resolved_at", "discarded_at", "retry_at", "retries_begun"])
    return True


def _announce(kind: str, letter: DeadLetter, *, by: Actor, at: datetime) -> None:
    # One whose delivery names no account of ours belongs to nobody's log.
    if letter.organization_id:
        announce(kind, letter.organization_id, by=by, at=at, ids=[letter.pk])


@transactional
def queue_retries(
    letters: QuerySet[DeadLetter], *, organization_id: UUID, by: Actor, at: datetime
) -> int:
    """Leaves these to the worker, which tries them one by one; how many it got.

    Those that wait for it already are not counted, those that are done or discarded not touched.
    organization_id: of whoever asks.
    """
    waiting = letters.filter(resolved_at=None, discarded_at=None, retry_at=None)
    queued = waiting.update(retry_at=Now(), retries_begun=0)
    log.info("%s dead letters: to be tried again, says %s", queued, by.id)
    announce("dead_letters.queued", organization_id, by=by, at=at, count=queued)
    transaction.on_commit(lambda: wake("dead_letters"), robust=True)
    return queued


@transactional
def discard_dead_letter(letter_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """A person decides that it need not be applied; it is kept with the reason they gave.

    Refuses: VALIDATION_ERROR without a reason; STATE_CONFLICT when it was applied meanwhile.
    """
    words = " ".join(reason.split())
    if not words:
        raise Refused("VALIDATION_ERROR", _("Say why it may be discarded."))
    letter = DeadLetter.objects.select_for_update(of=("self",)).get(pk=letter_id)
    if letter.resolved_at:
        raise Refused("STATE_CONFLICT", _("It has been applied meanwhile."))
    letter.discarded_at = at
    letter.discarded_by = by.name[:120]
    letter.discarded_reason = words[:LONGEST_REASON]
    letter.retry_at = None
    letter.save(update_fields=["discarded_at", "discarded_by", "discarded_reason", "retry_at"])
    log.info("dead letter %s: discarded by %s", letter.pk, by.id)
    _announce("dead_letter.discarded", letter, by=by, at=at)


def _apply_again(letter: DeadLetter) -> None:
    works = works_of(letter.delivery)
    named = addressees([work.item for work in works])
    if letter.path:
        works = [work for work in works if work.item.path[:120] == letter.path]
    if not works:
        raise ValueError(_("Its delivery is read differently now: there is no such item."))
    if all(named.stranger_to(work) for work in works):
        # Applied, it would have no effect and be taken for done.
        raise ValueError(_("It was signed with a secret that its account no longer has."))
    if not letter.path:
        _digest_again(letter.delivery)
    elif apply(works[:1], named):
        raise ValueError(works[0].malformed)


def _digest_again(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.RECEIVED,
        attempts=0,
        item_in_hand=None,
        lease_until=None,
        not_before=None,
    )
    transaction.on_commit(_wake_the_digest, robust=True)


def _wake_the_digest() -> None:
    wake("digest")
