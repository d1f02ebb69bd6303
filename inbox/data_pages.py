"""The pages about data, as plain values: what goes with an erasure, how far a job is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from inbox import contact_pages, persons, presentation, wording
from inbox.erasing import finding
from inbox.models import (
    Contact,
    ContactImport,
    Erasure,
    ErasureStep,
    Export,
    ExportKind,
    ExportState,
    ImportState,
    Message,
)
from inbox.models.duties import EXPORT_KEPT_FOR, WORKERS_TURN
from inbox.moving.wording import file_sentence, sentence
from whatsapp.phone import canonical

SHOWN_FAULTS = 50
SHOWN_JOBS = 20


@dataclass(frozen=True, slots=True)
class ErasePage:
    """Whom, and what goes. also: other contacts that are this person."""

    contact: contact_pages.ContactChoice
    also: tuple[str, ...]
    lines: tuple[str, ...]


def erase_page(person: Person, contact: Contact, *, at: datetime) -> ErasePage:
    """The page before an erasure. Ten queries."""
    contacts = persons.contacts_of(contact)
    threads = finding.thread_ids(one.pk for one in contacts)
    messages = Message.objects.filter(conversation__in=threads).count()
    files = finding.files_of(threads).count()
    waiting = finding.waiting_in(threads).count()
    lines = [
        ngettext("%(n)s conversation", "%(n)s conversations", len(threads)) % {"n": len(threads)},
        ngettext("%(n)s message", "%(n)s messages", messages) % {"n": messages},
        ngettext("%(n)s file", "%(n)s files", files) % {"n": files},
    ]
    if waiting:
        lines.append(
            ngettext(
                "%(n)s message that waits to be sent: it is cancelled",
                "%(n)s messages that wait to be sent: they are cancelled",
                waiting,
            )
            % {"n": waiting}
        )
    (choice,) = contact_pages.contact_choices(contacts[:1], person, at=at)
    also = tuple(presentation.name_of_contact(one) for one in contacts[1:])
    return ErasePage(choice, also, tuple(lines))


def is_named(contact: Contact, typed: str) -> bool:
    """Whether what was typed is the name, a number or another address of this person."""
    word = " ".join(typed.split()).casefold()
    contacts = persons.contacts_of(contact)
    names = {presentation.name_of_contact(one) for one in contacts}
    names |= {f"@{one.username}" for one in contacts if one.username}
    if word in {" ".join(name.split()).casefold() for name in names}:
        return True
    addresses = finding.addresses_of(one.pk for one in contacts)
    numbers = {canonical(one.wa_id) for one in addresses if one.wa_id}
    user_ids = {str(one.bsuid).casefold() for one in addresses if one.bsuid}
    return word in user_ids or (canonical(word) in numbers and len(canonical(word)) > 6)


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An erasure in the list. done: its receipt can be had."""

    id: UUID
    done: bool
    at: str
    by: str
    summary: str


def erasure_rows(person: Person) -> list[ErasureRow]:
    """The newest erasures of the organization. One query."""
    rows = Erasure.objects.filter(organization=person.organization_id).order_by("-created_at")
    return [
        ErasureRow(
            one.pk,
            one.step == ErasureStep.DONE,
            wording.exact_time(one.created_at, person.zone),
            one.asked_by_name,
            _summary(one.counts),
        )
        for one in rows[:SHOWN_JOBS]
    ]


def _summary(counts: dict[str, int]) -> str:
    messages, files = counts.get("messages", 0), counts.get("files", 0)
    told = ngettext("%(n)s message", "%(n)s messages", messages) % {"n": messages}
    return f"{told}, " + ngettext("%(n)s file", "%(n)s files", files) % {"n": files}


def receipt(erasure: Erasure) -> dict[str, Any]:
    """What was erased, as JSON: counts, times, who asked; nothing of the person."""
    return {
        "receipt": str(erasure.pk),
        "organization": erasure.organization.name,
        "asked_by": erasure.asked_by_name,
        "asked_at": erasure.created_at,
        "erased_at": erasure.erased_at,
        "finished_at": erasure.ended_at,
        "erased": dict(sorted(erasure.counts.items())),
        "left": "A keyed hash for each address and message, so that late webhooks have no effect.",
    }


@dataclass(frozen=True, slots=True)
class ExportPage:
    """How far an export is. until: when its file goes."""

    id: UUID
    state: str
    is_person: bool
    done: int
    total: int
    size: int
    until: str


def export_page(export: Export, person: Person) -> ExportPage:
    """The page of one export. No query."""
    until = export.ended_at + EXPORT_KEPT_FOR if export.ended_at else None
    return ExportPage(
        id=export.pk,
        state=export.state,
        is_person=export.kind == ExportKind.PERSON,
        done=min(export.done, export.total),
        total=export.total,
        size=export.size,
        until=wording.exact_time(until, person.zone) if until else "",
    )


def export_name(export: Export) -> str:
    """The name of the file. No name of a person: it stays in the browser's list of downloads."""
    at = f"{export.created_at:%Y-%m-%d}"
    if export.kind == ExportKind.PERSON:
        return f"person-{export.pk.hex[-8:]}-{at}.zip"
    return f"contacts-{at}.{export.kind}"


def exports_of(person: Person) -> list[ExportPage]:
    """What this person asked for and can still have, newest first. One query."""
    rows = Export.objects.filter(
        asked_by=person, state__in=[ExportState.WAITING, ExportState.READY]
    )
    return [export_page(one, person) for one in rows.order_by("-created_at")[:SHOWN_JOBS]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file with some of its values."""

    header: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """How far an import is, and what it would do or did. faults: the first 50."""

    id: UUID
    filename: str
    state: str
    label: str | Promise
    works: bool
    done: int
    total: int
    created: int
    changed: int
    unchanged: int
    faulty: int
    faults: tuple[tuple[int, str | Promise], ...]
    has_report: bool
    problem: str | Promise
    columns: tuple[Column, ...]
    at: str
    by: str


def import_page(row: ContactImport, person: Person) -> ImportPage:
    """The page of one import. One query."""
    faults = row.faults.order_by("line").values_list("line", "reason")[:SHOWN_FAULTS]
    return _import_page(row, person, list(faults))


def import_rows(person: Person) -> list[ImportPage]:
    """The newest imports of the organization. One query."""
    rows = ContactImport.objects.filter(organization=person.organization_id)
    return [_import_page(one, person, []) for one in rows.order_by("-created_at")[:SHOWN_JOBS]]


def _import_page(
    row: ContactImport, person: Person, faults: Sequence[tuple[int, str]]
) -> ImportPage:
    counts = row.counts
    return ImportPage(
        id=row.pk,
        filename=row.filename or _("A file of contacts"),
        state=row.state,
        label=ImportState(row.state).label,
        works=row.state in WORKERS_TURN,
        done=row.done,
        total=row.total,
        created=counts.get("created", 0),
        changed=counts.get("changed", 0),
        unchanged=counts.get("unchanged", 0),
        faulty=counts.get("faulty", 0),
        faults=tuple((line, sentence(reason)) for line, reason in faults),
        has_report=bool(row.errors_path) and bool(counts.get("faulty")),
        problem=file_sentence(row.problem) if row.problem else "",
        columns=tuple(
            Column(header, tuple(samples))
            for header, samples in zip(row.headers, row.samples, strict=False)
        ),
        at=wording.exact_time(row.created_at, person.zone),
        by=row.asked_by_name,
    )
