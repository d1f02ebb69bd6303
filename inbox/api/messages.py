"""Messages: send, list, one of them, retry and cancel, read receipts."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel

from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.envelopes import Many, One
from accounts.api.idempotency import once
from accounts.api.paging import Order, paged
from accounts.api.requests import Caller, caller_of
from accounts.refusals import Refused
from inbox.actions import receipts, sending
from inbox.api import shapes
from inbox.api.act_bodies import CancelIn, MarkReadIn, RetryIn, TypingIn
from inbox.api.bodies import MessageIn, TemplateMessageIn, TextMessageIn
from inbox.api.filters import MessageFilters, messages_by
from inbox.api.finding import message_of, messages_of
from inbox.api.once_sent import sent
from inbox.api.sends import brought_by, send_to
from inbox.api.showing import message_out, message_rows, message_with_statuses
from inbox.models import Media, Message

router = Router(tags=["Messages"])
SENT = {201: One[shapes.MessageOut], 202: One[shapes.MessageOut]}


class Include(BaseModel):
    """What comes along."""

    include: Literal["statuses"] | None = None


@router.post("/messages", auth=needs("messages:send"), response=SENT)
async def post_message(request: HttpRequest, body: MessageIn) -> HttpResponse:
    """Sends one message to one receiver, by `to` or `conversation_id`."""
    file = await sync_to_async(brought_by)(request, body)
    return await sent(request, partial(_send, body, file))


@router.post("/messages/text", auth=needs("messages:send"), response=SENT)
async def post_text(request: HttpRequest, body: TextMessageIn) -> HttpResponse:
    """Sends a text; the content stands flat."""
    return await sent(request, partial(_send, body, None))


@router.post("/messages/template", auth=needs("messages:send"), response=SENT)
async def post_template(request: HttpRequest, body: TemplateMessageIn) -> HttpResponse:
    """Sends a template; the content stands flat."""
    return await sent(request, partial(_send, body, None))


def _send(
    body: MessageIn | TextMessageIn | TemplateMessageIn,
    file: Media | None,
    caller: Caller,
    at: datetime,
) -> Message:
    return send_to(caller, body, at=at, brought=file)


@router.get("/messages", auth=needs("messages:read"), response=Many[shapes.MessageOut])
def messages(request: HttpRequest, filters: Query[MessageFilters]) -> HttpResponse:
    """Messages, newest first; with `id` the one message."""
    key, at = caller_of(request).key, timezone.now()
    if filters.id is not None:
        return answered(request, message_out(message_of(key, filters.id), at=at))
    page = paged(
        messages_by(messages_of(key), key, filters, at=at),
        order=Order(("created_at", "pk"), descending=filters.order == "desc"),
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question,
        shape=lambda found: [message_out(one, at=at) for one in found],
    )
    return listed(request, page)


# --- read receipts ---


@router.post("/messages/read", auth=needs("conversations:write"), response=One[shapes.ManyReadOut])
def read_many(request: HttpRequest, body: MarkReadIn) -> HttpResponse:
    """Marks customers' messages as read, at WhatsApp and here."""
    return _mark_read(request, body)


@router.patch("/messages", auth=needs("conversations:write"), response=One[shapes.ManyReadOut])
def patch_messages(request: HttpRequest, body: MarkReadIn) -> HttpResponse:
    """The same under another name."""
    return _mark_read(request, body)


def _mark_read(request: HttpRequest, body: MarkReadIn) -> HttpResponse:
    caller, at = caller_of(request), timezone.now()
    rows = {row.pk: row for row in (message_of(caller.key, one) for one in body.message_ids)}
    reasons = {row.pk: _not_readable(row, at=at) for row in rows.values()}

    def effect() -> HttpResponse:
        # One receipt marks a message and all before it: one per conversation goes out.
        newest: dict[UUID, list[Message]] = defaultdict(list)
        for row in rows.values():
            if not reasons[row.pk]:
                newest[row.conversation_id].append(row)
        for some in newest.values():
            last = max(some, key=lambda one: (one.at, one.pk))
            receipts.mark_read(last.pk, by=caller.actor, at=at)
        skipped = [shapes.Skipped(id=pk, reason=reason) for pk, reason in reasons.items() if reason]
        data = shapes.ManyReadOut(read=len(rows) - len(skipped), skipped=skipped)
        return answered(request, data)

    return once(request, effect)


def _not_readable(row: Message, *, at: datetime) -> str:
    if row.direction != "inbound" or not row.wamid:
        return "outbound"
    if at - row.at > receipts.READABLE_FOR:
        return "older_than_30_days"
    return "" if row.phone_number.status == "active" else "number_not_active"


@router.post(
    "/messages/{path:message_id}/read",
    auth=needs("conversations:write"),
    response=One[shapes.ReadOut],
)
def read(request: HttpRequest, message_id: str, body: TypingIn) -> HttpResponse:
    """Marks one message as read; with typing the customer sees that somebody answers."""
    caller, at = caller_of(request), timezone.now()
    row = message_of(caller.key, message_id)

    def effect() -> HttpResponse:
        receipts.mark_read(row.pk, by=caller.actor, at=at, typing=body.typing)
        return answered(request, shapes.ReadOut(id=row.pk, read=True))

    return once(request, effect)


# --- again, or not at all ---


@router.post("/messages/{path:message_id}/retry", auth=needs("messages:send"), response=SENT)
async def retry(request: HttpRequest, message_id: str, body: RetryIn) -> HttpResponse:
    """Sends a failed or unconfirmed message again, as a new one."""

    def make(caller: Caller, at: datetime) -> Message:
        first = message_of(caller.key, message_id)
        confirmed = body.confirm_duplicate
        fresh = sending.retry(first.pk, by=caller.actor, at=at, confirm_duplicate=confirmed)
        if fresh.created_at != at:
            raise Refused(
                "STATE_CONFLICT",
                _("This message was sent again already."),
                retried_by=str(fresh.pk),
            )
        return fresh

    return await sent(request, make)


@router.post(
    "/messages/{path:message_id}/cancel",
    auth=needs("messages:send"),
    response=One[shapes.MessageOut],
)
def cancel(request: HttpRequest, message_id: str, body: CancelIn) -> HttpResponse:
    """Takes a waiting message back."""
    caller, at = caller_of(request), timezone.now()
    row = message_of(caller.key, message_id)

    def effect() -> HttpResponse:
        confirmed = body.confirm_unknown
        sending.cancel(row.pk, by=caller.actor, at=at, confirm_unknown=confirmed)
        return answered(request, message_out(message_rows().get(pk=row.pk), at=at))

    return once(request, effect)


@router.get(
    "/messages/{path:message_id}",
    auth=needs("messages:read"),
    response=One[shapes.MessageWithStatuses],
)
def message(request: HttpRequest, message_id: str, query: Query[Include]) -> HttpResponse:
    """One message, by our id or its wamid."""
    key, at = caller_of(request).key, timezone.now()
    row = message_of(key, message_id)
    if query.include == "statuses":
        return answered(request, message_with_statuses(row, at=at))
    return answered(request, message_out(row, at=at))


@router.post("/messages/{path:message_id}", auth=needs("messages:send"), include_in_schema=False)
def post_other(request: HttpRequest, message_id: str) -> HttpResponse:  # noqa: ARG001
    """A path for a type that there is not."""
    raise Refused("METHOD_NOT_ALLOWED", _("This address does not take this method."))
