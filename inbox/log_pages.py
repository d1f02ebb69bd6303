"""Pieces of a thread's log: the newest, what is before or after, and around one message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import Event, Person, Team
from inbox import presentation
from inbox.bubble_shapes import EventLine, MessageView
from inbox.models import Conversation, Identity, Message, Note, Reaction
from inbox.models.contacts import IdentityKind
from inbox.shapes import Variant

PAGE: Final = 50
AROUND: Final = 25  # before a message that is looked for, and after it
LINES: Final = 200
TOLD: Final = (
    "conversation.owner_changed",
    "conversation.team_changed",
    "conversation.status_changed",
    "conversation.window_closed",
    "conversation.routed",
    "contact.identity_changed",
    "contact.merged",
    "contact.unmerged",
    "call.missed",
    "call.connected",
    "call.ended",
    "note.added",
)
Moment = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class LogPage:
    """Messages with the lines between them, oldest first.

    older_before, newer_after: where the next piece begins, "" at the end of the thread.
    """

    items: tuple[MessageView | EventLine, ...]
    older_before: str
    newer_after: str = ""


# What a contact is called, the best name first; a merged one as whoever it was merged into.
_NAMES = ("merged_into__name", "merged_into__profile_name", "name", "profile_name")


def shown_reactions() -> QuerySet[Reaction]:
    """Reactions, oldest first, with `called`: in a group, the name of whose it is, where known."""
    same = {"organization": OuterRef("conversation__organization"), "value": OuterRef("who")}
    kinds = (IdentityKind.WA_ID, IdentityKind.BSUID)
    names = [NullIf(F(f"contact__{name}"), Value("")) for name in _NAMES]
    named = Identity.objects.filter(kind__in=kinds, **same).annotate(called=Coalesce(*names))
    rows = Reaction.objects.select_related("carrier").order_by("at")
    return rows.annotate(called=Subquery(named.values("called")[:1]))


def shown_messages() -> QuerySet[Message]:
    """Messages of the thread with what a bubble needs. Three queries.

    Without what waits for its time, and what was undone: neither is said.
    """
    rows = Message.objects.filter(in_thread=True).select_related("reply_to", "media")
    return rows.prefetch_related(
        Prefetch("reactions", queryset=shown_reactions()),
        "retries",
    )


def in_the_log() -> QuerySet[Message]:
    """Messages that have a bubble of their own: what carries a reaction stands below its target."""
    return shown_messages().exclude(type="reaction")


def before(conversation: Conversation, variant: Variant, *, at: datetime, order: str) -> LogPage:
    """The 50 messages before a place; the newest 50 where the place is "" or unknown."""
    until = _moment(conversation, order)
    found = _earlier(conversation, until, PAGE + 1)
    shown = found[-PAGE:]
    more = len(found) > PAGE
    lines = _lines(conversation, since=shown[0].at if more else None, until=until)
    return LogPage(_items(shown, lines, variant, at=at), _order(shown[0]) if more else "")


def after(conversation: Conversation, variant: Variant, *, at: datetime, order: str) -> LogPage:
    """The 50 messages after a place, up to the newest. Nothing for an unknown place."""
    since = _moment(conversation, order)
    found = _later(conversation, since, PAGE + 1) if since else []
    shown = found[:PAGE]
    more = len(found) > PAGE
    until = (found[PAGE].at, found[PAGE].pk) if more else None
    lines = _lines(conversation, since=since[0], until=until) if since else []
    return LogPage(_items(shown, lines, variant, at=at), "", _order(shown[-1]) if more else "")


def around(
    conversation: Conversation, variant: Variant, *, at: datetime, message_id: UUID
) -> LogPage | None:
    """25 messages before one, and 25 after it; None for one that is not of this thread."""
    rows = in_the_log().filter(conversation=conversation, pk=message_id)
    target = rows.first()
    if target is None:
        return None
    place = (target.at, target.pk)
    earlier = _earlier(conversation, place, AROUND + 1)
    later = _later(conversation, place, AROUND + 1)
    shown = [*earlier[-AROUND:], target, *later[:AROUND]]
    older, newer = len(earlier) > AROUND, len(later) > AROUND
    until = (later[AROUND].at, later[AROUND].pk) if newer else None
    lines = _lines(conversation, since=shown[0].at if older else None, until=until)
    return LogPage(
        _items(shown, lines, variant, at=at),
        _order(shown[0]) if older else "",
        _order(shown[-1]) if newer else "",
    )


def _earlier(conversation: Conversation, until: Moment | None, most: int) -> list[Message]:
    rows = in_the_log().filter(conversation=conversation)
    if until is not None:
        moment, pk = until
        rows = rows.filter(Q(at__lt=moment) | Q(at=moment, pk__lt=pk))
    return list(reversed(rows.order_by("-at", "-pk")[:most]))


def _later(conversation: Conversation, since: Moment, most: int) -> list[Message]:
    moment, pk = since
    rows = in_the_log().filter(conversation=conversation)
    rows = rows.filter(Q(at__gt=moment) | Q(at=moment, pk__gt=pk))
    return list(rows.order_by("at", "pk")[:most])


def _items(
    messages: list[Message], lines: list[Event], variant: Variant, *, at: datetime
) -> tuple[MessageView | EventLine, ...]:
    items: list[MessageView | EventLine] = [
        presentation.message_view(message, variant, at=at) for message in messages
    ]
    names = names_in(lines)
    for event in lines:
        line = presentation.event_line(event, variant, at=at, names=names)
        if line is not None:
            items.append(line)
    return tuple(sorted(items, key=lambda item: item.order))


def names_in(events: Iterable[Event]) -> dict[str, str]:
    """What the people and teams are called to whom these events gave a conversation, by id.

    Of a note what it says. A query for each of the three, where there are any.
    """
    people: set[str] = set()
    teams: set[str] = set()
    notes: set[str] = set()
    for event in events:
        if event.kind == "conversation.team_changed":
            teams.update(one for one in (*event.ids, event.data.get("before")) if one)
        elif event.data.get("reason") == "assigned":
            people.update(event.ids)
        elif event.kind == "note.added":
            notes.update(event.ids)
    found = dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    if teams:
        found |= dict(Team.objects.filter(pk__in=teams).values_list("pk", "name"))
    if notes:
        found |= dict(Note.objects.filter(pk__in=notes).values_list("pk", "body"))
    return {str(key): name for key, name in found.items()}


def _order(message: Message) -> str:
    return presentation.order_of(message.at, message.pk)


def _moment(conversation: Conversation, order: str) -> Moment | None:
    milliseconds, _separator, key = order.partition("-")
    try:
        pk = UUID(key)
    except ValueError:
        return None
    rows = Message.objects.filter(conversation=conversation, pk=pk)
    at = rows.values_list("at", flat=True).first()
    return (at, pk) if at is not None and milliseconds.isdigit() else None


def _lines(
    conversation: Conversation, *, since: datetime | None, until: Moment | None
) -> list[Event]:
    rows = Event.objects.filter(conversation=conversation.pk, kind__in=TOLD)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until[0])
    return list(rows.order_by("-seq")[:LINES])
