"""Somebody takes data away: noted with who and when, made by the worker, kept for a day."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from accounts.actors import Actor
from accounts.clock import database_now
from accounts.events import announce, transactional
from accounts.ids import new_id
from accounts.models import Organization, Person
from inbox.access import is_limited, visible_contacts, visible_conversations
from inbox.actions import forgetting, jobs
from inbox.exporting import archive
from inbox.media_storage import store, work_folder
from inbox.models import Contact, Export, ExportKind, ExportState
from inbox.models.duties import EXPORT_KEPT_FOR
from inbox.moving import contact_files
from inbox.moving.listing import Filters, contacts_listed
from inbox.persons import contacts_of, threads_of
from webhooks.failpoints import hit

MOST_ATTEMPTS: Final = 5
# How often the row hears of progress: at most once for so many.
TELL_EVERY: Final = 200


@transactional
def ask_person_export(contact_id: UUID, *, by: Actor, at: datetime) -> Export:
    """Everything about one person as a ZIP, made by the worker."""
    contact = Contact.objects.get(pk=contact_id)
    export = _asked(
        contact.organization_id, kind=ExportKind.PERSON, contact_id=contact_id, by=by, at=at
    )
    ids = [contact.pk, export.pk]
    announce("contact.exported", contact.organization_id, by=by, at=at, ids=ids)
    return export


@transactional
def ask_contacts_export(
    organization_id: UUID, *, kind: ExportKind, filters: Filters, by: Actor, at: datetime
) -> Export:
    """The contacts that pass the filters as a table, CSV or XLSX, made by the worker."""
    export = _asked(organization_id, kind=kind, filters=filters.as_json(), by=by, at=at)
    announce("contacts.exported", organization_id, by=by, at=at, ids=[export.pk], format=str(kind))
    return export


def _asked(organization_id: UUID, *, by: Actor, at: datetime, **fields: Any) -> Export:
    person = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    return Export.objects.create(
        organization_id=organization_id,
        asked_by=person,
        asked_by_name=by.name,
        created_at=at,
        **fields,
    )


def export_next(stop: threading.Event) -> bool:
    """Makes the oldest file that is asked for; whether there was one."""
    export = jobs.claim(Export.objects.filter(state=ExportState.WAITING))
    if export is None:
        return False
    try:
        _make(export, stop)
    except Exception as error:  # noqa: BLE001 - the outer edge of an export: it is tried again
        at = database_now()
        if export.attempts + 1 >= MOST_ATTEMPTS:
            jobs.settle(export, state=ExportState.FAILED, ended_at=at, contact_id=None)
        else:
            jobs.missed(export, error, at=at)
    return True


def _make(export: Export, stop: threading.Event) -> None:
    """Written whole beside the store, then kept under a key of its own."""
    key = f"{export.organization_id}/{new_id()}"
    with work_folder(f"{export.pk}.export") as folder:
        path = folder / "file"
        with path.open("wb") as file:
            for chunk in _chunks(export, folder):
                file.write(chunk)
                if stop.is_set():
                    jobs.wait(export, 0)
                    return
        size = path.stat().st_size
        store().keep(key, path)
    hit("export.kept_before_commit")
    ready = jobs.settle(
        export, state=ExportState.READY, path=key, size=size, ended_at=database_now()
    )
    if not ready or not Export.objects.filter(pk=export.pk, state=ExportState.READY).exists():
        store().delete(key)  # an erasure has ended it meanwhile


def _chunks(export: Export, folder: Path) -> Iterator[bytes]:
    person = export.asked_by
    zone = person.zone if person else export.organization.time_zone
    language = person.language if person else "en"
    if export.kind == ExportKind.PERSON:
        contact = Contact.objects.get(pk=str(export.contact_id))
        among = visible_conversations(person) if person else None
        threads = threads_of([one.pk for one in contacts_of(contact)], among)
        total = 2 * sum(threads.values_list("message_count", flat=True))
        jobs.keep(export, total=total)
        return archive(
            contact,
            zone=zone,
            at=database_now(),
            language=language,
            among=among,
            told=_Progress(export).more,
        )
    organization = Organization.objects.get(pk=export.organization_id)
    rows = contacts_listed(organization, Filters.of_json(export.filters))
    if person and is_limited(person):
        rows = rows.filter(pk__in=visible_contacts(person).values("pk"))
    jobs.keep(export, total=rows.count())
    told = _Progress(export).more
    if export.kind == ExportKind.CONTACTS_CSV:
        return contact_files.csv_of(rows, zone=zone, told=told)
    return contact_files.xlsx_of(rows, folder=folder, zone=zone, told=told)


class _Progress:
    """Tells the row how far it is, and so keeps its lease."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._done = self._told = 0

    def more(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        if self._done - self._told >= TELL_EVERY:
            self._told = self._done
            jobs.keep(self._export, done=self._done)


def remove_old_exports(*, at: datetime, most: int) -> int:
    """Removes the files of exports that were ready a day ago; how many."""
    old = Export.objects.filter(state=ExportState.READY, ended_at__lt=at - EXPORT_KEPT_FOR)
    rows = list(old.order_by("ended_at")[:most])
    for export in rows:
        forgetting.remove_export(export)
    return len(rows)
