"""The raw log digested once more, through the handlers that applied it the first time.

Digesting twice must have no effect: so a replay of a healthy database changes nothing, and what it
would change shows what a fault has cost. In chunks of a transaction each; a dry run undoes each.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Length, Now

from accounts.events import replaying, unit_of_work
from accounts.models import Event, EventCounter
from webhooks.addressees import Addressees, addressees
from webhooks.dead_letters import keep, keep_item, reason_of
from webhooks.digest import CHUNK, apply, works_of
from webhooks.faults import blames_item
from webhooks.models import DeadLetter, Delivery, DeliveryState
from webhooks.people import lock_people
from webhooks.secrets import fingerprint_for
from webhooks.works import Work
from whatsapp.inbound import Item

log = logging.getLogger(__name__)

PAGE: Final = 64
PAGE_BYTES: Final = 8 * 1024 * 1024
TRIES: Final = 5
# SQLite has one writer at a time: whoever stores Meta's posts must get in between two chunks.
PAUSE_S: Final = 0.01
NEW, CHANGED, GONE = "new", "changed", "gone"


@dataclass(frozen=True, slots=True)
class Seen:
    """One row as it was. label: its name without our ids, the same in every attempt."""

    label: str
    values: tuple[Any, ...]


# (kind of row, its key) -> the row. A kind is a word of the report: "messages", "windows".
Picture: TypeAlias = Mapping[tuple[str, Any], Seen]
# What these items may touch, as it is now. Asked before and after they are applied.
Look: TypeAlias = Callable[[Sequence[Item]], Picture]
Difference: TypeAlias = tuple[str, str, str]  # kind, NEW / CHANGED / GONE, label


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries. since is included, until is not; None: no bound.

    organization_id: only items of its numbers and accounts. old_secrets: fingerprints of secrets
    that an account had when the delivery came; they count as its present one.
    """

    since: datetime | None = None
    until: datetime | None = None
    organization_id: UUID | None = None
    old_secrets: frozenset[str] = frozenset()


@dataclass
class Report:
    """What a replay found. differences: how many rows, by (kind, what happened to them).

    left: items with a dead letter that waits or was discarded: the page decides about those.
    foreign: items signed with another secret than that of their account.
    """

    deliveries: int = 0
    items: int = 0
    failed: int = 0
    left: int = 0
    foreign: int = 0
    differences: Counter[tuple[str, str]] = field(default_factory=Counter)
    _known: defaultdict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, found: set[Difference]) -> None:
        """Counts each difference once, though a dry run meets it again in a later chunk."""
        for kind, change, label in found:
            known = self._known[(kind, change)]
            if hash(label) not in known:
                known.add(hash(label))
                self.differences[(kind, change)] += 1


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What applying some items did. failed: by place in the chunk, why."""

    differences: set[Difference]
    failed: int
    foreign: int


def replay(wanted: Wanted, *, dry_run: bool, look: Look) -> Report:
    """Digests what is wanted again, in order of receipt, at the time it was received.

    Deliveries that still wait are the worker's. What an item announces is marked as replayed: no
    assistant answers it. dry_run: every chunk is undone, and is compared with the database as it
    is, not with the chunks before it.
    Raises: the database's error, when it refuses the same chunk five times.
    """
    report = Report()
    for page in _pages(wanted):
        letters = _letters_to_leave(page)
        works = [work for one in page for work in _works(one, letters, report, dry_run=dry_run)]
        for chunk in _chunks(works):
            done = _insistently(chunk, wanted, look, dry_run=dry_run)
            report.add(done.differences)
            report.failed += done.failed
            report.foreign += done.foreign
            time.sleep(PAUSE_S)
        report.deliveries += len(page)
        if not dry_run and wanted.organization_id is None:  # else others' items are still to come
            _note_as_digested(page)
    return report


# --- which ones ---


def stored(wanted: Wanted) -> QuerySet[Delivery]:
    """The deliveries of this time that are nobody's job any more, in order of receipt."""
    rows = Delivery.objects.filter(state=DeliveryState.DONE)
    if wanted.since:
        rows = rows.filter(received_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(received_at__lt=wanted.until)
    return rows.order_by("received_at", "pk")


def _pages(wanted: Wanted) -> Iterator[list[Delivery]]:
    rows = stored(wanted)
    after: tuple[datetime, int] | None = None
    while ids := _next_ids(rows, after):
        page = list(rows.filter(pk__in=ids))
        if page:  # the purge may have been faster
            after = (page[-1].received_at, page[-1].pk)
            yield page


def _next_ids(rows: QuerySet[Delivery], after: tuple[datetime, int] | None) -> list[int]:
    if after:
        at, pk = after
        rows = rows.filter(
            Q(received_at=at, pk__gt=pk) | Q(received_at__gt=at), received_at__gte=at
        )
    ids: list[int] = []
    total = 0
    sizes = rows.annotate(size=Length("body")).values_list("pk", "size")
    for pk, size in sizes[:PAGE]:
        total += size
        if ids and total > PAGE_BYTES:
            break
        ids.append(pk)
    return ids


def _letters_to_leave(page: Sequence[Delivery]) -> set[tuple[int, str]]:
    letters = DeadLetter.objects.filter(delivery__in=page, resolved_at=None)
    return set(letters.values_list("delivery_id", "path"))


def _works(
    delivery: Delivery, letters: set[tuple[int, str]], report: Report, *, dry_run: bool
) -> Iterator[Work]:
    if (delivery.pk, "") in letters:
        report.left += 1
        return
    try:
        works = works_of(delivery)
    except ValueError as error:
        report.failed += 1
        if not dry_run:
            letter = DeadLetter(delivery=delivery, path="", raw=b"", reason=reason_of(error))
            keep([letter])
        return
    report.items += len(works)
    for work in works:
        if (delivery.pk, work.item.path[:120]) in letters:
            report.left += 1
        else:
            yield work


def _chunks(works: Sequence[Work]) -> Iterator[list[Work]]:
    rest = iter(works)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _note_as_digested(page: Sequence[Delivery]) -> None:
    fresh = [delivery.pk for delivery in page if delivery.digested_at is None]
    Delivery.objects.filter(pk__in=fresh).update(digested_at=Now())


# --- once more ---


class _Spoiled(Exception):
    """The end of a transaction failed for what an item did: a listener, a late constraint."""


def _insistently(chunk: Sequence[Work], wanted: Wanted, look: Look, *, dry_run: bool) -> _Chunk:
    """The chunk, again after a deadlock; item by item where one spoils the rest."""
    for attempt in range(1, TRIES + 1):
        try:
            return _surely(chunk, wanted, look, dry_run=dry_run)
        except _Spoiled as spoiled:
            if len(chunk) > 1:
                return _singly(chunk, wanted, look, dry_run=dry_run)
            return _buried(chunk[0], spoiled, dry_run=dry_run)
        except DatabaseTrouble as error:
            if blames_item(error) or attempt == TRIES:
                raise
            log.warning("the database refused a chunk: %s", type(error).__name__)
            time.sleep(0.2 * 2**attempt)
    raise AssertionError("not reached")


def _buried(work: Work, spoiled: _Spoiled, *, dry_run: bool) -> _Chunk:
    cause = spoiled.__cause__
    if not dry_run and isinstance(cause, Exception):
        keep([_letter(work, reason_of(cause), addressees([work.item]))])
    return _Chunk(set(), failed=1, foreign=0)


def _singly(chunk: Sequence[Work], wanted: Wanted, look: Look, *, dry_run: bool) -> _Chunk:
    each = [_insistently([work], wanted, look, dry_run=dry_run) for work in chunk]
    return _Chunk(
        set().union(*(one.differences for one in each)),
        failed=sum(one.failed for one in each),
        foreign=sum(one.foreign for one in each),
    )


def _surely(chunk: Sequence[Work], wanted: Wanted, look: Look, *, dry_run: bool) -> _Chunk:
    done = _once(chunk, wanted, look, dry_run=dry_run)
    if dry_run and done.differences:
        # The worker may have written to the same rows meanwhile: only what shows twice is ours.
        again = _once(chunk, wanted, look, dry_run=True)
        return replace(done, differences=done.differences & again.differences)
    return done


def _once(chunk: Sequence[Work], wanted: Wanted, look: Look, *, dry_run: bool) -> _Chunk:
    items = [work.item for work in chunk]
    with transaction.atomic():
        lock_people(items)
        named = addressees(items)
        last = _last_seqs(named)
        before = look(items)
        ours = [work for work in chunk if _is_wanted(work, named, wanted)]
        trusted = [_with_present_secret(work, named, wanted) for work in ours]
        native = [work for work in trusted if not _is_foreign(work, named)]
        letters, after = _applied(native, named, lambda: look(items))
        differences = compared(before, after) | _announced(last)
        if dry_run:
            transaction.set_rollback(True)
    return _Chunk(differences, failed=len(letters), foreign=len(trusted) - len(native))


def _applied(
    works: Sequence[Work], named: Addressees, look: Callable[[], Picture]
) -> tuple[list[DeadLetter], Picture]:
    """Letters, and how it looks then: before the events are numbered, while nobody waits for us."""
    try:
        with replaying(), unit_of_work():
            letters = [letter for work in works for letter in _apply_or_letter(work, named)]
            keep(letters)
            after = look()
    except Exception as error:
        if not blames_item(error):
            raise
        raise _Spoiled from error
    return letters, after


def _is_wanted(work: Work, named: Addressees, wanted: Wanted) -> bool:
    return wanted.organization_id in (None, named.organization_id(work.item))


def _with_present_secret(work: Work, named: Addressees, wanted: Wanted) -> Work:
    if work.secret_fingerprint not in wanted.old_secrets:
        return work
    present = [fingerprint_for(account) for account in named.accounts(work.item)]
    return replace(work, secret_fingerprint=present[0]) if present and present[0] else work


def _is_foreign(work: Work, named: Addressees) -> bool:
    return named.stranger_to(work) is not None


def _apply_or_letter(work: Work, named: Addressees) -> list[DeadLetter]:
    try:
        with unit_of_work():
            malformed = apply([work], named)
    except Exception as error:  # the outer edge of an item
        if not blames_item(error):
            raise
        return [_letter(work, reason_of(error), named)]
    return [_letter(one, one.malformed, named) for one in malformed]


def _letter(work: Work, reason: str, named: Addressees) -> DeadLetter:
    return keep_item(work.delivery_id, work.item, reason, named.organization_id(work.item))


# --- what it did ---


def compared(before: Picture, after: Picture) -> set[Difference]:
    """What happened to the rows between two pictures of the same items."""
    found: set[Difference] = set()
    for key in before.keys() | after.keys():
        kind, was, now = key[0], before.get(key), after.get(key)
        if was is None and now is not None:
            found.add((kind, NEW, now.label))
        elif was is not None and now is None:
            found.add((kind, GONE, was.label))
        elif was is not None and now is not None and was.values != now.values:
            found.add((kind, CHANGED, was.label))
    return found


def _last_seqs(named: Addressees) -> dict[UUID, int]:
    accounts = [*named.by_number.values(), *named.by_waba.values()]
    organizations = {account.organization_id for account in accounts}
    rows = EventCounter.objects.filter(organization__in=organizations)
    return dict(rows.values_list("organization_id", "seq"))


def _announced(last: Mapping[UUID, int]) -> set[Difference]:
    """What this transaction wrote into the event log (others write there meanwhile)."""
    found: set[Difference] = set()
    for organization_id, seq in last.items():
        rows = Event.objects.filter(organization=organization_id, seq__gt=seq, data__replayed=True)
        for event in rows:
            label = f"{event.kind} {event.at.isoformat()} {sorted(event.data.items())}"
            found.add((f"events: {event.kind}", NEW, label))
    return found
