"""A campaign's messages stop and go on together: the one writer of `SendBatch`.

The commit of a pause or a cancel is a line: what is claimed after it is nothing. It and the claim
lock the pace of the number, so one of the two waits for the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.actors import Actor
from accounts.events import transactional, unit_of_work
from inbox.actions import paces
from inbox.actions.status_news import announce_status
from inbox.actions.threads import hold_threads_of
from inbox.message_status import WAITING, Status
from inbox.models import BatchState, Message, SendBatch

CHUNK: Final = 200


@transactional
def open_batch(batch_id: UUID, *, organization_id: UUID, phone_number_id: UUID) -> None:
    """There is such a batch from now on, running; one that is there stays as it is."""
    row = SendBatch(id=batch_id, organization_id=organization_id, phone_number_id=phone_number_id)
    SendBatch.objects.bulk_create([row], ignore_conflicts=True)


@transactional
def pause_batch(batch_id: UUID) -> bool:
    """Nothing of it is claimed until it is resumed; whether it was running."""
    return _move(batch_id, {BatchState.RUNNING}, BatchState.PAUSED)


@transactional
def resume_batch(batch_id: UUID) -> bool:
    """It goes on where it stopped; whether it was paused."""
    return _move(batch_id, {BatchState.PAUSED}, BatchState.RUNNING)


@transactional
def cancel_batch(batch_id: UUID) -> bool:
    """Nothing of it is claimed any more, for ever; whether it was not cancelled before.

    What waits in the outbox is cancelled after that: `empty_next`.
    """
    return _move(batch_id, {BatchState.RUNNING, BatchState.PAUSED}, BatchState.CANCELLED)


def _move(batch_id: UUID, before: set[BatchState], after: BatchState) -> bool:
    moved = SendBatch.objects.filter(pk=batch_id, state__in=before).update(state=after)
    if not moved:
        return False
    number_id = SendBatch.objects.values_list("phone_number_id", flat=True).get(pk=batch_id)
    paces.stop_batch(number_id, batch_id, stopped=after != BatchState.RUNNING)
    return True


def empty_next(*, by: Actor, at: datetime) -> bool:
    """Cancels some of what waits of a cancelled batch; whether there was such a batch.

    Not in the transaction that cancels it: conversations are locked before the pace of a number.
    """
    full = SendBatch.objects.filter(state=BatchState.CANCELLED, emptied=False)
    if not full.exists():
        return False
    with unit_of_work(durable=True):
        batch = full.select_for_update(skip_locked=True, of=("self",)).first()
        if batch is None:
            return False
        if _cancel_some(batch, by=by, at=at):
            return True
        under_way = Message.objects.filter(campaign_id=batch.pk, status=Status.SENDING)
        if under_way.exists():
            return False  # it may come back into the queue (`inbox.actions.settling`)
        batch.emptied = True
        batch.save(update_fields=["emptied"])
        paces.stop_batch(batch.phone_number_id, batch.pk, stopped=False)
    return True


def _cancel_some(batch: SendBatch, *, by: Actor, at: datetime) -> int:
    waiting = Message.objects.filter(campaign_id=batch.pk, status__in=WAITING)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    hold_threads_of(waiting.filter(pk__in=ids))
    rows = waiting.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    cancelled = list(rows.only("organization_id", "conversation_id"))
    Message.objects.filter(pk__in=[row.pk for row in cancelled]).update(status=Status.CANCELLED)
    for row in cancelled:
        announce_status(row, Status.CANCELLED, by=by, at=at)
    return len(ids)
