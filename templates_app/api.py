"""Templates over REST: list, one, made, edited and deleted at Meta, sync, preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel

from accounts.access import accounts_of
from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.bodies import Body
from accounts.api.endpoints import Paging
from accounts.api.envelopes import Many, One
from accounts.api.finding import account_or_404, as_uuid, not_found
from accounts.api.idempotency import once, once_outside
from accounts.api.paging import Order, paged
from accounts.api.requests import PREFIX, Caller, caller_of
from accounts.models import ApiKey, BusinessAccount
from accounts.refusals import Refused
from templates_app import queries, wording
from templates_app.access import visible_templates
from templates_app.actions import (
    create_template,
    delete_template,
    edit_template,
    sync_templates,
)
from templates_app.compiler import Values
from templates_app.drafting import Proposal
from templates_app.handing_in import check_shape
from templates_app.models import DELETED, MessageTemplate
from templates_app.values_in import ValuesIn

router = Router(tags=["Templates"])
BY_NAME = Order(("name", "language", "pk"), descending=False)


class TemplateOut(BaseModel):
    """A template."""

    id: UUID
    account_id: UUID
    waba_id: str
    meta_template_id: str | None
    name: str
    language: str
    category: str | None
    status: str
    rejected_reason: str | None
    quality: str
    parameter_format: str
    sendable: bool
    not_sendable_reason: str | None
    variables: list[dict[str, Any]]
    components: list[Any]
    synced_at: datetime | None
    created_at: datetime


class SyncOut(BaseModel):
    """What one sync of an account found."""

    account_id: UUID
    waba_id: str
    added: int
    changed: int
    removed: int
    failed: int
    total: int
    complete: bool
    error: str | None
    finished_at: datetime


class PreviewOut(BaseModel):
    """What the customer would see and what Meta would get."""

    content: dict[str, Any]
    native: dict[str, Any] | None
    missing: list[str]
    unexpected: list[str]


class TemplateIn(Body):
    """A template for Meta's review. components: in Meta's shape."""

    ALIASES: ClassVar[Mapping[str, str]] = {"waba_id": "account_id"}

    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    parameter_format: str = "POSITIONAL"
    account_id: str | None = None


class TemplateEdit(Body):
    """What changes of a template."""

    category: str | None = None
    components: list[dict[str, Any]] | None = None


class TemplateFilters(Paging):
    """Filters of GET /templates. account: our id or the WABA id."""

    account: str | None = None
    status: str | None = None
    category: str | None = None
    language: str | None = None
    name: str | None = None
    search: str | None = None
    sendable: bool | None = None


class DeleteFilters(BaseModel):
    """all_languages: not this language alone."""

    all_languages: bool = False


class SyncIn(Body):
    """Which account; none: all."""

    account_id: str | None = None


@router.get("/templates", auth=needs("templates:read"), response=Many[TemplateOut])
def templates(request: HttpRequest, filters: Query[TemplateFilters]) -> HttpResponse:
    """Templates by name; deleted ones only when `status` asks for them."""
    key = caller_of(request).key
    page = paged(
        _of_key(key).filter(_wanted(filters)),
        order=BY_NAME,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question,
        shape=_shapes,
    )
    return listed(request, page)


def _of_key(key: ApiKey) -> Any:
    rows = visible_templates(key.organization_id).filter(account__in=accounts_of(key))
    return rows.select_related("account")


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


def template_out(row: MessageTemplate) -> TemplateOut:
    """One template. No query when its account is there."""
    return TemplateOut(
        id=row.pk,
        account_id=row.account_id,
        waba_id=row.account.waba_id,
        meta_template_id=row.meta_template_id or None,
        name=row.name,
        language=row.language,
        category=row.category or None,
        status=row.status,
        rejected_reason=row.rejected_reason or None,
        quality=row.quality,
        parameter_format=row.parameter_format,
        sendable=row.sendable,
        not_sendable_reason=wording.not_sendable_sentence(row) or None,
        variables=[
            {
                "name": one.name,
                "in": one.place,
                "example": one.example or None,
                "kind": one.kind,
                "required": one.required,
            }
            for one in queries.variables_of(row)
        ],
        components=row.components,
        synced_at=row.synced_at,
        created_at=row.created_at,
    )


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


@router.post("/templates", auth=needs("templates:manage"), response={201: One[TemplateOut]})
def create(request: HttpRequest, body: TemplateIn) -> HttpResponse:
    """Hands a template in for review; answers with what Meta made of it."""
    caller = caller_of(request)
    account = _the_account(caller.key, body.account_id)
    proposal = Proposal(
        body.name, body.language, body.category, body.parameter_format, body.components
    )
    check_shape(proposal)
    return once_outside(request, lambda: _created(request, caller, account, proposal))


def _the_account(key: ApiKey, name: str | None) -> BusinessAccount:
    """The one that is named, else the only one. Refuses: VALIDATION_ERROR where there are more."""
    if name is not None:
        return account_or_404(key, name)
    found = list(accounts_of(key).order_by("pk")[:2])
    if not found:
        raise Refused("NO_CONNECTED_ACCOUNT", _("No WhatsApp account is connected yet."))
    if len(found) > 1:
        said = _("This key reaches several accounts. Say which one.")
        raise Refused("VALIDATION_ERROR", said, field="account_id", detail="required")
    return found[0]


def _created(
    request: HttpRequest, caller: Caller, account: BusinessAccount, proposal: Proposal
) -> HttpResponse:
    row = create_template(account, proposal, by=caller.actor, at=timezone.now())
    location = f"{PREFIX}/templates/{row.pk}"
    return answered(request, template_out(row), status=201, location=location)


@router.patch("/templates/{template_id}", auth=needs("templates:manage"), response=One[TemplateOut])
def edit(request: HttpRequest, template_id: str, body: TemplateEdit) -> HttpResponse:
    """Changes a template at Meta, which reviews it again."""
    row = _row(request, template_id)
    if body.category is None and body.components is None:
        raise Refused("NO_UPDATABLE_FIELDS", _("Nothing is to be changed."))
    check_shape(
        Proposal(
            row.name,
            row.language,
            body.category or row.category,
            row.parameter_format,
            row.components if body.components is None else body.components,
        )
    )
    caller = caller_of(request)
    return once_outside(request, lambda: _edited(request, caller, row, body))


def _edited(
    request: HttpRequest, caller: Caller, row: MessageTemplate, body: TemplateEdit
) -> HttpResponse:
    changed = edit_template(
        row,
        category=body.category,
        components=body.components,
        by=caller.actor,
        at=timezone.now(),
    )
    return answered(request, template_out(changed))


@router.delete("/templates/{template_id}", auth=needs("templates:manage"), response={204: None})
def delete(request: HttpRequest, template_id: str, filters: Query[DeleteFilters]) -> HttpResponse:
    """Deletes at Meta, then here; with `all_languages` every language of the name."""
    row, caller = _row(request, template_id), caller_of(request)

    def deleted() -> HttpResponse:
        everything = filters.all_languages
        delete_template(row, all_languages=everything, by=caller.actor, at=timezone.now())
        return HttpResponse(status=204)

    return once_outside(request, deleted)


@router.get("/templates/{template_id}", auth=needs("templates:read"), response=One[TemplateOut])
def template(request: HttpRequest, template_id: str) -> HttpResponse:
    """One template."""
    return answered(request, template_out(_row(request, template_id)))


def _row(request: HttpRequest, template_id: str) -> MessageTemplate:
    own_id = as_uuid(template_id)
    row = _of_key(caller_of(request).key).filter(pk=own_id).first() if own_id else None
    if not isinstance(row, MessageTemplate):
        raise not_found()
    return row


@router.post(
    "/templates/{template_id}/preview", auth=needs("templates:read"), response=One[PreviewOut]
)
def preview(request: HttpRequest, template_id: str, body: ValuesIn) -> HttpResponse:
    """What the customer would see and what Meta would get, from the compiler that sends."""
    row = _row(request, template_id)
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
