"""The audit log as its page and its files show it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts import csv_cells
from accounts.audit_words import Glossary, codes, glossary, sentence, where, who
from accounts.models import ApiKey, AuditEvent, Person
from accounts.queries import when

SIZE: Final = 50
MOST: Final = 50_000  # rows of one file
COLUMNS: Final = (
    *("number", "at", "kind", "what", "actor_type", "actor_id", "actor", "key_id"),
    *("address", "agent", "ids", "conversation", "data", "hash"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows. who: a person or key. area: the first word of kinds. since, until: days."""

    who: UUID | None = None
    area: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the page, ready to read."""

    number: int
    at: str
    who: str
    what: str
    codes: str
    where: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Newest first. older: the `before` of the next page, None on the last. newest: its number."""

    rows: tuple[AuditRow, ...]
    older: int | None
    newest: int


def audit_page(reader: Person, wanted: Wanted) -> AuditPage:
    """At most 50 rows. Four queries, and one for each kind of thing that they name."""
    found = list(_found(reader, wanted).order_by("-number")[: SIZE + 1])
    shown = found[:SIZE]
    names = glossary(reader.organization_id, shown)
    rows = tuple(_row(event, names) for event in shown)
    older = shown[-1].number if len(found) > SIZE else None
    return AuditPage(rows, older, newest_number(reader))


def newest_number(reader: Person) -> int:
    """The number of the newest row of this person's organization; 0 for none. One query."""
    rows = AuditEvent.objects.filter(organization_id=reader.organization_id)
    return int(rows.aggregate(at=Max("number"))["at"] or 0)


def actors(reader: Person) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Whom the filter offers, as (id, name): people, then keys. Two queries."""
    ours = {"organization_id": reader.organization_id}
    people = Person.objects.filter(**ours).order_by("name", "pk")
    keys = ApiKey.objects.filter(**ours).order_by("name", "pk")
    return ([(str(one.pk), one.name) for one in people], [(str(one.pk), one.name) for one in keys])


def _found(reader: Person, wanted: Wanted) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.filter(organization_id=reader.organization_id)
    cut = rows.aggregate(at=Max("cut_through"))["at"]
    if cut is not None:  # let go, and perhaps not gone yet
        rows = rows.filter(number__gt=cut)
    if wanted.who is not None:
        rows = rows.filter(Q(actor_id=wanted.who) | Q(key_id=wanted.who))
    if wanted.area:
        rows = rows.filter(kind__regex=rf"^{wanted.area}s?\.")
    if wanted.since is not None:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    if wanted.before is not None:
        rows = rows.filter(number__lt=wanted.before)
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _row(event: AuditEvent, names: Glossary) -> AuditRow:
    return AuditRow(
        number=event.number,
        at=when(event.at),
        who=who(event, names),
        what=sentence(event, names),
        codes=codes(event.data),
        where=where(event, names),
    )


def audit_records(reader: Person, wanted: Wanted) -> list[dict[str, Any]]:
    """What the filter finds, oldest first, at most the newest 50,000, as `COLUMNS`."""
    found = list(_found(reader, wanted).order_by("-number")[:MOST])[::-1]
    names = glossary(reader.organization_id, found)
    return [_record(event, names) for event in found]


def _record(event: AuditEvent, names: Glossary) -> dict[str, Any]:
    return {
        "number": event.number,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": event.kind,
        "what": sentence(event, names),
        "actor_type": event.actor_type,
        "actor_id": event.actor_id and str(event.actor_id),
        "actor": who(event, names),
        "key_id": event.key_id and str(event.key_id),
        "address": event.address,
        "agent": event.agent,
        "ids": event.ids,
        "conversation": event.conversation and str(event.conversation),
        "data": event.data,
        "hash": event.hash,
    }


def as_csv(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Lines of a CSV file, with a head; lists and objects as JSON."""
    rows = ([_flat(record[name]) for name in COLUMNS] for record in records)
    yield from csv_cells.lines([COLUMNS])
    yield from csv_cells.lines(rows)


def _flat(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def as_jsonl(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One JSON object a line."""
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"
