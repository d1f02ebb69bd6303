"""The recipients of a campaign over REST."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.endpoints import Paging
from accounts.api.envelopes import Many, One
from accounts.api.idempotency import once
from accounts.api.paging import paged_by_id
from campaigns import queries
from campaigns.actions.recipients import add_recipients
from campaigns.api.bodies import RecipientsIn
from campaigns.api.finding import campaign_of, own_campaign_of, rows_of, sender_of
from campaigns.api.shapes import AddedOut, RecipientOut, added_out, recipient_out
from campaigns.shapes import RecipientView
from campaigns.status import RecipientStatus

router = Router(tags=["Campaigns"])


class RecipientFilters(Paging):
    """Filters of GET /campaigns/{id}/recipients. replied: only those who wrote after it."""

    status: RecipientStatus | None = None
    replied: bool = False


@router.get(
    "/campaigns/{campaign_id}/recipients",
    auth=needs("campaigns:read"),
    response=Many[RecipientOut],
)
def recipients(
    request: HttpRequest, campaign_id: str, filters: Query[RecipientFilters]
) -> HttpResponse:
    """Recipients in the order in which they were given, each with its status."""
    row = campaign_of(request, campaign_id)

    def find(after: UUID | None, limit: int) -> list[RecipientView]:
        return queries.recipients(
            row, status=filters.status, replied=filters.replied, after=after, limit=limit
        )

    page = paged_by_id(
        find,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question | {"campaign": row.pk},
        shape=recipient_out,
    )
    return listed(request, page)


@router.post(
    "/campaigns/{campaign_id}/recipients",
    auth=needs("campaigns:manage"),
    response=One[AddedOut],
)
def add(request: HttpRequest, campaign_id: str, body: RecipientsIn) -> HttpResponse:
    """Adds recipients; who is there already is counted, not added."""
    caller, at = sender_of(request), timezone.now()
    row = own_campaign_of(request, campaign_id)

    def effect() -> HttpResponse:
        added = add_recipients(row.pk, rows_of(body.recipients), by=caller.actor, at=at)
        return answered(request, added_out(added))

    return once(request, effect)
