"""Page-shaped reads of the inbox: frozen dataclasses, a fixed number of queries each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import Event, Person, PhoneNumber
from inbox import gallery, presentation
from inbox.access import visible_conversations
from inbox.message_status import Status
from inbox.models import Conversation, Draft, Identity, Message, Reaction, ReadMark, Suggestion
from inbox.models.contacts import IdentityKind
from inbox.ownership import Handoff, Mode
from inbox.shapes import (
    ComposerState,
    ContactPanel,
    EventLine,
    Header,
    ListPage,
    Marks,
    MessageView,
    Row,
    ThreadPage,
    Variant,
    ViewTab,
)
from inbox.window import LENGTH

PAGE = 50
TOLD = (
    "conversation.owner_changed",
    "conversation.status_changed",
    "conversation.window_closed",
    "conversation.routed",
    "contact.identity_changed",
    "call.missed",
    "call.connected",
    "call.ended",
)


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


def in_view(rows: QuerySet[Conversation], view: str, person: Person) -> QuerySet[Conversation]:
    """The conversations of one view, as one person sees it."""
    live = rows.exclude(status="closed")
    match view:
        case "mine":
            return live.filter(assignee=person)
        case "unassigned":
            return live.filter(mode=Mode.HUMAN, assignee=None, owned_by_phone=False)
        case "waiting":
            return live.filter(handoff_state__in=[Handoff.REQUESTED, Handoff.QUEUED])
        case "ai":
            return live.filter(mode=Mode.AI)
        case "closed":
            return rows.filter(status="closed")
        case "failed":
            return rows.filter(
                messages__status__in=[Status.FAILED, Status.UNCONFIRMED],
                messages__created_at__gt=F("last_activity_at") - timedelta(days=7),
            ).distinct()
        case _:
            return live


def _tabs(person: Person, current: str) -> tuple[ViewTab, ...]:
    labels = {
        "open": (_("All open"), "inbox"),
        "mine": (_("Mine"), "user"),
        "waiting": (_("Waiting for a person"), "hourglass"),
        "unassigned": (_("Unassigned"), "user-plus"),
        "ai": (_("With the assistant"), "sparkles"),
        "failed": (_("Failed sends"), "alert-circle"),
        "closed": (_("Closed"), "check"),
    }
    counts = view_counts(person)
    return tuple(
        ViewTab(
            key, label, icon, counts[key], f"{reverse('inbox:list')}?view={key}", key == current
        )
        for key, (label, icon) in labels.items()
    )


def view_counts(person: Person) -> dict[str, int]:
    """How many conversations each view holds. Two queries."""
    rows = visible_conversations(person.organization_id)
    live = ~Q(status="closed")
    counts: dict[str, int] = rows.aggregate(
        open=Count("pk", filter=live),
        mine=Count("pk", filter=live & Q(assignee=person)),
        waiting=Count("pk", filter=live & Q(handoff_state__in=[Handoff.REQUESTED, Handoff.QUEUED])),
        unassigned=Count(
            "pk", filter=live & Q(mode=Mode.HUMAN, assignee=None, owned_by_phone=False)
        ),
        ai=Count("pk", filter=live & Q(mode=Mode.AI)),
        closed=Count("pk", filter=Q(status="closed")),
    )
    return counts | {"failed": in_view(rows, "failed", person).count()}


def list_page(person: Person, wanted: Wanted, *, at: datetime) -> ListPage:
    """The list pane: at most 50 rows. Nine queries for any number of rows."""
    seq = events.last_seq(person.organization_id)  # first: what comes later is pushed
    found = _found(person, wanted)
    rows = _after(found, wanted)[: PAGE + 1]
    conversations = list(rows)
    shown = conversations[:PAGE]
    tabs = _tabs(person, wanted.view)
    current = next((tab for tab in tabs if tab.current), tabs[0])
    return ListPage(
        rows=row_shapes(shown, variant_of(person), at=at),
        tabs=tabs,
        view=current.key,
        title=current.label,
        search=wanted.search,
        next_cursor=_cursor(shown[-1]) if len(conversations) > PAGE else "",
        seq=seq,
        unread=unread_of(person, shown),
        unread_total=unread_total(person),
        empty_title=_("Nothing found.") if wanted.search else _empty_title(current.key),
        empty_hint=_("Search looks at names, numbers and the newest message.")
        if wanted.search
        else _("New messages appear here by themselves."),
    )


def _empty_title(view: str) -> str:
    titles = {
        "mine": _("You have no open conversations."),
        "waiting": _("Nobody is waiting."),
        "unassigned": _("Everything has somebody who cares."),
        "ai": _("The assistant has nothing to do."),
        "closed": _("Nothing is closed yet."),
        "failed": _("Every message went out."),
    }
    return titles.get(view, _("No conversations yet."))


def _found(person: Person, wanted: Wanted) -> QuerySet[Conversation]:
    rows = in_view(visible_conversations(person.organization_id), wanted.view, person)
    if wanted.search:
        digits = "".join(character for character in wanted.search if character.isdigit())
        match = (
            Q(contact__name__icontains=wanted.search)
            | Q(contact__profile_name__icontains=wanted.search)
            | Q(contact__username__icontains=wanted.search)
            | Q(last_message_preview__icontains=wanted.search)
        )
        rows = rows.filter(match | Q(contact__phone__contains=digits) if len(digits) > 2 else match)
    return rows.select_related("phone_number", "contact", "assignee")


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
    conversations: Sequence[Conversation], variant: Variant, *, at: datetime
) -> tuple[Row, ...]:
    """Rows for these conversations (with number, contact, assignee). Two queries."""
    if not conversations:
        return ()
    newest = {
        message.pk: message
        for message in Message.objects.filter(
            pk__in=[one.last_message_id for one in conversations if one.last_message_id]
        )
    }
    several = has_several_numbers(conversations[0].organization_id)
    return tuple(
        presentation.row(
            one,
            newest.get(one.last_message_id) if one.last_message_id else None,
            variant,
            at=at,
            several_numbers=several,
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


def unread_total(person: Person) -> int:
    """How many open conversations have something this person has not seen. One query."""
    mine = ReadMark.objects.filter(person=person, seen_count__gte=F("conversation__inbound_count"))
    return (
        visible_conversations(person.organization_id)
        .exclude(status="closed")
        .filter(inbound_count__gt=0)
        .exclude(pk__in=mine.values("conversation_id"))
        .count()
    )


# --- the thread ---


def thread_page(person: Person, conversation: Conversation, *, at: datetime) -> ThreadPage:
    """Everything of the thread pane, with the newest 50 messages. 13 queries."""
    variant = variant_of(person)
    seq = events.last_seq(conversation.organization_id)
    conversation.refresh_from_db()
    items, older = thread_items(conversation, variant, at=at)
    return ThreadPage(
        header=presentation.header(conversation, at=at),
        items=items,
        has_older=bool(older),
        older_before=older,
        composer=composer(conversation, at=at),
        panel=contact_panel(conversation, variant),
        seq=seq,
        unread_from=_unread_from(person, conversation),
        draft=_draft(person, conversation),
    )


def thread_items(
    conversation: Conversation, variant: Variant, *, at: datetime, before: str = ""
) -> tuple[tuple[MessageView | EventLine, ...], str]:
    """50 messages and the event lines between them, oldest first; and the next `before`, or ""."""
    rows = shown_messages().filter(conversation=conversation)
    until = _moment(conversation, before)
    if until is not None:
        moment, pk = until
        rows = rows.filter(Q(at__lt=moment) | Q(at=moment, pk__lt=pk))
    found = list(rows.order_by("-at", "-pk")[: PAGE + 1])
    newest = list(reversed(found[:PAGE]))
    more = len(found) > PAGE
    lines = _lines(conversation, since=newest[0].at if more else None, until=until)
    items: list[MessageView | EventLine] = [
        presentation.message_view(message, variant, at=at) for message in newest
    ]
    for event in lines:
        line = presentation.event_line(event, variant, at=at)
        if line is not None:
            items.append(line)
    items.sort(key=lambda item: item.order)
    return tuple(items), presentation.order_of(newest[0].at, newest[0].pk) if more else ""


def _moment(conversation: Conversation, order: str) -> tuple[datetime, UUID] | None:
    milliseconds, _separator, key = order.partition("-")
    try:
        pk = UUID(key)
    except ValueError:
        return None
    rows = Message.objects.filter(conversation=conversation, pk=pk)
    at = rows.values_list("at", flat=True).first()
    return (at, pk) if at is not None and milliseconds.isdigit() else None


def _lines(
    conversation: Conversation,
    *,
    since: datetime | None,
    until: tuple[datetime, UUID] | None,
) -> list[Event]:
    rows = Event.objects.filter(conversation=conversation.pk, kind__in=TOLD)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until[0])
    return list(rows.order_by("-seq")[:200])


def shown_messages() -> QuerySet[Message]:
    """Messages with what a bubble needs. Three queries."""
    return Message.objects.select_related("reply_to", "media").prefetch_related(
        Prefetch("reactions", queryset=Reaction.objects.order_by("at")), "retries"
    )


def composer(conversation: Conversation, *, at: datetime) -> ComposerState:
    """The composer's state, with suggestions and what the assistant is sending. Two queries."""
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
    return presentation.composer_state(conversation, suggestions, text, at=at)


def header(conversation: Conversation, *, at: datetime) -> Header:
    """The thread's head. No query."""
    return presentation.header(conversation, at=at)


def contact_panel(conversation: Conversation, variant: Variant) -> ContactPanel:
    """The contact pane. Four queries."""
    labels = {
        IdentityKind.WA_ID: _("WhatsApp number"),
        IdentityKind.BSUID: _("WhatsApp user id"),
        IdentityKind.PARENT_BSUID: _("Parent user id"),
    }
    identities = [
        (labels[IdentityKind(kind)], value)
        for kind, value in Identity.objects.filter(contact=conversation.contact)
        .order_by("created_at")
        .values_list("kind", "value")
    ]
    shown = gallery.newest(conversation, variant)
    return replace(presentation.panel(conversation, identities, variant), gallery=shown)


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
    """This person's own marks for the list, and what enters and leaves it. Ten queries.

    have: the rows on the page. A row stays as long as it belongs to the view, also beyond the
    first page, so that nothing vanishes under the pointer.
    """
    seq = events.last_seq(person.organization_id)
    found = _found(person, wanted).order_by("-last_activity_at", "-pk")
    first = list(found[:PAGE])
    ids = {one.pk for one in first}
    kept = list(found.filter(pk__in=have - ids)) if have - ids else []
    unread = unread_of(person, [*first, *kept])
    return Marks(
        unread=tuple((one.pk, unread.get(one.pk, 0)) for one in (*first, *kept)),
        entered=row_shapes([one for one in first if one.pk not in have], variant_of(person), at=at),
        left=tuple(sorted(have - ids - {one.pk for one in kept})),
        tabs=_tabs(person, wanted.view),
        total=unread_total(person),
        seq=seq,
    )
