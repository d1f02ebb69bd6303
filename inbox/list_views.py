"""The views of the list, and how many conversations each holds; counted only so far as is shown.

50,000 open conversations and a million messages are counted no slower than a few hundred: each
count stops where the page would say "999+" anyway, and finds its rows by a partial index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery

from accounts.models import Organization, Person
from inbox.access import visible_conversations
from inbox.list_shapes import MOST_SHOWN
from inbox.message_status import Status
from inbox.models import Conversation, Message, ReadMark
from inbox.ownership import Handoff, Mode

VIEWS: Final = ("open", "mine", "waiting", "unassigned", "ai", "snoozed", "failed", "closed")
MOST_COUNTED: Final = MOST_SHOWN + 1
"""Conversations of a view that are counted: as many as tell 999 from "999+"."""
MOST_UNREAD: Final = 100
"""The same for the unread ones, for the title of a window: "(99+) Inbox"."""
FAILED_FOR: Final = timedelta(days=7)
"""How long before a thread's last activity a failed message still asks for somebody."""


@dataclass(frozen=True, slots=True)
class Counts:
    """views: by key, at most `MOST_COUNTED` each. unread: at most `MOST_UNREAD`."""

    views: dict[str, int]
    unread: int


def in_view(rows: QuerySet[Conversation], view: str, person: Person) -> QuerySet[Conversation]:
    """The conversations of one view, as one person sees it."""
    # Each word for itself: so the partial indexes know theirs.
    live = rows.exclude(status="closed").exclude(status="snoozed")
    match view:
        case "mine":
            return live.filter(assignee=person)
        case "unassigned":
            return live.filter(mode=Mode.HUMAN, assignee=None, owned_by_phone=False)
        case "waiting":
            return live.filter(handoff_state__in=[Handoff.REQUESTED, Handoff.QUEUED])
        case "ai":
            return live.filter(mode=Mode.AI)
        case "snoozed":
            return rows.filter(status="snoozed")
        case "closed":
            return rows.filter(status="closed")
        case "failed":
            return rows.filter(Exists(_failed()))
        case _:
            return live


def _failed() -> QuerySet[Message]:
    """Of campaigns the page of the campaign tells, and tries them again together."""
    return Message.objects.filter(
        conversation=OuterRef("pk"),
        campaign_id=None,
        status__in=[Status.FAILED, Status.UNCONFIRMED],
        created_at__gt=OuterRef("last_activity_at") - FAILED_FOR,
    ).exclude(status=Status.UNCONFIRMED, silent_since__isnull=False)


def unread_by(person: Person) -> QuerySet[Conversation]:
    """The open conversations with something that this person has not seen."""
    seen = ReadMark.objects.filter(
        person=person, conversation=OuterRef("pk"), seen_count__gte=OuterRef("inbound_count")
    )
    live = in_view(visible_conversations(person), "open", person)
    return live.filter(~Exists(seen), inbound_count__gt=0)


def counts(person: Person) -> Counts:
    """How many conversations each view holds, and how many are unread. One query."""
    rows = visible_conversations(person)
    views = [_Count(in_view(rows, view, person), MOST_COUNTED) for view in VIEWS]
    organization = Organization.objects.filter(pk=person.organization_id)
    *found, unread = organization.values_list(*views, _Count(unread_by(person), MOST_UNREAD)).get()
    return Counts(dict(zip(VIEWS, found, strict=True)), unread)


class _Count(Subquery):
    """The number of rows of a query with an end."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Conversation], most: int) -> None:
        super().__init__(rows.values("pk")[:most])
