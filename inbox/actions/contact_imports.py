"""A file of contacts: taken in, read, tried without effect, then run, most of it by the worker.

Reading and trying begin again when a worker dies; running goes on behind its last batch.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.clock import database_now
from accounts.events import announce, transactional, unit_of_work
from accounts.ids import new_id
from accounts.models import Person
from accounts.refusals import Refused
from inbox.actions import jobs
from inbox.actions.bringing_in import (
    CHANGED,
    CREATED,
    FAULTY,
    UNCHANGED,
    Judged,
    bring_in,
    judge,
)
from inbox.media_storage import store, work_folder
from inbox.models import ContactImport, ImportFault, ImportState
from inbox.models.duties import WORKERS_TURN
from inbox.moving import reading
from inbox.moving.columns import PHONE, TARGETS, guessed
from inbox.moving.contact_files import csv_lines
from inbox.moving.reading import LARGEST_BYTES, Unreadable, rows_of, sampled
from inbox.moving.rows import TWICE, Said, read
from inbox.moving.wording import sentence
from webhooks.failpoints import hit

log = logging.getLogger(__name__)

BATCH: Final = 500
SAMPLED: Final = 50
# Some two minutes: an erasure waits for an import that is not done.
MOST_ATTEMPTS: Final = 8
KEPT_EVERY: Final = 2_000
PART: Final = 256 * 1024
# As lines of JSON a file grows: every sign may become six.
ROWS_BYTES: Final = 1024 * 1024 * 1024


@transactional
def take_file(
    organization_id: UUID, chunks: Iterable[bytes], *, filename: str, by: Actor, at: datetime
) -> ContactImport:
    """Keeps an uploaded file; the worker reads it next. Refuses: MEDIA_TOO_LARGE."""
    key = f"{organization_id}/{new_id()}"
    with work_folder(f"{key.rpartition('/')[2]}.table") as folder:
        path, size = folder / "file", 0
        with path.open("wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
                if size > LARGEST_BYTES:
                    raise Refused(
                        "MEDIA_TOO_LARGE", _("A file of contacts has at most 20 MB."), field="file"
                    )
        store().keep(key, path)
    person = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    row = ContactImport.objects.create(
        organization_id=organization_id,
        asked_by=person,
        asked_by_name=by.name,
        filename=filename[:255],
        path=key,
        created_at=at,
    )
    announce("contact_import.uploaded", organization_id, by=by, at=at, ids=[row.pk])
    return row


@transactional
def set_mapping(
    import_id: UUID, *, mapping: Mapping[str, int], country_code: str, by: Actor, at: datetime
) -> None:
    """What the columns are; the worker then compares every row, without any effect.

    Refuses: STATE_CONFLICT when it is not waiting for that, VALIDATION_ERROR without a phone.
    """
    if PHONE not in mapping:
        raise Refused("VALIDATION_ERROR", _("Choose the column of the phone number."), field=PHONE)
    waiting = [ImportState.MAPPING, ImportState.CHECKED]
    moved = ContactImport.objects.filter(pk=import_id, state__in=waiting).update(
        state=ImportState.CHECKING,
        mapping={name: place for name, place in mapping.items() if name in TARGETS},
        country_code=country_code,
        done=0,
        offset=0,
        counts={},
    )
    _check_moved(moved)
    row = ContactImport.objects.get(pk=import_id)
    announce("contact_import.mapped", row.organization_id, by=by, at=at, ids=[row.pk])


@transactional
def start(import_id: UUID, *, by: Actor, at: datetime) -> None:
    """Runs what was tried. Refuses: STATE_CONFLICT when it is not waiting for that."""
    moved = ContactImport.objects.filter(pk=import_id, state=ImportState.CHECKED).update(
        state=ImportState.RUNNING, done=0, offset=0, counts={}
    )
    _check_moved(moved)
    row = ContactImport.objects.get(pk=import_id)
    announce("contact_import.started", row.organization_id, by=by, at=at, ids=[row.pk])


def _check_moved(moved: int) -> None:
    if not moved:
        raise Refused("STATE_CONFLICT", _("This import is at another step by now."))


def import_next() -> bool:
    """Does the next piece of the oldest import; whether there was one."""
    row = jobs.claim(ContactImport.objects.filter(state__in=WORKERS_TURN))
    if row is None:
        return False
    try:
        _STEPS[ImportState(row.state)](row)
    except Unreadable as reason:
        _fail(row, problem=str(reason))
    except Exception as error:  # noqa: BLE001 - the outer edge of a batch: it is tried again
        if row.attempts + 1 >= MOST_ATTEMPTS:
            log.error("%s failed (%s) for good", row, type(error).__name__)
            _fail(row)
        else:
            jobs.missed(row, error, at=database_now())
    hit("import.after_batch")
    return True


def _fail(row: ContactImport, **fields: str) -> None:
    jobs.settle(row, state=ImportState.FAILED, ended_at=database_now(), **fields)


# --- reading ---


def _read(row: ContactImport) -> None:
    """The file as lines of JSON, in which a batch can be found again."""
    key = f"{row.organization_id}/{new_id()}"
    first: list[list[str]] = []
    with work_folder(f"{row.pk}.read") as folder:
        source, lines = folder / "file", folder / "rows"
        with source.open("wb") as file:
            for part in _parts(row.path):
                file.write(part)
        total = 0
        with lines.open("wb") as file:
            for number, cells in rows_of(source):
                if len(first) <= SAMPLED:
                    first.append(cells)
                if total or len(first) > 1:
                    file.write(json.dumps([number, *cells]).encode() + b"\n")
                    total += 1
                    if total % KEPT_EVERY == 0:
                        jobs.keep(row)
        if not total:
            raise Unreadable(reading.EMPTY)
        store().keep(key, lines)
    headers = first[0]
    _settle_with(
        key,
        row,
        state=ImportState.MAPPING,
        headers=headers,
        samples=sampled(first[1:], headers),
        mapping=guessed(headers),
        country_code=row.organization.country_code,
        total=total,
        rows_path=key,
    )


def _settle_with(key: str, row: ContactImport, **fields: Any) -> None:
    """Settles a step that has kept a new file, which goes again where the row is not ours."""
    hit("import.kept_before_commit")
    if not jobs.settle(row, **fields):
        store().delete(key)  # an erasure has ended it meanwhile, or another worker has it


def _parts(key: str) -> Iterator[bytes]:
    file = store().open(key, 0, LARGEST_BYTES)
    try:
        while part := file.read(PART):
            yield part
    finally:
        file.close()


# --- trying ---


@dataclass(frozen=True, slots=True)
class _Batch:
    """rows: (line in the file, cells). end: where the next one begins; None: there is none."""

    rows: list[tuple[int, list[str]]]
    end: int


def _check(row: ContactImport) -> None:
    """Every row compared, in one go: what is twice in the file shows only so."""
    ImportFault.objects.filter(of=row).delete()
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    done = 0
    with work_folder(f"{row.pk}.check") as folder:
        report = folder / "report"
        with report.open("w", encoding="utf-8-sig", newline="") as file:
            file.write(csv_lines([[_("Line"), _("Problem"), *row.headers]]))
            for batch in _batches(row, 0):
                judged = judge(row.organization, _said(row, batch, seen))
                counts.update(one.verdict for one in judged)
                file.write(csv_lines(_noted(row, judged, dict(batch.rows))))
                done += len(batch.rows)
                jobs.keep(row, done=done)
        key = f"{row.organization_id}/{new_id()}"
        size = report.stat().st_size
        store().keep(key, report)
    if row.errors_path:
        store().delete(row.errors_path)
    _settle_with(
        key,
        row,
        state=ImportState.CHECKED,
        counts=dict(counts),
        done=done,
        errors_path=key,
        errors_size=size,
    )


def _said(row: ContactImport, batch: _Batch, seen: set[str]) -> list[tuple[int, Said | str]]:
    """What each row says. seen: the numbers of the rows before, which are added to."""
    found: list[tuple[int, Said | str]] = []
    for line, cells in batch.rows:
        said = read(cells, row.mapping, country_code=row.country_code)
        if isinstance(said, Said):
            if said.canonical in seen:
                said = TWICE
            else:
                seen.add(said.canonical)
        found.append((line, said))
    return found


def _noted(
    row: ContactImport, judged: Sequence[Judged], cells: Mapping[int, list[str]]
) -> list[list[str]]:
    """Keeps which lines are not taken; the lines of the report about them."""
    faults = [one for one in judged if one.fault]
    ImportFault.objects.bulk_create(
        [ImportFault(of=row, line=one.line, reason=one.fault) for one in faults]
    )
    return [[str(one.line), str(sentence(one.fault)), *cells[one.line]] for one in faults]


def _batches(row: ContactImport, offset: int) -> Iterator[_Batch]:
    """The rows behind this place, some at a time."""
    file = store().open(row.rows_path, offset, ROWS_BYTES)
    rest, rows = b"", []
    try:
        while part := file.read(PART):
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                number, *cells = json.loads(line)
                rows.append((number, cells))
                offset += len(line) + 1
                if len(rows) == BATCH:
                    yield _Batch(rows, offset)
                    rows = []
    finally:
        file.close()
    if rows:
        yield _Batch(rows, offset)


# --- running ---


def _run(row: ContactImport) -> None:
    """One batch, in a transaction with the place where the next one begins."""
    if row.done >= row.total:
        _finish(row)
        return
    batch = next(_batches(row, row.offset))
    lines = [line for line, _cells in batch.rows]
    faulty = set(ImportFault.objects.filter(of=row, line__in=lines).values_list("line", flat=True))
    fresh = _Batch([one for one in batch.rows if one[0] not in faulty], batch.end)
    with unit_of_work(durable=True):
        done = bring_in(
            row.organization, _said(row, fresh, set()), by=_actor(row), at=database_now()
        )
        counts = Counter(row.counts) + Counter(one.verdict for one in done)
        counts.update([FAULTY] * len(faulty))
        hit("import.before_commit")
        jobs.settle(row, offset=batch.end, done=row.done + len(batch.rows), counts=dict(counts))


def _finish(row: ContactImport) -> None:
    at, counts = database_now(), Counter[str](row.counts)
    with unit_of_work(durable=True):
        jobs.settle(row, state=ImportState.DONE, ended_at=at)
        announce(
            "contact_import.done",
            row.organization_id,
            by=_actor(row),
            at=at,
            ids=[row.pk],
            created=counts[CREATED],
            changed=counts[CHANGED],
            unchanged=counts[UNCHANGED],
            faulty=counts[FAULTY],
        )


def _actor(row: ContactImport) -> Actor:
    return Actor("agent" if row.asked_by_id else "system", row.asked_by_id, row.asked_by_name)


_STEPS = {ImportState.READING: _read, ImportState.CHECKING: _check, ImportState.RUNNING: _run}
