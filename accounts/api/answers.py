"""Answers: the envelope, its JSON, its case, and the headers that every answer carries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from accounts.api import cases
from accounts.api.paging import Page
from accounts.api.requests import request_id_of, wants_camel
from accounts.refusals import Refused

JSON_TYPE: Final = "application/json; charset=utf-8"


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds, or None."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(value: object) -> Any:
    """What JSON has no word for."""
    match value:
        case datetime():
            return moment(value)
        case BaseModel():
            return value.model_dump(by_alias=True)
        case UUID() | Decimal() | date():
            return str(value)
        case set() | frozenset() | tuple():
            return list(value)
    raise TypeError(f"{type(value)} has no place in an answer")


def answered(
    request: HttpRequest,
    data: object,
    *,
    status: int = 200,
    meta: Mapping[str, object] | None = None,
    location: str = "",
) -> HttpResponse:
    """`{"data": …}`, with `meta` beside it when there is something to add."""
    body: dict[str, object] = {"data": data}
    if meta is not None:
        body["meta"] = meta
    response = rendered(request, body, status=status)
    if location:
        response["Location"] = location
    return response


def listed(request: HttpRequest, page: Page) -> HttpResponse:
    """`{"data": […], "pagination": …}`"""
    pagination = {
        "cursor": page.cursor,
        "has_more": page.cursor is not None,
        "page_size": page.size,
    }
    return rendered(request, {"data": page.rows, "pagination": pagination})


def refused(
    request: HttpRequest, refusal: Refused, *, fields: list[dict[str, str]] | None = None
) -> HttpResponse:
    """`{"error": …}`, every field always there.

    Of the refusal's data, meta_error and retryable have a place of their own, retry_after_s is a
    header; the rest is `meta`.
    """
    data = dict(refusal.data)
    meta_error = data.pop("meta_error", None)
    retryable = data.pop("retryable", refusal.retryable)
    retry_after = data.pop("retry_after_s", None)
    error = {
        "code": refusal.code,
        "status": refusal.status,
        "message": str(refusal.message),
        "retryable": bool(retryable),
        "fields": fields if fields is not None else _fields(refusal),
        "meta_error": meta_error,
        "meta": data,
        "request_id": request_id_of(request),
        "doc": f"/docs/errors#{refusal.code}",
    }
    response = rendered(request, {"error": error}, status=refusal.status)
    if retry_after is None and refusal.status == 503:
        retry_after = 5
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="baton"'
    return response


def _fields(refusal: Refused) -> list[dict[str, str]]:
    if not refusal.field:
        return []
    description = str(refusal.message)
    return [{"field": refusal.field, "code": refusal.detail, "description": description}]


def rendered(request: HttpRequest, body: object, *, status: int = 200) -> HttpResponse:
    """The JSON answer in the caller's case."""
    if wants_camel(request):
        body = cases.to_camel(json.loads(json.dumps(body, default=plain)))
    text = json.dumps(body, default=plain, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text.encode(), status=status, content_type=JSON_TYPE)
