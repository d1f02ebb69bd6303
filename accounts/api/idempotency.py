"""One effect per `Idempotency-Key`: the record is written in the effect's own transaction.

So there is no half state: effect and record exist both or not at all. A twin waits on the unique
index, then gets the first answer.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.api.answers import JSON_TYPE
from accounts.api.requests import caller_of
from accounts.events import unit_of_work
from accounts.models import IdempotencyRecord
from accounts.refusals import Refused

KEPT_FOR: Final = timedelta(hours=72)
TWIN_WAITS_S: Final = 2.0
LOOK_EVERY_S: Final = 0.05
# An effect outside a transaction that is older than this has died with its process.
WORKS_AT_MOST: Final = timedelta(seconds=120)
_KEY: Final = re.compile(r"[\x20-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What makes two requests the same."""

    api_key_id: UUID
    key: str
    method_path: str
    body_sha256: str


class Twin(Exception):
    """The same key is in use already; `record` as it stands, None while it is being written."""

    def __init__(self, record: IdempotencyRecord | None) -> None:
        super().__init__("idempotency key in use")
        self.record = record


def asked_by(request: HttpRequest) -> Asked | None:
    """The idempotency of a request; None without the header. Refuses: BAD_REQUEST."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Refused(
            "BAD_REQUEST", _("Idempotency-Key takes 1 to 255 printable ASCII characters.")
        )
    query = request.META.get("QUERY_STRING", "")
    path = (
        f"{request.method} {request.path}?{query}" if query else f"{request.method} {request.path}"
    )
    return Asked(
        caller_of(request).key.pk,
        key,
        path[:400],
        hashlib.sha256(original_body(request)).hexdigest(),
    )


def original_body(request: HttpRequest) -> bytes:
    """The bytes as they came, also where an empty body was read as an empty object."""
    raw: bytes = getattr(request, "original_body", request.body)
    return raw


def known(asked: Asked) -> IdempotencyRecord | None:
    """The record of an earlier request. Refuses: IDEMPOTENCY_KEY_REUSED."""
    record = IdempotencyRecord.objects.filter(
        api_key_id=asked.api_key_id, key=asked.key, created_at__gt=timezone.now() - KEPT_FOR
    ).first()
    same = record is None or (
        record.method_path == asked.method_path and record.body_sha256 == asked.body_sha256
    )
    if not same:
        raise Refused(
            "IDEMPOTENCY_KEY_REUSED", _("This Idempotency-Key was used for another request.")
        )
    return record


def begin(asked: Asked) -> IdempotencyRecord:
    """Writes the record, in the transaction of the effect. Raises: Twin."""
    if not connection.in_atomic_block:
        raise RuntimeError("an idempotency record is written with its effect")
    mine = IdempotencyRecord.objects.filter(api_key_id=asked.api_key_id, key=asked.key)
    mine.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()
    record = IdempotencyRecord(
        api_key_id=asked.api_key_id,
        key=asked.key,
        method_path=asked.method_path,
        body_sha256=asked.body_sha256,
    )
    try:
        with transaction.atomic(), _waiting_at_most(TWIN_WAITS_S):
            record.save(force_insert=True)
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and not _is_lock_timeout(error):
            raise
        raise Twin(None) from error
    return record


@contextmanager
def _waiting_at_most(seconds: float) -> Iterator[None]:
    # Only PostgreSQL has a row to wait for; SQLite lets one writer in at a time.
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [f"{int(seconds * 1000)}ms"])
        yield
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _is_lock_timeout(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def keep(record: IdempotencyRecord, response: HttpResponse) -> None:
    """Stores the answer; a 5xx is never stored."""
    if response.status_code < 500:
        IdempotencyRecord.objects.filter(pk=record.pk).update(
            answer_status=response.status_code, answer_body=response.content
        )


def replayed(record: IdempotencyRecord) -> HttpResponse:
    """The stored answer, byte for byte."""
    response = HttpResponse(
        bytes(record.answer_body or b""), status=record.answer_status, content_type=JSON_TYPE
    )
    return marked(response)


def marked(response: HttpResponse) -> HttpResponse:
    """An answer to a request that had its effect before."""
    response["Idempotency-Replayed"] = "true"
    return response


def in_progress() -> Refused:
    """The first request is still at work."""
    return Refused(
        "IDEMPOTENCY_IN_PROGRESS",
        _("The first request with this Idempotency-Key is still at work."),
        retry_after_s=1,
    )


def once(request: HttpRequest, effect: Callable[[], HttpResponse]) -> HttpResponse:
    """Runs an effect in one transaction with its record and its answer; a repeat gets the answer.

    effect: writes and answers; it must not wait for anything outside the database.
    Refuses: what the effect refuses (then nothing is recorded); IDEMPOTENCY_KEY_REUSED,
    IDEMPOTENCY_IN_PROGRESS.
    """
    asked = asked_by(request)
    if asked is None:
        with unit_of_work():
            return effect()
    record = known(asked)
    if record is None:
        try:
            with unit_of_work():
                record = begin(asked)
                response = effect()
                keep(record, response)
                return response
        except Twin:
            record = known(asked)
    if record is None or record.answer_status is None:
        raise in_progress()
    return replayed(record)


def once_outside(request: HttpRequest, effect: Callable[[], HttpResponse]) -> HttpResponse:
    """The same for an effect that waits for Meta and owns its transactions: harmless to repeat.

    The record stands before the effect; a repeat waits up to 2 s for the answer.
    """
    asked = asked_by(request)
    if asked is None:
        return effect()
    try:
        with unit_of_work():
            record = begin(asked)
    except Twin:
        return _answer_of_twin(request, asked, effect)
    try:
        response = effect()
    except BaseException:
        record.delete()
        raise
    keep(record, response)
    return response


def _answer_of_twin(
    request: HttpRequest, asked: Asked, effect: Callable[[], HttpResponse]
) -> HttpResponse:
    until = time.monotonic() + TWIN_WAITS_S
    while True:
        record = known(asked)
        if record is not None and record.answer_status is not None:
            return replayed(record)
        if record is not None and record.created_at < timezone.now() - WORKS_AT_MOST:
            record.delete()
            return once_outside(request, effect)
        if time.monotonic() > until:
            raise in_progress()
        time.sleep(LOOK_EVERY_S)
