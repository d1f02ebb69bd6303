"""What is shown of canned replies: beside the composer, in the settings, as a preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import Permission, may
from accounts.models import Person
from inbox import canned
from inbox.access import usable_replies
from inbox.canned import Filled
from inbox.models import CannedReply, Conversation
from inbox.presentation import name_of
from whatsapp.phone import display

MOST_OFFERED: Final = 8
SAMPLE: Final[Mapping[str, str]] = {
    "contact.name": "Ama Mensah",
    "contact.first_name": "Ama",
    "contact.phone": "+1 202-555-0143",
}
"""The customer of the preview."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A reply as it would be inserted. missing: the first variable without a value, or ""."""

    id: UUID
    shortcut: str
    title: str
    text: str
    missing: str
    whose: str


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply in the settings."""

    id: UUID
    shortcut: str
    title: str
    text: str
    folder: str
    whose: str
    uses: int
    may_change: bool


@dataclass(frozen=True, slots=True)
class RepliesPage:
    """The list of the settings. folders: (name, is chosen), of all replies that may be seen."""

    rows: tuple[ReplyRow, ...]
    folders: tuple[tuple[str, bool], ...]
    search: str
    folder: str
    any: bool


def seen_replies(person: Person) -> QuerySet[CannedReply]:
    """Those on this person's settings page: who manages the shared ones sees every team's."""
    if not may(person, Permission.MANAGE_CANNED_REPLIES):
        return usable_replies(person)
    rows = CannedReply.objects.filter(organization=person.organization_id, deleted_at=None)
    return rows.filter(Q(owner=None) | Q(owner=person))


def may_change(person: Person, row: CannedReply) -> bool:
    """One's own, and the shared ones for those who manage them."""
    return row.owner_id == person.pk or may(person, Permission.MANAGE_CANNED_REPLIES)


def offers(person: Person, conversation: Conversation, query: str) -> tuple[Offer, ...]:
    """At most eight replies for what was typed, the best first, filled in. Two queries."""
    wanted = query.casefold()
    found = []
    for row in usable_replies(person).select_related("team"):
        place = canned.rank(
            wanted,
            shortcut=row.shortcut_key,
            title=row.title.casefold(),
            text=row.text.casefold(),
        )
        if place is not None:
            found.append((place, -row.uses, row.owner_id is None, row.shortcut_key, row))
    found.sort(key=lambda one: one[:4])
    values = values_for(person, conversation)
    return tuple(_offer(one[4], values) for one in found[:MOST_OFFERED])


def _offer(row: CannedReply, values: Mapping[str, str]) -> Offer:
    filled = canned.fill(row.text, values)
    missing = next(iter(filled.missing), "")
    return Offer(row.pk, row.shortcut, row.title, filled.text, missing, whose(row))


def filled_for(person: Person, conversation: Conversation, row: CannedReply) -> str:
    """The text of one reply for this customer."""
    return canned.fill(row.text, values_for(person, conversation)).text


def values_for(person: Person, conversation: Conversation) -> Mapping[str, str]:
    """What the variables stand for in this conversation. No query but the organization's."""
    contact = conversation.contact
    name = (contact.name or contact.profile_name) if contact else ""
    phone = contact.phone if contact else ""
    return {
        "contact.name": name_of(conversation) if name else "",
        "contact.first_name": name.split()[0] if name.split() else "",
        "contact.phone": display(phone) if phone else "",
        "number.name": conversation.phone_number.short_name,
        **_of_agent(person),
    }


def _of_agent(person: Person) -> Mapping[str, str]:
    return {
        "agent.name": person.name,
        "agent.first_name": person.get_short_name(),
        "organization.name": person.organization.name,
    }


def preview(person: Person, text: str) -> Filled:
    """The text for a made-up customer, part by part."""
    number = {"number.name": person.organization.name}
    return canned.fill(text, {**SAMPLE, **number, **_of_agent(person)})


def replies_page(person: Person, *, search: str, folder: str) -> RepliesPage:
    """The settings' list, by folder and shortcut. Three queries."""
    rows = list(seen_replies(person).select_related("team").order_by("folder", "shortcut_key"))
    names = sorted({row.folder for row in rows if row.folder}, key=str.casefold)
    shown = [row for row in rows if _matches(row, search.casefold(), folder)]
    return RepliesPage(
        rows=tuple(_row(row, person) for row in shown),
        folders=tuple((name, name == folder) for name in names),
        search=search,
        folder=folder,
        any=bool(rows),
    )


def _matches(row: CannedReply, search: str, folder: str) -> bool:
    words = f"{row.shortcut} {row.title} {row.text}".casefold()
    return search in words and (not folder or row.folder == folder)


def _row(row: CannedReply, person: Person) -> ReplyRow:
    return ReplyRow(
        id=row.pk,
        shortcut=row.shortcut,
        title=row.title,
        text=row.text,
        folder=row.folder,
        whose=whose(row),
        uses=row.uses,
        may_change=may_change(person, row),
    )


def whose(row: CannedReply) -> str:
    """Who is offered it."""
    if row.owner_id:
        return _("Only me")
    return row.team.name if row.team else _("Everybody")
