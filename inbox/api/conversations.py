"""Conversations: list, one with its messages, send into it, mark it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from asgiref.sync import sync_to_async
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.bodies import Nothing
from accounts.api.endpoints import Paging
from accounts.api.envelopes import Many, One
from accounts.api.paging import Order, Page, paged
from accounts.api.requests import Caller, caller_of
from accounts.refusals import Refused
from inbox.actions import receipts
from inbox.api import shapes
from inbox.api.act_bodies import SeenIn
from inbox.api.bodies import ContentIn
from inbox.api.changing import changed, shape_of
from inbox.api.filters import ConversationFilters, conversations_by, ordered
from inbox.api.finding import (
    conversation_of,
    conversations_of,
    messages_of,
    named,
)
from inbox.api.once_sent import sent
from inbox.api.sends import brought_by, send_into
from inbox.api.showing import conversations_out, message_out, with_relations
from inbox.models import Conversation, Message

router = Router(tags=["Conversations"])


class ThreadFilters(BaseModel):
    """How many of the latest messages come along, and in which order."""

    messages: Annotated[int, Field(ge=0, le=50)] = 50
    order: Literal["asc", "desc"] = "asc"


class MessagesFilters(Paging):
    """Which messages of a thread: before, after or around one of them."""

    order: Literal["asc", "desc"] = "desc"
    before: str | None = None
    after: str | None = None
    around: str | None = None


class SeenFilters(BaseModel):
    """The query form of POST …/read."""

    notify_customer: bool | None = None


@router.get(
    "/conversations", auth=needs("conversations:read"), response=Many[shapes.ConversationOut]
)
def conversations(request: HttpRequest, filters: Query[ConversationFilters]) -> HttpResponse:
    """Conversations, most recent activity first."""
    key, at = caller_of(request).key, timezone.now()
    rows = conversations_by(conversations_of(key), key, filters, at=at)
    rows, order = ordered(with_relations(rows), filters.sort, at=at)
    page = paged(
        rows,
        order=order,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question,
        shape=lambda found: conversations_out(found, person_id=key.user_id, at=at),
    )
    return listed(request, page)


@router.get(
    "/conversations/{conversation_id}",
    auth=needs("messages:read"),
    response=One[shapes.ConversationWithMessages],
)
def conversation(
    request: HttpRequest, conversation_id: str, filters: Query[ThreadFilters]
) -> HttpResponse:
    """One conversation with its latest messages."""
    key, at = caller_of(request).key, timezone.now()
    row = conversation_of(key, conversation_id)
    rows = messages_of(key).filter(conversation=row).order_by("-at", "-pk")
    messages = [message_out(one, at=at) for one in rows[: filters.messages]]
    if filters.order == "asc":
        messages.reverse()
    shape = shape_of(request, row, at=at).model_dump()
    data = shapes.ConversationWithMessages(**shape, messages=messages)
    return answered(request, data)


# --- messages of a thread ---


@router.get(
    "/conversations/{conversation_id}/messages",
    auth=needs("messages:read"),
    response=Many[shapes.MessageOut],
)
def thread(
    request: HttpRequest, conversation_id: str, filters: Query[MessagesFilters]
) -> HttpResponse:
    """Messages in the thread's order: Meta's time, then ours."""
    key, at = caller_of(request).key, timezone.now()
    row = conversation_of(key, conversation_id)
    if filters.around:
        return listed(request, _around(caller_of(request), row, filters, at=at))
    anchor = _anchor(row, filters)
    forwards = bool(filters.after) or (filters.order == "asc" and not filters.before)
    order = Order(("at", "pk"), descending=not forwards)
    rows = messages_of(key).filter(conversation=row)
    if anchor is not None:
        rows = rows.filter(order.beyond((anchor.at, anchor.pk)))

    def shape(found: Sequence[Message]) -> list[shapes.MessageOut]:
        shown = [message_out(one, at=at) for one in found]
        return shown if forwards == (filters.order == "asc") else shown[::-1]

    page = paged(
        rows,
        order=order,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question | {"conversation": str(row.pk)},
        shape=shape,
    )
    return listed(request, page)


def _anchor(row: Conversation, filters: MessagesFilters) -> Message | None:
    given = {name: getattr(filters, name) for name in ("before", "after", "around")}
    wanted = {name: value for name, value in given.items() if value}
    if len(wanted) > 1:
        raise Refused(
            "BAD_REQUEST", _("Give one of before, after and around."), field=list(wanted)[1]
        )
    for name, value in wanted.items():
        found = Message.objects.filter(named(value), conversation=row).first()
        if found is None:
            raise Refused("BAD_REQUEST", _("This message is not in the thread."), field=name)
        return found
    return None


def _around(caller: Caller, row: Conversation, filters: MessagesFilters, *, at: datetime) -> Page:
    """Half before, the message itself, half after; no cursor: go on with before and after."""
    anchor = _anchor(row, filters)
    if anchor is None:
        raise RuntimeError("around without an anchor")
    place, half = (anchor.at, anchor.pk), filters.limit // 2
    rows = messages_of(caller.key).filter(conversation=row)
    older, newer = Order(("at", "pk")), Order(("at", "pk"), descending=False)
    before = list(older.of(rows.filter(older.beyond(place)))[:half])
    after = list(
        newer.of(rows.filter(newer.beyond(place) | Q(pk=anchor.pk)))[: filters.limit - half]
    )
    found = [message_out(one, at=at) for one in (*reversed(before), *after)]
    return Page(found if filters.order == "asc" else found[::-1], None, filters.limit)


@router.post(
    "/conversations/{conversation_id}/messages",
    auth=needs("messages:send"),
    response={201: One[shapes.MessageOut], 202: One[shapes.MessageOut]},
)
async def post_message(request: HttpRequest, conversation_id: str, body: ContentIn) -> HttpResponse:
    """Sends into a conversation; the shortest form is `{"text": "…"}`."""
    file = await sync_to_async(brought_by)(request, body, conversation_id)

    def make(caller: Caller, at: datetime) -> Message:
        row = conversation_of(caller.key, conversation_id)
        return send_into(caller, row.pk, body, body.content, at=at, brought=file)

    return await sent(request, make)


# --- marks ---


@router.post(
    "/conversations/{conversation_id}/read",
    auth=needs("conversations:write"),
    response=One[shapes.UnreadOut],
)
def read(
    request: HttpRequest, conversation_id: str, body: SeenIn, query: Query[SeenFilters]
) -> HttpResponse:
    """Our own read mark; with notify_customer also WhatsApp's blue ticks."""
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    notify = body.notify_customer if body.notify_customer is not None else query.notify_customer
    if body.up_to_message_id is not None:
        _anchor(row, MessagesFilters(before=body.up_to_message_id))
    act = partial(receipts.mark_seen, row.pk, by=caller.actor, notify_customer=notify)
    return changed(request, row, act, shape=_unread)


@router.post(
    "/conversations/{conversation_id}/unread",
    auth=needs("conversations:write"),
    response=One[shapes.UnreadOut],
)
def unread(
    request: HttpRequest,
    conversation_id: str,
    body: Nothing,  # noqa: ARG001 - named, so that fields in it are refused
) -> HttpResponse:
    """Puts it back among the unread ones."""
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    act = partial(receipts.mark_unseen, row.pk, by=caller.actor)
    return changed(request, row, act, shape=_unread)


def _unread(whole: shapes.ConversationOut) -> shapes.UnreadOut:
    return shapes.UnreadOut(id=whole.id, unread_count=whole.unread_count)
