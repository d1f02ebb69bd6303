"""What became of a send: waiting for it without holding anything, and the answer it makes."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.api.answers import answered, refused
from accounts.api.requests import PREFIX
from accounts.models import PhoneNumber
from accounts.refusals import STATUS_OF, Refused
from inbox.api.showing import hold_of, message_out, message_rows
from inbox.message_status import Status
from inbox.models import Message
from templates_app.models import MessageTemplate
from templates_app.queries import template_choices

DEFAULT_WAIT_S: Final = 8.0
LONGEST_WAIT_S: Final = 20.0
MOST_SUGGESTIONS: Final = 5
FIRST_LOOK_S: Final = 0.03
SLOWEST_LOOK_S: Final = 0.25

# Meta's refusals that have a code of their own; all others are WHATSAPP_API_ERROR.
PAYLOAD_CODES: Final = (100, 131008, 131009, 131051, 131053, 132005, 132007, 132018, 135000)
CODES: Final[Mapping[int, str]] = {
    131047: "SESSION_EXPIRED",
    132001: "TEMPLATE_NOT_FOUND",
    132015: "TEMPLATE_NOT_FOUND",
    132016: "TEMPLATE_NOT_FOUND",
    131021: "INVALID_RECIPIENT",
    132000: "TEMPLATE_PARAMETER_MISMATCH",
    132012: "TEMPLATE_PARAMETER_MISMATCH",
    131050: "RECIPIENT_OPTED_OUT",
    130403: "RECIPIENT_BLOCKED",
    **dict.fromkeys(PAYLOAD_CODES, "VALIDATION_ERROR"),
}
_WAIT: Final = re.compile(r"\s*wait\s*=\s*\"?(\d{1,4})\"?\s*", re.IGNORECASE)


def location_of(message_id: UUID) -> str:
    """Where the message can be read."""
    return f"{PREFIX}/messages/{message_id}"


def patience(request: HttpRequest) -> float:
    """Seconds the caller waits: `Prefer: wait=N` up to 20, `respond-async` none, else 8."""
    preferences = request.headers.get("Prefer", "").split(",")
    if any(one.strip().lower() == "respond-async" for one in preferences):
        return 0.0
    for one in preferences:
        if match := _WAIT.fullmatch(one):
            return min(float(match.group(1)), LONGEST_WAIT_S)
    return DEFAULT_WAIT_S


async def settled(message_id: UUID, *, within_s: float) -> None:
    """Returns as soon as the outcome of a send is known, or held up, or the time is over.

    Between the looks neither a thread works nor a database connection is held.
    """
    until = time.monotonic() + within_s
    pause = FIRST_LOOK_S
    while time.monotonic() < until and await sync_to_async(_under_way)(message_id):
        await asyncio.sleep(min(pause, max(until - time.monotonic(), 0)))
        pause = min(pause * 1.5, SLOWEST_LOOK_S)


def _under_way(message_id: UUID) -> bool:
    row = Message.objects.select_related("phone_number", "conversation").get(pk=message_id)
    if not connection.in_atomic_block:  # only a test wraps a request in a transaction
        connection.close()
    return is_under_way(row)


def is_under_way(row: Message) -> bool:
    """Whether an answer of Meta may come any moment."""
    if row.shown_status == Status.SENDING:
        return True
    return row.status == Status.QUEUED and hold_of(row, at=timezone.now()) is None


def answer_about(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The answer to a send, by what the message is now."""
    at = timezone.now()
    row = message_rows().get(pk=message_id)
    location = location_of(row.pk)
    refusal = refusal_of(row)
    if refusal is not None:
        response = refused(request, refusal)
        response["Location"] = location
        return response
    status = 201 if row.status_rank else 202
    return answered(request, message_out(row, at=at), status=status, location=location)


def suggestions(number: PhoneNumber) -> list[dict[str, str]]:
    """A few templates that could be sent instead. One query."""
    sendable = [one for one in template_choices(number) if one.sendable][:MOST_SUGGESTIONS]
    return [{"name": one.name, "language": one.language} for one in sendable]


def _template_status(row: Message) -> str | None:
    found = MessageTemplate.objects.filter(
        account=row.phone_number.account_id,
        name=row.template_name,
        language=row.template_language,
    )
    return found.values_list("status", flat=True).first()


def refusal_of(row: Message) -> Refused | None:
    """Why the message did not go, as the contract says it; None when it went or still may go."""
    if row.status == Status.CANCELLED:
        code = "STALE_EPOCH" if row.sender_type == "ai" else "STATE_CONFLICT"
        return Refused(
            code,
            _("The message was taken back before it went."),
            message_id=row.pk,
            status=row.status,
        )
    if row.status != Status.FAILED:
        return None
    failure: dict[str, Any] = row.failure or {}
    meta_error = failure.get("meta_error")
    facts: dict[str, Any] = {
        "message_id": row.pk,
        "meta_error": meta_error,
        "retryable": failure.get("retry") in ("now", "later"),
    }
    if meta_error is None:
        code = str(failure.get("code"))
        return Refused(
            code if code in STATUS_OF else "WHATSAPP_API_ERROR",
            str(failure.get("message")),
            **facts,
        )
    number = int(meta_error["code"])
    code = CODES.get(number, "WHATSAPP_API_ERROR")
    if code == "TEMPLATE_NOT_FOUND":
        facts |= {"template_status": _template_status(row), "reason": failure.get("message")}
    if code == "SESSION_EXPIRED":
        facts |= {
            "window_expired_at": row.conversation.window.expires_at,
            "suggested_templates": suggestions(row.phone_number),
        }
    return Refused(code, f"(#{number}) {failure.get('message')}", **facts)
