"""The envelope as types: what the machine description says of an answer."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel

Thing = TypeVar("Thing")


class Pagination(BaseModel):
    """How to go on; cursor is null on the last page."""

    cursor: str | None
    has_more: bool
    page_size: int


class One(BaseModel, Generic[Thing]):
    """One thing."""

    data: Thing


class Many(BaseModel, Generic[Thing]):
    """A list."""

    data: list[Thing]
    pagination: Pagination


class FieldFault(BaseModel):
    """What is wrong with one field."""

    field: str
    code: str
    description: str


class ErrorBody(BaseModel):
    """Why not."""

    code: str
    status: int
    message: str
    retryable: bool
    fields: list[FieldFault]
    meta_error: dict[str, Any] | None
    meta: dict[str, Any]
    request_id: str
    doc: str


class Failure(BaseModel):
    """Every answer from 400 on."""

    error: ErrorBody
