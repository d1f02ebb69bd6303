"""The one family of domain errors, and the one table from code to HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Codes and statuses are those of the REST contract (docs/api.md); an unknown code is 422.
STATUS_OF: Mapping[str, int] = {
    "BAD_REQUEST": 400,
    "INVALID_CURSOR": 400,
    "NO_UPDATABLE_FIELDS": 400,
    "API_KEY_REQUIRED": 401,
    "API_SECRET_REQUIRED": 401,
    "INVALID_CREDENTIALS": 401,
    "INSUFFICIENT_SCOPE": 403,
    "NOT_ALLOWED": 403,
    "NUMBER_NOT_ALLOWED": 403,
    "SERVICE_NOT_ALLOWED": 403,
    "NOT_FOUND": 404,
    "TEMPLATE_NOT_FOUND": 404,
    "MEDIA_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "IDEMPOTENCY_IN_PROGRESS": 409,
    "VERSION_CONFLICT": 409,
    "STATE_CONFLICT": 409,
    "ALREADY_EXISTS": 409,
    "NO_CONNECTED_ACCOUNT": 409,
    "NUMBER_ALREADY_CONNECTED": 409,
    "META_APP_NOT_CONFIGURED": 409,
    "NO_QR_SESSION": 409,
    "NUMBER_NOT_ACTIVE": 409,
    "NO_BOT_LINKED": 409,
    "ALREADY_CLAIMED": 409,
    "ASSIGNED_TO_OTHER": 409,
    "SCHEDULED_PENDING": 409,
    "NEWER_INBOUND": 409,
    "NEWER_REPLY": 409,
    "AI_OWNS_CONVERSATION": 409,
    "NOT_OWNER": 409,
    "STALE_EPOCH": 409,
    "TURN_CLOSED": 409,
    "MEDIA_NOT_READY": 409,
    "BODY_TOO_LARGE": 413,
    "MEDIA_TOO_LARGE": 413,
    "MEDIA_TYPE_UNSUPPORTED": 415,
    "VALIDATION_ERROR": 422,
    "UNSUPPORTED_TYPE": 422,
    "SESSION_EXPIRED": 422,
    "TEMPLATE_PARAMETER_MISMATCH": 422,
    "SCHEDULE_TOO_FAR": 422,
    "INVALID_RECIPIENT": 422,
    "RECIPIENT_OPTED_OUT": 422,
    "RECIPIENT_BLOCKED": 422,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "MEDIA_FETCH_FAILED": 422,
    "URL_NOT_ALLOWED": 422,
    "RATE_LIMITED": 429,
    "NUMBER_THROTTLED": 429,
    "INTERNAL": 500,
    "WHATSAPP_API_ERROR": 502,
    "UNAVAILABLE": 503,
}

RETRYABLE = frozenset(
    {
        "IDEMPOTENCY_IN_PROGRESS",
        "ASSIGNED_TO_OTHER",
        "NEWER_INBOUND",
        "NEWER_REPLY",
        "MEDIA_NOT_READY",
    }
    | {"RATE_LIMITED", "NUMBER_THROTTLED", "INTERNAL", "UNAVAILABLE"}
)


class Refused(Exception):
    """The domain's "no, because": a code of the REST contract and a sentence for people.

    field: the input it is about, when there is one. data: facts that help to go on (`meta`).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        detail: str = "invalid",
        **data: Any,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.field = field
        self.detail = detail
        self.data = data

    @property
    def status(self) -> int:
        """The HTTP status of this code."""
        return STATUS_OF.get(self.code, 422)

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.code in RETRYABLE
