"""A send is made once per Idempotency-Key, waited for, and answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.api import idempotency
from accounts.api.requests import Caller, caller_of
from accounts.events import unit_of_work
from accounts.models import IdempotencyRecord
from inbox.api.outcomes import answer_about, is_under_way, location_of, patience, settled
from inbox.models import Message
from webhooks.failpoints import hit

# A first request answers within 20 s; a record without an answer that is older was left behind.
WORKS_AT_MOST: Final = timedelta(seconds=30)

Make = Callable[[Caller, datetime], Message]


@dataclass(frozen=True, slots=True)
class Begun:
    """The message of this request. record: where its answer is kept; repeated: a twin's."""

    message_id: UUID
    record: IdempotencyRecord | None
    repeated: bool = False


async def sent(request: HttpRequest, make: Make) -> HttpResponse:
    """Runs a send and answers it: 201 when Meta took it in time, 202 while it is under way."""
    begun = await sync_to_async(_begin)(request, make)
    if begun is None:
        begun = await _twin(request)
    if isinstance(begun, HttpResponse):
        return begun
    if not begun.repeated:
        await settled(begun.message_id, within_s=patience(request))
    return await sync_to_async(_finish)(request, begun)


def _begin(request: HttpRequest, make: Make) -> Begun | HttpResponse | None:
    """Makes the message with its record; the stored answer of a repeat; None: look again."""
    asked = idempotency.asked_by(request)
    effect = partial(make, caller_of(request), timezone.now())
    if asked is None:
        with unit_of_work():
            return Begun(effect().pk, None)
    if idempotency.known(asked) is not None:
        return None
    try:
        with unit_of_work():
            record = idempotency.begin(asked)
            record.object_id = effect().pk
            record.save(update_fields=["object_id"])
    except idempotency.Twin:
        return None
    hit("api.after_send_commit")
    return Begun(record.object_id, record)


async def _twin(request: HttpRequest) -> Begun | HttpResponse:
    """The first request's answer, waited for up to 2 s.

    Without one (it was a 5xx, or the process died) it is built from the message as it is now.
    Refuses: IDEMPOTENCY_IN_PROGRESS.
    """
    until = time.monotonic() + idempotency.TWIN_WAITS_S
    while True:
        record, at_work = await sync_to_async(_look)(request)
        if record is not None and record.answer_status is not None:
            response = idempotency.replayed(record)
            if record.object_id is not None:
                response["Location"] = location_of(record.object_id)
            return response
        if record is not None and record.object_id is not None and not at_work:
            return Begun(record.object_id, record, repeated=True)
        if time.monotonic() > until:
            raise idempotency.in_progress()
        await asyncio.sleep(idempotency.LOOK_EVERY_S)


def _look(request: HttpRequest) -> tuple[IdempotencyRecord | None, bool]:
    """The record, and whether its request may still be at work on it."""
    asked = idempotency.asked_by(request)
    record = idempotency.known(asked) if asked else None
    if record is None or record.object_id is None:
        return record, True
    age = timezone.now() - record.created_at
    message = Message.objects.select_related("phone_number").get(pk=record.object_id)
    answering = age < timedelta(seconds=idempotency.TWIN_WAITS_S)
    return record, age < WORKS_AT_MOST and (answering or is_under_way(message))


def _finish(request: HttpRequest, begun: Begun) -> HttpResponse:
    response = answer_about(request, begun.message_id)
    if begun.repeated:
        return idempotency.marked(response)
    if begun.record is not None:
        idempotency.keep(begun.record, response)
    return response
