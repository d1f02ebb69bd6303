"""Page-shaped reads of campaigns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from campaigns.models import Campaign, CampaignRecipient
from campaigns.shapes import CampaignView, Counts, RecipientView
from campaigns.status import (
    OF_MESSAGE,
    RecipientState,
    RecipientStatus,
    State,
    Status,
    recipient_status,
)
from inbox.message_status import Status as MessageStatus
from inbox.models import Message

PAGE: Final = 50
WORTH_A_RETRY: Final = ("now", "later", "after_fix")
"""`failure.retry` of a message that may arrive when it is sent again."""


def rows(
    among: QuerySet[Campaign],
    *,
    statuses: Collection[Status] = (),
    hidden: bool = False,
    before: UUID | None = None,
    limit: int = PAGE,
) -> list[CampaignView]:
    """Campaigns with their counts, newest first, at most `limit`. Two queries.

    among: those that whoever asks may see (`campaigns.access`). hidden: broadcasts too. before: the
    id of the last one of the page before.
    """
    found = among.select_related("phone_number", "created_by").order_by("-pk")
    if statuses:
        found = found.filter(_in_status(statuses))
    if not hidden:
        found = found.filter(hidden=False)
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[:limit])
    counts = counts_of(one.pk for one in page)
    return [_view(one, counts[one.pk]) for one in page]


def one(campaign: Campaign) -> CampaignView:
    """A campaign with its counts, and how many failures are worth a retry. Two queries."""
    view = _view(campaign, counts_of([campaign.pk])[campaign.pk])
    may = view.status in (Status.COMPLETED, Status.PAUSED) and view.counts.failed
    return replace(view, retryable=failed_worth_a_retry(campaign).count()) if may else view


def counts_of(campaign_ids: Iterable[UUID]) -> dict[UUID, Counts]:
    """The recipients of these campaigns by status. One query."""
    ids = list(campaign_ids)
    grouped = (
        CampaignRecipient.objects.filter(campaign__in=ids)
        .order_by()
        .values_list("campaign", "state", "message__status")
        .annotate(all=Count("pk"), replied=Count("pk", filter=REPLIED))
    )
    found: dict[UUID, Counter[str]] = {one: Counter() for one in ids}
    for campaign_id, state, message_status, all_of_them, replied in grouped:
        status = recipient_status(state, message_status)
        found[campaign_id] += Counter({status.value: all_of_them, "recipients": all_of_them})
        found[campaign_id]["replied"] += replied
    return {key: Counts(**counter) for key, counter in found.items()}


# Meta's time of what the customer wrote last, beside ours of the message.
REPLIED: Final = Q(
    state=RecipientState.QUEUED,
    message__conversation__last_inbound_at__gt=F("message__at"),
)


def recipients(
    campaign: Campaign,
    *,
    status: RecipientStatus | None = None,
    replied: bool = False,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[RecipientView]:
    """Recipients in the order in which they were given, at most `limit`. One query.

    replied: only those who wrote after it. after: the id of the last one of the page before.
    """
    found = CampaignRecipient.objects.filter(campaign=campaign).order_by("pk")
    if status is not None:
        found = found.filter(having(status))
    if replied:
        found = found.filter(REPLIED)
    if after is not None:
        found = found.filter(pk__gt=after)
    found = found.select_related("contact", "message__conversation")
    return [_recipient(one) for one in found[:limit]]


def having(status: RecipientStatus) -> Q:
    """Recipients with this status."""
    if status in (RecipientStatus.PENDING, RecipientStatus.SKIPPED):
        return Q(state=status.value)
    queued = Q(state=RecipientState.QUEUED)
    if status is RecipientStatus.GONE:
        return queued & Q(message=None)
    names = [str(name) for name, called in OF_MESSAGE.items() if called is status]
    return queued & Q(message__status__in=names)


def failed_worth_a_retry(campaign: Campaign) -> QuerySet[CampaignRecipient]:
    """Those whose failure may be none the next time, and whom nobody has tried again yet."""
    again = Message.objects.filter(retry_of=OuterRef("message"))
    return CampaignRecipient.objects.filter(
        ~Exists(again),
        campaign=campaign,
        state=RecipientState.QUEUED,
        message__status=MessageStatus.FAILED,
        message__failure__retry__in=WORTH_A_RETRY,
    )


def _in_status(statuses: Collection[Status]) -> Q:
    wanted = Q(pk__in=[])
    for status in statuses:
        match status:
            case Status.RUNNING:
                wanted |= Q(state=State.LAUNCHED, finished_at=None)
            case Status.COMPLETED:
                wanted |= Q(state=State.LAUNCHED, finished_at__isnull=False)
            case _:
                wanted |= Q(state=status.value)
    return wanted


def _view(row: Campaign, counts: Counts) -> CampaignView:
    number = row.phone_number
    return CampaignView(
        id=row.pk,
        organization_id=row.organization_id,
        name=row.name,
        hidden=row.hidden,
        status=row.status,
        template_id=row.template_id,
        template_name=row.template_name,
        template_language=row.template_language,
        phone_number_id=number.pk,
        phone_number=number.phone or number.display_phone_number,
        phone_number_label=str(number),
        variables=row.variables,
        variables_map=row.variables_map,
        segment=row.segment,
        counts=counts,
        pause_code=row.pause_code,
        pause_reason=row.pause_reason,
        per_second=row.per_second,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        scheduled_at=row.scheduled_at,
        launched_at=row.launched_at,
        finished_at=row.finished_at,
        created_at=row.created_at,
        created_by=row.created_by.name if row.created_by else "",
    )


def _recipient(row: CampaignRecipient) -> RecipientView:
    message = row.message
    status = recipient_status(row.state, message.status if message else None)
    failure: dict[str, Any] = (message.failure or {}) if message else {}
    failed = status is RecipientStatus.FAILED
    thread = message.conversation if message else None
    wrote_at = thread.last_inbound_at if thread else None
    was_queued = row.state == RecipientState.QUEUED
    return RecipientView(
        id=row.pk,
        to=row.to,
        name=row.contact.shown_name if row.contact else row.name,
        status=status,
        replied=bool(message and was_queued and wrote_at and wrote_at > message.at),
        code=str(failure.get("code") or "") if failed else row.skip_code,
        reason=str(failure.get("message") or "") if failed else row.skip_reason,
        reference=row.reference,
        variables=row.variables,
        contact_id=row.contact_id,
        conversation_id=thread.pk if thread else None,
        message_id=message.pk if message else None,
        at=_moment(message) if message else None,
    )


def _moment(message: Message) -> datetime | None:
    """When the status that it has came about."""
    times = (message.read_at, message.delivered_at, message.sent_at, message.accepted_at)
    if message.failed_at is not None:
        return message.failed_at
    return next((one for one in times if one is not None), message.at)
