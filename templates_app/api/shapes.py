"""What callers send and get of templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from accounts.api.bodies import Body
from accounts.api.endpoints import Paging
from templates_app import queries, wording
from templates_app.models import MessageTemplate


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
