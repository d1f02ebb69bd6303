"""What passes through a number, for the connection doctor of `accounts` (`DOCTOR_CHECKS`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncHour

from accounts.doctor.facts import Queue, Traffic
from accounts.doctor.rhythm import WEEKS
from accounts.models import PhoneNumber
from inbox.message_status import Status
from inbox.models import BatchState, Conversation, Message, SendBatch

A_DAY: Final = timedelta(days=1)
# Meta reports "sent" within seconds; a phone that is off delays only what comes after that.
REPORTED_WITHIN: Final = timedelta(minutes=10)
REPORTS: Final = ("sent_at", "delivered_at", "read_at", "failed_at")


def traffic(number: PhoneNumber, *, at: datetime, counts_hours: bool) -> Traffic:
    """What came and what was reported. counts_hours: also by hour. Two queries, or three."""
    threads = Conversation.objects.filter(phone_number=number)
    inbound = threads.aggregate(last=Max("last_inbound_at"))["last"]
    lately = Message.objects.filter(
        conversation__phone_number=number,
        conversation__last_message_at__gte=at - A_DAY,
        at__gte=at - A_DAY,
        direction="outbound",
        accepted_at__isnull=False,
    )
    late = Q(status=Status.ACCEPTED, accepted_at__lt=at - REPORTED_WITHIN)
    told: dict[str, Any] = lately.aggregate(
        unreported=Count("pk", filter=late),
        since=Min("accepted_at", filter=late),
        **{name: Max(name) for name in REPORTS},
    )
    reports = [told[name] for name in REPORTS if told[name] is not None]
    return Traffic(
        last_inbound_at=inbound,
        last_status_at=max(reports, default=None),
        unreported_since=told["since"],
        unreported=told["unreported"],
        by_hour=_by_hour(number, at=at) if counts_hours else None,
    )


def _by_hour(number: PhoneNumber, *, at: datetime) -> Mapping[datetime, int]:
    since = at - WEEKS * timedelta(days=7)
    rows = (
        Message.objects.filter(
            conversation__phone_number=number,
            conversation__last_inbound_at__gte=since,
            at__gte=since,
            direction="inbound",
        )
        .order_by()
        .annotate(hour=TruncHour("at"))
        .values("hour")
        .annotate(count=Count("pk"))
    )
    return {row["hour"]: row["count"] for row in rows}


def queue(number: PhoneNumber, *, at: datetime) -> Queue:
    """What waits to be sent from this number, but for paused campaigns. One query."""
    paused = SendBatch.objects.filter(phone_number=number).exclude(state=BatchState.RUNNING)
    rows = Message.objects.filter(phone_number=number, status__in=[Status.QUEUED, Status.HELD])
    waits = rows.exclude(campaign_id__in=paused.values("pk")).aggregate(
        queued=Count("pk", filter=Q(status=Status.QUEUED)),
        held=Count("pk", filter=Q(status=Status.HELD)),
        oldest=Min("created_at", filter=Q(status=Status.QUEUED)),
    )
    oldest = waits["oldest"]
    seconds = max(0, int((at - oldest).total_seconds())) if oldest else None
    return Queue(waits["queued"], waits["held"], seconds)
