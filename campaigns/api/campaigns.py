"""Campaigns over REST: list, one, made, changed, started and stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from accounts.actors import Actor
from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.bodies import Nothing
from accounts.api.endpoints import Paging
from accounts.api.envelopes import Many, One
from accounts.api.finding import number_named, sending_number
from accounts.api.idempotency import once
from accounts.api.paging import paged_by_id
from accounts.api.requests import PREFIX, caller_of
from accounts.refusals import Refused
from campaigns import queries
from campaigns.access import campaigns_of_key
from campaigns.actions import editing, launching, steering
from campaigns.actions.recipients import add_recipients
from campaigns.api.bodies import CampaignEdit, CampaignIn
from campaigns.api.finding import (
    campaign_of,
    fields_of,
    number_of,
    own_campaign_of,
    rows_of,
    sender_of,
)
from campaigns.api.shapes import CampaignOut, added_out, campaign_out
from campaigns.models import Campaign
from campaigns.shapes import CampaignView
from campaigns.status import Status
from inbox.api.filters import words

router = Router(tags=["Campaigns"])
MANAGER = needs("campaigns:manage")
READER = needs("campaigns:read")
Statuses = Annotated[str, words(*(str(one) for one in Status))]
Act = Callable[..., Campaign]


class CampaignFilters(Paging):
    """Filters of GET /campaigns."""

    status: Statuses | None = None
    phone_number: str | None = None


@router.get("/campaigns", auth=READER, response=Many[CampaignOut])
def campaigns(request: HttpRequest, filters: Query[CampaignFilters]) -> HttpResponse:
    """Campaigns, newest first, with their counts; broadcasts are in no list."""
    key = caller_of(request).key
    rows = campaigns_of_key(key)
    if filters.phone_number:
        rows = rows.filter(phone_number=number_named(key, filters.phone_number))
    statuses = [Status(one) for one in filters.status.split(",")] if filters.status else []

    def find(before: UUID | None, limit: int) -> list[CampaignView]:
        return queries.rows(rows, statuses=statuses, before=before, limit=limit)

    page = paged_by_id(
        find,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question,
        shape=campaign_out,
    )
    return listed(request, page)


@router.get("/campaigns/{campaign_id}", auth=READER, response=One[CampaignOut])
def campaign(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """One campaign with its counts; a broadcast, too."""
    return _shown(request, campaign_of(request, campaign_id))


def _shown(
    request: HttpRequest,
    row: Campaign,
    *,
    status: int = 200,
    meta: Mapping[str, object] | None = None,
) -> HttpResponse:
    location = f"{PREFIX}/campaigns/{row.pk}" if status == 201 else ""
    data = campaign_out(queries.one(row))
    return answered(request, data, status=status, meta=meta, location=location)


@router.post("/campaigns", auth=MANAGER, response={201: One[CampaignOut]})
def create(request: HttpRequest, body: CampaignIn) -> HttpResponse:
    """Makes a draft; language and recipients may come later. `meta` tells of the recipients."""
    caller, at = sender_of(request), timezone.now()
    number = sending_number(caller.key, body.sender)
    fields = fields_of(body, number, at=at)

    def effect() -> HttpResponse:
        how: dict[str, Any] = {"by": caller.actor, "at": at}
        row = editing.create(caller.key.organization_id, fields, **how)
        added = add_recipients(row.pk, rows_of(body.recipients), **how)
        return _shown(request, row, status=201, meta={"recipients": added_out(added)})

    return once(request, effect)


@router.patch("/campaigns/{campaign_id}", auth=MANAGER, response=One[CampaignOut])
def change(request: HttpRequest, campaign_id: str, body: CampaignEdit) -> HttpResponse:
    """Changes a draft, or what is scheduled; null empties."""
    caller, at = sender_of(request), timezone.now()
    row = own_campaign_of(request, campaign_id)
    if body.recipients is not None:
        sentence = _("Recipients are added by POST to the campaign's recipients.")
        raise Refused("VALIDATION_ERROR", sentence, field="recipients", detail="unsupported")
    fields = fields_of(body, number_of(caller, body, row), at=at)
    if not fields:
        raise Refused("NO_UPDATABLE_FIELDS", _("Nothing is to be changed."))

    def effect() -> HttpResponse:
        return _shown(request, editing.change(row.pk, fields, by=caller.actor, at=at))

    return once(request, effect)


# --- its course ---


@router.post("/campaigns/{campaign_id}/launch", auth=MANAGER, response={202: One[CampaignOut]})
def launch(request: HttpRequest, campaign_id: str, body: Nothing) -> HttpResponse:  # noqa: ARG001
    """Starts a draft, or puts it on the clock."""
    row = own_campaign_of(request, campaign_id)
    return _steered(request, row, launching.launch, status=202)


@router.post("/campaigns/{campaign_id}/pause", auth=MANAGER, response=One[CampaignOut])
def pause(request: HttpRequest, campaign_id: str, body: Nothing) -> HttpResponse:  # noqa: ARG001
    """Nothing more leaves but what is on the wire."""
    return _steered(request, campaign_of(request, campaign_id), steering.pause)


@router.post("/campaigns/{campaign_id}/resume", auth=MANAGER, response=One[CampaignOut])
def resume(request: HttpRequest, campaign_id: str, body: Nothing) -> HttpResponse:  # noqa: ARG001
    """Goes on where it stopped."""
    return _steered(request, campaign_of(request, campaign_id), steering.resume)


@router.post("/campaigns/{campaign_id}/cancel", auth=MANAGER, response=One[CampaignOut])
def cancel(request: HttpRequest, campaign_id: str, body: Nothing) -> HttpResponse:  # noqa: ARG001
    """Nobody else gets it, for good."""
    return _steered(request, campaign_of(request, campaign_id), steering.cancel)


def _steered(request: HttpRequest, row: Campaign, act: Act, *, status: int = 200) -> HttpResponse:
    caller = sender_of(request)

    def effect() -> HttpResponse:
        changed = act(row.pk, by=caller.actor, at=timezone.now())
        return _shown(request, changed, status=status)

    return once(request, effect)


@router.post(
    "/campaigns/{campaign_id}/retry-failed", auth=MANAGER, response={202: One[CampaignOut]}
)
def retry_failed(
    request: HttpRequest,
    campaign_id: str,
    body: Nothing,  # noqa: ARG001
) -> HttpResponse:
    """Sends again what failed and may not fail again; `meta.retried` says how many."""
    row = own_campaign_of(request, campaign_id)
    actor: Actor = sender_of(request).actor

    def effect() -> HttpResponse:
        count = steering.retry_failed(row.pk, by=actor, at=timezone.now())
        fresh = campaign_of(request, campaign_id)
        return _shown(request, fresh, status=202, meta={"retried": count})

    return once(request, effect)
