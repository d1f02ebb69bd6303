"""Announcing what happened: the only way into the event log.

`announce()` collects; the outermost `@transactional` runs the listeners, takes the numbers from
the organization's counter row and inserts, as its last statements. So commit order is sequence
order (measured: a plain bigserial let a reader miss 577 of 1,200 events), and the counter's lock
is held for as short as can be. A savepoint that is rolled back takes its events along.

Under the same lock administrative acts are written into the audit log (`accounts.audit`).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from accounts import audit
from accounts.actors import Actor
from accounts.announcing import Announcement as Announcement  # listeners take it from here
from accounts.models import Event, EventCounter

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class _Collected(threading.local):
    depth: int = 0
    waiting: list[Announcement] = field(default_factory=list)
    replaying: bool = False


_collected = _Collected()


@contextmanager
def unit_of_work(*, durable: bool = False) -> Iterator[None]:
    """A transaction whose announcements are numbered at its end; inside another: a savepoint.

    durable: this must be the outermost one (drains and ingest own theirs).
    """
    outermost = _collected.depth == 0
    mark = len(_collected.waiting)
    _collected.depth += 1
    try:
        with transaction.atomic(durable=durable and not _inside_test_transaction()):
            yield
            if outermost:
                _number_and_insert()
    except BaseException:
        del _collected.waiting[mark:]
        raise
    finally:
        _collected.depth -= 1
        if outermost:
            _collected.waiting.clear()


@contextmanager
def replaying() -> Iterator[None]:
    """What this thread announces inside is old news, read from the raw log once more.

    Its events carry `replayed`: pages show them, and whoever would act on news (the assistant, a
    notification, somebody else's system) leaves them alone.
    """
    before, _collected.replaying = _collected.replaying, True
    try:
        yield
    finally:
        _collected.replaying = before


def _inside_test_transaction() -> bool:
    # A test that runs in a transaction of its own is not the nesting that `durable` forbids.
    return any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def transactional(action: Callable[P, R]) -> Callable[P, R]:
    """Makes an action one unit of work."""

    @wraps(action)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit_of_work():
            return action(*args, **kwargs)

    return inside


def announce(
    kind: str,
    organization_id: UUID,
    *,
    by: Actor,
    at: datetime,
    conversation_id: UUID | None = None,
    ids: tuple[UUID, ...] | list[UUID] = (),
    **data: Any,
) -> None:
    """Collects an event of this transaction. Refuses to run outside `@transactional`."""
    if not _collected.depth:
        raise RuntimeError(f"announce({kind!r}) outside of a transactional action")
    if _collected.replaying:
        data["replayed"] = True
    _collected.waiting.append(
        Announcement(organization_id, kind, conversation_id, tuple(ids), data, by, at)
    )


def move_events(organization_id: UUID, *, of: UUID, to: UUID) -> None:
    """What was told of one conversation is told of another from now on: they became one.

    Those of this transaction too. Call inside `@transactional`.
    """
    Event.objects.filter(organization=organization_id, conversation=of).update(conversation=to)
    for place, one in enumerate(_collected.waiting):
        if one.conversation_id == of:
            _collected.waiting[place] = replace(one, conversation_id=to)


def told_of(conversation_id: UUID, kind: str) -> list[dict[str, Any]]:
    """The data of all events of this kind about a conversation, also of those just announced."""
    stored = Event.objects.filter(conversation=conversation_id, kind=kind)
    return [
        *stored.values_list("data", flat=True),
        *(
            one.data
            for one in _collected.waiting
            if (one.conversation_id, one.kind) == (conversation_id, kind)
        ),
    ]


def waiting(kind: str, organization_id: UUID, **data: Any) -> bool:
    """Whether this transaction has announced such an event already, with these data among its."""
    return any(
        one.kind == kind
        and one.organization_id == organization_id
        and data.items() <= one.data.items()
        for one in _collected.waiting
    )


def _number_and_insert() -> None:
    events = _with_listeners(_collected.waiting)
    by_organization: dict[UUID, list[Announcement]] = defaultdict(list)
    for event in events:
        by_organization[event.organization_id].append(event)
    rows = []
    for organization_id in sorted(by_organization):
        said = by_organization[organization_id]
        last = _take_numbers(organization_id, len(said))
        rows += [_row(event, last - len(said) + 1 + place) for place, event in enumerate(said)]
        audit.append(organization_id, said)
    if not rows:
        return
    Event.objects.bulk_create(rows)
    notify: Callable[[tuple[UUID, ...]], None] = import_string(settings.LIVE_NOTIFIER)
    organizations = tuple(sorted(by_organization))
    transaction.on_commit(lambda: notify(organizations), robust=True)


def _with_listeners(waiting: list[Announcement]) -> list[Announcement]:
    heard = 0
    while heard < len(waiting):  # a listener may announce more
        event = waiting[heard]
        for name in settings.EVENT_LISTENERS.get(event.kind, ()):
            import_string(name)(event)
        heard += 1
    return waiting


def _row(event: Announcement, seq: int) -> Event:
    return Event(
        organization_id=event.organization_id,
        seq=seq,
        kind=event.kind,
        conversation=event.conversation_id,
        ids=[str(one) for one in event.ids],
        data=event.data,
        actor_type=event.by.type,
        actor_id=event.by.id,
        actor_name=event.by.name,
        at=event.at,
    )


def _take_numbers(organization_id: UUID, count: int) -> int:
    table = connection.ops.quote_name(EventCounter._meta.db_table)
    wanted = EventCounter._meta.get_field("organization").get_db_prep_value(
        organization_id, connection
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET seq = seq + %s WHERE organization_id = %s RETURNING seq",  # noqa: S608
            [count, wanted],
        )
        row = cursor.fetchone()
        # SQLite finishes an UPDATE … RETURNING only when its rows are read to the end.
        cursor.fetchall()
    if row is None:
        raise RuntimeError(f"organization {organization_id} has no event counter")
    return int(row[0])


def last_seq(organization_id: UUID) -> int:
    """The sequence number of the newest event of this organization. One query."""
    return EventCounter.objects.values_list("seq", flat=True).get(organization_id=organization_id)
