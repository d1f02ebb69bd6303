"""The connection doctor over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel

from accounts.api.answers import answered
from accounts.api.auth import needs
from accounts.api.envelopes import One
from accounts.api.finding import number_or_404
from accounts.api.requests import caller_of
from accounts.doctor.examining import queue_of
from accounts.doctor.verdicts import State
from accounts.doctor_queries import health
from accounts.queries import number_facts
from accounts.shapes import NumberFacts

router = Router(tags=["Accounts"])


class CheckOut(BaseModel):
    """One check. state: unknown where it could not be looked at. repair: a code, or null."""

    name: str
    state: State
    message: str
    evidence: dict[str, Any]
    repair: str | None
    checked_at: datetime


class QueueOut(BaseModel):
    """What waits to be sent. oldest_seconds: how long the oldest queued message has waited."""

    queued: int
    held: int
    oldest_seconds: int | None


class HealthOut(BaseModel):
    """state: the worst of the checks; unknown before the first look."""

    state: State
    checks: list[CheckOut]
    last_inbound_at: datetime | None
    last_status_at: datetime | None
    quality_rating: str
    messaging_limit: str | None
    throughput: str | None
    queue: QueueOut


@router.get(
    "/phone-numbers/{number_id}/health", auth=needs("numbers:read"), response=One[HealthOut]
)
def number_health(request: HttpRequest, number_id: str) -> HttpResponse:
    """What the connection doctor found last; it looks every few minutes by itself."""
    number = number_or_404(caller_of(request).key, number_id)
    found, queue = health(number), queue_of(number, at=timezone.now())
    facts = number_facts([number]).get(number.pk, NumberFacts())
    data = HealthOut(
        state=found.state,
        checks=[
            CheckOut(
                name=one.name,
                state=one.state,
                message=one.message,
                evidence=one.evidence,
                repair=one.repair,
                checked_at=one.checked_at,
            )
            for one in found.checks
        ],
        last_inbound_at=facts.last_inbound_at,
        last_status_at=found.last_status_at,
        quality_rating=number.quality_rating,
        messaging_limit=number.messaging_limit or None,
        throughput=number.throughput or None,
        queue=QueueOut(queued=queue.queued, held=queue.held, oldest_seconds=queue.oldest_seconds),
    )
    return answered(request, data)
