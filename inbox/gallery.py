"""The files and links of a thread: the panel's newest ones, and a page with all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from inbox import wording
from inbox.file_shapes import Gallery, GalleryItem, GalleryLink, GalleryPage
from inbox.markup import LINK
from inbox.media_presentation import media_view
from inbox.models import Conversation, MediaState, Message
from inbox.shapes import Variant

PICTURES: Final = ("image", "video")
DOCUMENTS: Final = ("document", "audio")
IN_PANEL: Final = 6
LINES_IN_PANEL: Final = 3
# The panel is rendered with every message: it looks for links among so many messages only.
RECENT: Final = 200
PAGE: Final = 60


def newest(conversation: Conversation, variant: Variant) -> Gallery:
    """What the panel shows. Three queries."""
    recent = Message.objects.filter(conversation=conversation, in_thread=True)
    recent = recent.order_by("-at", "-pk")
    recent_links = with_links(conversation).filter(pk__in=recent.values("pk")[:RECENT])
    return Gallery(
        conversation_id=conversation.pk,
        pictures=_items(with_files(conversation, PICTURES)[:IN_PANEL], variant),
        documents=_items(with_files(conversation, DOCUMENTS)[:LINES_IN_PANEL], variant),
        links=_links(recent_links[:LINES_IN_PANEL], variant)[:LINES_IN_PANEL],
    )


def page(
    conversation: Conversation, variant: Variant, *, name: str, tab: str, before: str
) -> GalleryPage:
    """60 messages with files or links of one tab, newest first. One query.

    name: of the customer. before: the end of the page before this one, or "".
    """
    labels = {"media": _("Media"), "documents": _("Documents"), "links": _("Links")}
    tab = tab if tab in labels else "media"
    address = reverse("inbox:gallery", args=[conversation.pk])
    rows = _of_tab(conversation, tab)
    found = list(_earlier(rows, before)[: PAGE + 1])
    shown = found[:PAGE]
    more = f"{address}?tab={tab}&before={_mark(shown[-1])}" if len(found) > PAGE else ""
    return GalleryPage(
        conversation_id=conversation.pk,
        name=name,
        tab=tab,
        tabs=tuple(
            (key, label, f"{address}?tab={key}", key == tab) for key, label in labels.items()
        ),
        items=() if tab == "links" else _items(shown, variant),
        links=_links(shown, variant) if tab == "links" else (),
        more=more,
    )


def with_files(conversation: Conversation, kinds: tuple[str, ...]) -> QuerySet[Message]:
    """Messages of these kinds whose file is there, newest first."""
    return (
        Message.objects.filter(
            conversation=conversation,
            type__in=kinds,
            in_thread=True,
            deleted_at=None,
            media__state=MediaState.READY,
        )
        .select_related("media")
        .order_by("-at", "-pk")
    )


def with_links(conversation: Conversation) -> QuerySet[Message]:
    """Messages in which an address may stand, newest first."""
    return Message.objects.filter(
        conversation=conversation,
        in_thread=True,
        deleted_at=None,
        content__body__icontains="://",
    ).order_by("-at", "-pk")


def _of_tab(conversation: Conversation, tab: str) -> QuerySet[Message]:
    match tab:
        case "documents":
            return with_files(conversation, DOCUMENTS)
        case "links":
            return with_links(conversation)
        case _:
            return with_files(conversation, PICTURES)


def _mark(message: Message) -> str:
    return f"{message.at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}~{message.pk}"


def _earlier(rows: QuerySet[Message], before: str) -> QuerySet[Message]:
    moment, _separator, key = before.partition("~")
    try:
        at, pk = datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC), UUID(key)
    except ValueError:
        return rows
    return rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))


def _items(messages: Iterable[Message], variant: Variant) -> tuple[GalleryItem, ...]:
    return tuple(
        GalleryItem(
            message_id=one.pk,
            media=media_view(one.media),
            label=str(one.content.get("body") or "")[:120] or wording.kind_label(one.type),
            sender_name=one.sender_name,
            exact_time=wording.exact_time(one.at, variant.zone),
        )
        for one in messages
    )


def _links(messages: Iterable[Message], variant: Variant) -> tuple[GalleryLink, ...]:
    return tuple(
        GalleryLink(
            message_id=one.pk,
            url=url,
            host=_host(url),
            sender_name=one.sender_name,
            exact_time=wording.exact_time(one.at, variant.zone),
        )
        for one in messages
        for url in re.findall(LINK, str(one.content.get("body") or ""))
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:  # an address that only looks like one
        return url
