"""Which contacts an export holds, and each of them as a row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from accounts.models import Organization
from inbox import persons
from inbox.models import Contact, Conversation, Identity
from inbox.models.contacts import IdentityKind

HEADERS: Final = (
    *("phone", "name", "whatsapp_name", "user_name", "user_id", "language", "opted_out"),
    *("opted_out_at", "first_message_at", "last_activity_at"),
)
PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """opted_out: only those who have, or who have not. active_since: heard of since that day."""

    opted_out: bool | None = None
    active_since: date | None = None

    def as_json(self) -> dict[str, Any]:
        """For the row of the export."""
        since = self.active_since
        return {
            "opted_out": self.opted_out,
            "active_since": since.isoformat() if since else None,
        }

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> Filters:
        """The reverse."""
        since = value.get("active_since")
        return cls(value.get("opted_out"), date.fromisoformat(since) if since else None)


def contacts_listed(organization: Organization, filters: Filters) -> QuerySet[Contact]:
    """The people who pass the filters; whoever was joined with another is that one.

    What one contact of a person did, the person did: stopped marketing, or was heard of.
    """
    rows = Contact.objects.filter(organization=organization, merged_into=None)
    if filters.opted_out is not None:
        stopped = _somebody(organization, Q(opted_out_at__isnull=False))
        rows = rows.filter(stopped if filters.opted_out else ~stopped)
    if filters.active_since is not None:
        zone = ZoneInfo(organization.time_zone)
        since = datetime.combine(filters.active_since, time(), zone)
        heard = Conversation.objects.filter(contact=OuterRef("pk"), last_activity_at__gte=since)
        rows = rows.filter(_somebody(organization, Q(Exists(heard))))
    return rows


def _somebody(organization: Organization, one: Q) -> Q:
    """Contacts of which this is true, or of one that was joined with them."""
    joined = Contact.objects.filter(one, organization=organization).exclude(merged_into=None)
    ids = joined.values_list("pk", flat=True)
    return one | Q(pk__in=persons.widened(organization.pk, ids))


def table(rows: QuerySet[Contact], *, zone: str) -> Iterator[list[list[str]]]:
    """The rows by the page, in order of their ids. Six queries a page, more of joined contacts."""
    ids = sorted(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), PAGE):
        yield _page(ids[start : start + PAGE], ZoneInfo(zone))


def _page(ids: Sequence[UUID], zone: ZoneInfo) -> list[list[str]]:
    contacts = Contact.objects.filter(pk__in=ids)
    spans = _spans(ids)
    known = Identity.objects.filter(contact__in=ids, kind=IdentityKind.BSUID)
    user_ids = dict(known.order_by("created_at").values_list("contact", "value"))
    stopped = frozenset[UUID]().union(
        *(persons.opted_out_among(one, ids) for one in {row.organization_id for row in contacts})
    )
    return [
        [
            one.phone or "",
            one.name,
            one.profile_name,
            one.username,
            user_ids.get(one.pk, ""),
            one.language,
            "yes" if one.pk in stopped else "no",
            _moment(one.opted_out_at, zone),
            *(_moment(at, zone) for at in spans.get(one.pk, (None, None))),
        ]
        for one in sorted(contacts, key=lambda one: one.pk)
    ]


def _spans(ids: Sequence[UUID]) -> dict[UUID, tuple[datetime, datetime]]:
    """When each of these persons was first and last heard of, as whichever contact."""
    people = persons.gathered(ids)
    rows = Conversation.objects.filter(contact__in=list(people)).values_list("contact")
    found: dict[UUID, tuple[datetime, datetime]] = {}
    for contact, first, last in rows.annotate(Min("created_at"), Max("last_activity_at")):
        known = found.get(people[contact], (first, last))
        found[people[contact]] = min(known[0], first), max(known[1], last)
    return found


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""
