"""Page-shaped reads of the inbox: frozen dataclasses, a fixed number of queries each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events
from accounts.access import Permission, may
from accounts.models import Person, PhoneNumber
from inbox import labels, log_pages, panels, presentation, searching, waiting_list
from inbox.access import is_limited, sight_of, visible_conversations
from inbox.bubble_shapes import MessageView
from inbox.excerpts import NO_HITS, Hits
from inbox.kind_shapes import About
from inbox.list_shapes import ListPage, Marks, Row, ViewTab
from inbox.list_views import Counts, counts, in_view
from inbox.log_pages import TOLD as TOLD
from inbox.log_pages import shown_messages as shown_messages
from inbox.message_status import Status
from inbox.models import (
    Conversation,
    Draft,
    Labelling,
    Message,
    ReadMark,
    SendAttempt,
    StatusEvent,
    Suggestion,
)
from inbox.person_shapes import ContactPanel
from inbox.shapes import Variant
from inbox.sight import EVERYTHING, Sight
from inbox.thread_shapes import ComposerState, Header, ThreadPage
from inbox.tray import attachments_of
from inbox.window import LENGTH

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations, newest activity first. cursor: `next_cursor` of the page before."""

    view: str = "open"
    search: str = ""
    cursor: str = ""


def variant_of(person: Person) -> Variant:
    """How this person reads."""
    return Variant(person.language, person.zone)


# --- the list ---


def _tabs(counts: Counts, current: str) -> tuple[ViewTab, ...]:
    labels = {
        "open": (_("All open"), "inbox"),
        "mine": (_("Mine"), "user"),
        "waiting": (_("Waiting for a person"), "hourglass"),
        "unassigned": (_("Unassigned"), "user-plus"),
        "ai": (_("With the assistant"), "sparkles"),
        "snoozed": (_("Snoozed"), "moon"),
        "failed": (_("Failed sends"), "alert-circle"),
        "closed": (_("Closed"), "check"),
    }
    return tuple(
        ViewTab(
            key,
            label,
            icon,
            counts.views[key],
            f"{reverse('inbox:list')}?view={key}",
            key == current,
        )
        for key, (label, icon) in labels.items()
    )


def list_page(person: Person, wanted: Wanted, *, at: datetime) -> ListPage:
    """The list pane: at most 50 rows. Seven queries for any number of rows, six more to search."""
    seq = events.last_seq(person.organization_id)  # first: what comes later is pushed
    found, hits = _found(person, wanted)
    rows = _after(found, wanted)[: PAGE + 1]
    conversations = list(rows)
    shown = conversations[:PAGE]
    counted = counts(person)
    tabs = _tabs(counted, wanted.view)
    current = next((tab for tab in tabs if tab.current), tabs[0])
    return ListPage(
        rows=row_shapes(shown, variant_of(person), at=at, hits=hits),
        tabs=tabs,
        view=current.key,
        title=current.label,
        search=wanted.search,
        next_cursor=_cursor(shown[-1]) if len(conversations) > PAGE else "",
        seq=seq,
        unread=unread_of(person, shown),
        unread_total=counted.unread,
        empty_title=_("Nothing found.") if wanted.search else _empty_title(current.key),
        empty_hint=_(
            "Search looks at names, numbers, user names, messages and file names;"
            " label:name finds what has a label."
        )
        if wanted.search
        else _empty_hint(current.key),
    )


def _empty_title(view: str) -> str:
    titles = {
        "mine": _("You have no open conversations."),
        "waiting": _("Nobody is waiting."),
        "unassigned": _("Everything has somebody who cares."),
        "ai": _("The assistant has nothing to do."),
        "snoozed": _("Nothing is snoozed."),
        "closed": _("Nothing is closed yet."),
        "failed": _("Every message went out."),
    }
    return titles.get(view, _("No conversations yet."))


def _empty_hint(view: str) -> str:
    if view == "snoozed":
        return _("Put a conversation aside until a time: by the key S, or in its menu.")
    return _("New messages appear here by themselves.")


def _found(person: Person, wanted: Wanted) -> tuple[QuerySet[Conversation], Hits]:
    rows, hits = visible_conversations(person), NO_HITS
    text, named = labels.parted(wanted.search)
    if text:
        country = person.organization.country_code
        match = searching.found(
            person.organization_id,
            text,
            country_code=country,
            among=rows if is_limited(person) else None,
        )
        rows, hits = rows.filter(match.condition), Hits(match.hits, text)
    for key in named:
        rows = rows.filter(pk__in=Labelling.objects.filter(label__key=key).values("conversation"))
    if not wanted.search or wanted.view != "open":  # who searches does not know what is closed
        rows = in_view(rows, wanted.view, person)
    rows = rows.select_related("phone_number", "contact__merged_into", "assignee", "team")
    return rows, hits


def _after(rows: QuerySet[Conversation], wanted: Wanted) -> QuerySet[Conversation]:
    rows = rows.order_by("-last_activity_at", "-pk")
    if not wanted.cursor:
        return rows
    moment, _separator, key = wanted.cursor.partition("~")
    try:
        at, pk = datetime.fromisoformat(moment).astimezone(UTC), UUID(key)
    except (ValueError, OverflowError):
        return rows
    return rows.filter(Q(last_activity_at__lt=at) | Q(last_activity_at=at, pk__lt=pk))


def _cursor(last: Conversation) -> str:
    return f"{last.last_activity_at.isoformat()}~{last.pk}"


def row_shapes(
    conversations: Sequence[Conversation], variant: Variant, *, at: datetime, hits: Hits = NO_HITS
) -> tuple[Row, ...]:
    """Rows for these conversations (with number, contact, assignee). Three queries.

    hits: what is shown in place of the newest message.
    """
    if not conversations:
        return ()
    newest = {one.last_message_id for one in conversations if one.last_message_id}
    rows = Message.objects.filter(pk__in=newest | hits.of(conversations))
    messages = {one.pk: one for one in (rows.select_related("media") if hits.search else rows)}
    labelled = labels.chips_of(one.pk for one in conversations)
    several = has_several_numbers(conversations[0].organization_id)
    return tuple(
        presentation.row(
            one,
            messages.get(one.last_message_id) if one.last_message_id else None,
            variant,
            at=at,
            several_numbers=several,
            labels=labelled.get(one.pk, ()),
            hit=hits.line(one, messages),
        )
        for one in conversations
    )


def has_several_numbers(organization_id: UUID) -> bool:
    """Whether a row has to say which business number it is about."""
    return PhoneNumber.objects.filter(organization_id=organization_id)[:2].count() > 1


def unread_of(person: Person, conversations: Sequence[Conversation]) -> dict[UUID, int]:
    """This person's unread counts, zeros left out. One query."""
    seen = dict(
        ReadMark.objects.filter(person=person, conversation__in=conversations).values_list(
            "conversation_id", "seen_count"
        )
    )
    counts = {one.pk: one.inbound_count - seen.get(one.pk, 0) for one in conversations}
    return {key: count for key, count in counts.items() if count > 0}


# --- the thread ---


def thread_page(
    person: Person, conversation: Conversation, *, at: datetime, message_id: UUID | None = None
) -> ThreadPage:
    """Everything of the thread pane: the newest 50 messages, or those around one. Sixteen queries.

    message_id: the message that is looked for; one that is not there changes nothing.
    """
    variant = variant_of(person)
    seq = events.last_seq(conversation.organization_id)
    conversation.refresh_from_db()
    found = (
        log_pages.around(conversation, variant, at=at, message_id=message_id)
        if message_id
        else None
    )
    log = found or log_pages.before(conversation, variant, at=at, order="")
    return ThreadPage(
        header=presentation.header(conversation, at=at),
        items=log.items,
        has_older=bool(log.older_before),
        older_before=log.older_before,
        newer_after=log.newer_after,
        looked_for=f"m-{message_id}" if found else "",
        composer=composer(conversation, at=at),
        panel=contact_panel(conversation, variant, sight_of(person), at=at),
        seq=seq,
        unread_from=_unread_from(person, conversation),
        draft=_draft(person, conversation),
        attachments=attachments_of(person, conversation),
    )


def about_message(person: Person, message: Message) -> About:
    """Its life, earlier texts and what Meta sent, by what the reader may see. Three queries."""
    reports = StatusEvent.objects.filter(message=message).order_by("at", "pk")[:100]
    return presentation.about(
        message,
        list(reports),
        list(SendAttempt.objects.filter(message=message).order_by("at", "pk")[:100]),
        variant_of(person),
        at=timezone.now(),
        with_deleted=may(person, Permission.READ_DELETED_MESSAGES),
        with_raw=may(person, Permission.READ_RAW_MESSAGES),
    )


def composer(conversation: Conversation, *, at: datetime) -> ComposerState:
    """The composer's state: suggestions, what the assistant sends, what waits. Three queries."""
    suggestions = list(
        Suggestion.objects.filter(
            conversation=conversation,
            dismissed_at=None,
            created_at__gt=at - LENGTH,
        ).order_by("created_at")[:3]
    )
    sending = Message.objects.filter(
        conversation=conversation, sender_type="ai", status=Status.SENDING
    ).first()
    text = str(sending.content.get("body") or "") if sending else ""
    waiting = waiting_list.waiting_in(conversation, at=at)
    return presentation.composer_state(conversation, suggestions, text, waiting, at=at)


def header(conversation: Conversation, *, at: datetime) -> Header:
    """The thread's head. No query."""
    return presentation.header(conversation, at=at)


def contact_panel(
    conversation: Conversation,
    variant: Variant,
    sight: Sight = EVERYTHING,
    *,
    at: datetime | None = None,
) -> ContactPanel:
    """The contact pane. Nine queries, twelve where several contacts are one person.

    sight: of whoever looks, for the pane names the person's other conversations.
    """
    return panels.panel(conversation, variant, sight, at=at or timezone.now())


def _unread_from(person: Person, conversation: Conversation) -> str:
    mark = ReadMark.objects.filter(person=person, conversation=conversation).first()
    seen = mark.seen_count if mark else 0
    unseen = conversation.inbound_count - seen
    if unseen <= 0 or seen == 0:
        return ""
    rows = (
        Message.objects.filter(conversation=conversation, direction="inbound")
        .order_by("-at", "-pk")
        .values_list("at", "pk")[unseen - 1 : unseen]
    )
    return next((presentation.order_of(moment, pk) for moment, pk in rows), "")


def _draft(person: Person, conversation: Conversation) -> str:
    kept = Draft.objects.filter(person=person, conversation=conversation).first()
    return kept.text if kept else ""


def bubble(message_id: UUID, variant: Variant, *, at: datetime) -> MessageView:
    """One message as a bubble. Three queries."""
    return presentation.message_view(shown_messages().get(pk=message_id), variant, at=at)


def bubbles(ids: Sequence[str], variant: Variant, *, at: datetime) -> tuple[MessageView, ...]:
    """These messages as bubbles, in order. Three queries."""
    rows = shown_messages().filter(pk__in=list(ids)).order_by("at", "pk") if ids else ()
    return tuple(presentation.message_view(one, variant, at=at) for one in rows)


def marks(person: Person, wanted: Wanted, have: set[UUID], *, at: datetime) -> Marks:
    """This person's own marks for the list, and what enters and leaves it. Nine queries at most.

    have: the rows on the page. A row stays as long as it belongs to the view, also beyond the
    first page, so that nothing vanishes under the pointer.
    """
    seq = events.last_seq(person.organization_id)
    rows, hits = _found(person, wanted)
    found = rows.order_by("-last_activity_at", "-pk")
    first = list(found[:PAGE])
    ids = {one.pk for one in first}
    kept = list(found.filter(pk__in=have - ids)) if have - ids else []
    unread = unread_of(person, [*first, *kept])
    counted = counts(person)
    return Marks(
        unread=tuple((one.pk, unread.get(one.pk, 0)) for one in (*first, *kept)),
        entered=row_shapes(
            [one for one in first if one.pk not in have], variant_of(person), at=at, hits=hits
        ),
        left=tuple(sorted(have - ids - {one.pk for one in kept})),
        tabs=_tabs(counted, wanted.view),
        total=counted.unread,
        seq=seq,
    )
