"""`/metrics`: what waits, for how long, and what Meta's posts were answered, for Prometheus.

Everything but the answers is read from the database when it is asked for, so that each process
tells the same; the answers are those of the process that is asked.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from accounts.clock import database_now
from accounts.doctor.verdicts import State
from accounts.models import Checkup
from automation.models import LIVE, Turn
from campaigns.models import Campaign
from campaigns.status import State as CampaignState
from inbox.message_status import Status
from inbox.models import (
    BatchState,
    ContactImport,
    Conversation,
    Erasure,
    ErasureStep,
    Export,
    ExportState,
    Media,
    MediaState,
    Message,
    MetaUpload,
    SendBatch,
    UploadState,
)
from inbox.models.duties import WORKERS_TURN
from webhooks.ingest import answers
from webhooks.models import DeadLetter, Delivery, DeliveryState


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, to who shows `METRICS_TOKEN`. Without that setting there is no such page."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404, content_type="text/plain")
    if not _is_known(request.headers.get("Authorization", "")):
        refusal = {"WWW-Authenticate": "Bearer"}
        return HttpResponse(status=401, content_type="text/plain", headers=refusal)
    registry = CollectorRegistry()
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_known(header: str) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return hmac.compare_digest(wanted.encode(), header.encode("utf-8", "surrogatepass"))


class Figures(Collector):
    """What stands in the database now. Nineteen queries."""

    @override
    def collect(self) -> Iterator[Metric]:
        """Prometheus' families."""
        yield from _queues(database_now())
        yield _letters()
        yield _connections()
        yield _answers()
        stored = CounterMetricFamily(
            "baton_deliveries_stored", "Deliveries stored since the installation began."
        )
        newest = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first()
        stored.add_metric([], newest or 0)
        yield stored


# The drain -> the rows that wait for it, and the time they wait since.
QUEUES: Final[Mapping[str, tuple[QuerySet[Any], str]]] = {
    "digest": (Delivery.objects.filter(state=DeliveryState.RECEIVED), "received_at"),
    "dead_letters": (DeadLetter.objects.filter(retry_at__isnull=False), "retry_at"),
    # What a paused campaign has there waits for somebody's button, not for the outbox.
    "outbox": (
        Message.objects.filter(status=Status.QUEUED).exclude(
            campaign_id__in=SendBatch.objects.exclude(state=BatchState.RUNNING).values("pk")
        ),
        "created_at",
    ),
    "campaigns": (
        Campaign.objects.filter(
            state=CampaignState.LAUNCHED, finished_at=None, not_before__lte=Now()
        ),
        "not_before",
    ),
    "schedule": (
        Message.objects.filter(status=Status.SCHEDULED, scheduled_at__lte=Now()),
        "scheduled_at",
    ),
    "reconciler": (Message.objects.filter(status=Status.SENDING), "lease_until"),
    "unconfirmed": (Message.objects.filter(status=Status.UNCONFIRMED), "created_at"),
    "uploads": (MetaUpload.objects.filter(state=UploadState.PENDING), "created_at"),
    "media": (Media.objects.filter(state=MediaState.PENDING), "created_at"),
    "turns": (Turn.objects.filter(state__in=LIVE), "created_at"),
    "erasures": (Erasure.objects.exclude(step=ErasureStep.DONE), "created_at"),
    "exports": (Export.objects.filter(state=ExportState.WAITING), "created_at"),
    "imports": (ContactImport.objects.filter(state__in=WORKERS_TURN), "created_at"),
    "doctor": (
        Checkup.objects.filter(due_at__lte=Now(), phone_number__removed_at=None),
        "due_at",
    ),
    "receipts": (Conversation.objects.exclude(receipt_due_wamid=""), "last_inbound_at"),
}


def _queues(at: datetime) -> Iterator[Metric]:
    depth = GaugeMetricFamily("baton_queue_depth", "Rows that wait.", labels=["queue"])
    age = GaugeMetricFamily(
        "baton_queue_oldest_seconds", "How long the oldest of them has waited.", labels=["queue"]
    )
    for name, (rows, since) in QUEUES.items():
        found = rows.aggregate(count=Count("pk"), oldest=Min(since))
        depth.add_metric([name], found["count"])
        waited = (at - found["oldest"]).total_seconds() if found["oldest"] else 0.0
        age.add_metric([name], max(waited, 0.0))
    yield depth
    yield age


def _letters() -> Metric:
    family = GaugeMetricFamily(
        "baton_dead_letters", "Items that could not be applied.", labels=["state"]
    )
    unsettled = DeadLetter.objects.filter(resolved_at=None)
    found = unsettled.aggregate(
        waiting=Count("pk", filter=Q(discarded_at=None)),
        discarded=Count("pk", filter=Q(discarded_at__isnull=False)),
    )
    for state, count in found.items():
        family.add_metric([state], count)
    return family


def _connections() -> Metric:
    family = GaugeMetricFamily(
        "baton_connections", "Numbers, by what the connection doctor found.", labels=["state"]
    )
    counted = Checkup.objects.filter(phone_number__removed_at=None).values_list("state")
    found = dict(counted.annotate(count=Count("pk")))
    for state in State:
        family.add_metric([state.value], found.get(state.value, 0))
    return family


def _answers() -> Metric:
    family = CounterMetricFamily(
        "baton_webhook_answers", "What this process answered to Meta.", labels=["status"]
    )
    for status, count in sorted(answers().items()):
        family.add_metric([str(status)], count)
    return family
