"""Outboxes in threads of this process, each with a claimer and senders as a worker has them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.models import PhoneNumber
from inbox import drains, outgoing
from inbox.actions.bulk import Addressed, queue_many
from inbox.message_status import Status
from inbox.models import Contact, Conversation, Identity, Message
from inbox.models.messages import Lane
from simulator.testing import Running, wait_for
from tests.cast import Cast

UNDER_WAY = (Status.QUEUED, Status.SENDING)


@contextmanager
def senders(count: int) -> Iterator[None]:
    """So many outboxes at work; what they have in hand is settled at the end."""
    stop = threading.Event()
    threads = [threading.Thread(target=_send, args=(stop,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def _send(stop: threading.Event) -> None:
    outbox, last = drains.Outbox(), False
    try:
        while not last:
            last = stop.is_set()
            if not outbox.turn(stop):
                time.sleep(0.02)
    finally:
        connections.close_all()


def wait_until_quiet(seconds: float = 60, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Waits until nothing is queued or on the wire. Raises: TimeoutError."""

    def quiet() -> bool:
        meanwhile()
        return not Message.objects.filter(status__in=UNDER_WAY).exists()

    wait_for(quiet, seconds=seconds)


def queue_up(
    cast: Cast, number: PhoneNumber | None = None, *, messages: int, threads: int
) -> list[Message]:
    """Texts in turn to so many new customers of a number, in the order of the queue."""
    people = customers(cast, number or cast.number, threads)
    texts = [
        Addressed(people[n % threads].pk, outgoing.text(f"message {n}")) for n in range(messages)
    ]
    done = queue_many(texts, by=SYSTEM, at=timezone.now(), lane=Lane.CONVERSATION)
    by_id = Message.objects.in_bulk(done.queued)
    return [by_id[key] for key in done.queued]


def customers(cast: Cast, number: PhoneNumber, count: int) -> list[Conversation]:
    """People with an open window. Made at once: a thousand who write would take a minute."""
    at, ours = timezone.now(), {"organization": cast.organization}
    first = Contact.objects.count()
    people = Contact.objects.bulk_create(Contact(**ours) for _ in range(count))
    names = Identity.objects.bulk_create(
        Identity(contact=person, kind="wa_id", value=f"1202555{first + n:04}", **ours)
        for n, person in enumerate(people)
    )
    made = [
        Conversation(
            phone_number=number,
            contact=person,
            identity=name,
            window_opened_at=at,
            last_activity_at=at,
            created_at=at,
            **ours,
        )
        for person, name in zip(people, names, strict=True)
    ]
    return Conversation.objects.bulk_create(made)


def in_order_of_their_threads(meta: Running, sent: list[Message]) -> bool:
    """Whether Meta took all of these, each once, and each customer's in their order."""
    taken = [one["opaque"] for one in meta.accepts()]
    thread_of = {str(one.pk): one.conversation_id for one in sent}
    if Counter(taken) != Counter(list(thread_of)):
        return False
    return all(
        [one for one in taken if thread_of[one] == thread]
        == [one for one in thread_of if thread_of[one] == thread]
        for thread in set(thread_of.values())
    )
