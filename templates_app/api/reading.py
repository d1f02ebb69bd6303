"""Templates over REST: list, one, sync with Meta, preview."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from accounts.access import accounts_of
from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.envelopes import Many, One
from accounts.api.finding import account_or_404, as_uuid
from accounts.api.idempotency import once, once_outside
from accounts.api.paging import Order, paged
from accounts.api.requests import Caller, caller_of
from accounts.models import ApiKey
from accounts.refusals import Refused
from templates_app import queries
from templates_app.actions import sync_templates
from templates_app.api.finding import template_of, templates_of
from templates_app.api.shapes import (
    PreviewOut,
    SyncIn,
    SyncOut,
    TemplateFilters,
    TemplateOut,
    template_out,
)
from templates_app.compiler import Values
from templates_app.models import DELETED, MessageTemplate
from templates_app.values_in import ValuesIn

router = Router(tags=["Templates"])
BY_NAME = Order(("name", "language", "pk"), descending=False)


@router.get("/templates", auth=needs("templates:read"), response=Many[TemplateOut])
def templates(request: HttpRequest, filters: Query[TemplateFilters]) -> HttpResponse:
    """Templates by name; deleted ones only when `status` asks for them."""
    key = caller_of(request).key
    page = paged(
        templates_of(key).filter(_wanted(filters)),
        order=BY_NAME,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question,
        shape=_shapes,
    )
    return listed(request, page)


def _wanted(filters: TemplateFilters) -> Q:
    exact = {
        "category": filters.category,
        "language": filters.language,
        "name": filters.name,
        "sendable": filters.sendable,
    }
    found = Q(**{name: value for name, value in exact.items() if value is not None})
    statuses = filters.status.split(",") if filters.status else []
    found &= Q(status__in=statuses) if statuses else ~Q(status=DELETED)
    if filters.account:
        own_id = as_uuid(filters.account)
        found &= Q(account=own_id) if own_id else Q(account__waba_id=filters.account)
    if filters.search:
        found &= Q(name__icontains=filters.search) | Q(body__icontains=filters.search)
    return found


def _shapes(rows: Sequence[MessageTemplate]) -> list[TemplateOut]:
    return [template_out(row) for row in rows]


@router.post("/templates/sync", auth=needs("templates:manage"), response=One[list[SyncOut]])
def sync(request: HttpRequest, body: SyncIn) -> HttpResponse:
    """Reads every page of Meta's list; answers when done."""
    caller = caller_of(request)
    ids = _accounts_to_sync(caller.key, body)
    return once_outside(request, lambda: _synced(request, caller, ids))


def _accounts_to_sync(key: ApiKey, body: SyncIn) -> list[UUID]:
    if body.account_id is not None:
        return [account_or_404(key, body.account_id).pk]
    ids = list(accounts_of(key).order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise Refused("NO_CONNECTED_ACCOUNT", _("No WhatsApp account is connected yet."))
    return ids


def _synced(request: HttpRequest, caller: Caller, ids: list[UUID]) -> HttpResponse:
    results = [sync_templates(one, by=caller.actor, at=timezone.now()) for one in ids]
    return answered(
        request,
        [SyncOut(**{name: getattr(one, name) for name in SyncOut.model_fields}) for one in results],
    )


@router.get("/templates/{template_id}", auth=needs("templates:read"), response=One[TemplateOut])
def template(request: HttpRequest, template_id: str) -> HttpResponse:
    """One template."""
    return answered(request, template_out(template_of(request, template_id)))


@router.post(
    "/templates/{template_id}/preview", auth=needs("templates:read"), response=One[PreviewOut]
)
def preview(request: HttpRequest, template_id: str, body: ValuesIn) -> HttpResponse:
    """What the customer would see and what Meta would get, from the compiler that sends."""
    row = template_of(request, template_id)
    return once(request, lambda: _previewed(request, row, body.values()))


def _previewed(request: HttpRequest, row: MessageTemplate, values: Values) -> HttpResponse:
    shown = queries.preview(row, values)
    data = PreviewOut(
        content=dict(shown.content),
        native=dict(shown.native) if shown.native else None,
        missing=list(shown.missing),
        unexpected=list(shown.unexpected),
    )
    return answered(request, data)
