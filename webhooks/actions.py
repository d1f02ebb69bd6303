"""Trying a dead letter again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import transactional, unit_of_work
from webhooks.addressees import addressees
from webhooks.dead_letters import reason_of
from webhooks.digest import apply, works_of
from webhooks.faults import blames_item
from webhooks.models import DeadLetter, Delivery, DeliveryState
from webhooks.worker import wake

log = logging.getLogger(__name__)


@transactional
def retry_dead_letter(letter_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Applies the item again, through the handler it would have gone to; whether that went well.

    Otherwise the letter stays, with the new reason. A letter that is resolved stays so.
    """
    letter = DeadLetter.objects.select_for_update().get(pk=letter_id)
    if letter.resolved_at:
        return True
    log.info("dead letter %s: tried again by %s", letter.pk, by.id)
    try:
        with unit_of_work():
            _apply_again(letter)
    except Exception as error:  # the outer edge of an item
        if not blames_item(error):
            raise
        letter.attempts += 1
        letter.reason = reason_of(error)
        letter.save(update_fields=["attempts", "reason"])
        return False
    letter.resolved_at = at
    letter.save(update_fields=["resolved_at"])
    return True


def retry_dead_letters(letter_ids: Iterable[UUID], *, by: Actor, at: datetime) -> int:
    """Tries each one, in a transaction of its own; how many were applied."""
    return sum(retry_dead_letter(letter_id, by=by, at=at) for letter_id in letter_ids)


def _apply_again(letter: DeadLetter) -> None:
    works = works_of(letter.delivery)
    if not letter.path:
        _digest_again(letter.delivery)
        return
    work = next((work for work in works if work.item.path[:120] == letter.path), None)
    if work is None:
        raise ValueError(_("Its delivery is read differently now: there is no such item."))
    if apply([work], addressees([work.item])):
        raise ValueError(work.malformed)


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
