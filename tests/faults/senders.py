"""Outboxes in threads of this process, each with a claimer and senders as a worker has them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.utils import timezone

from accounts.models import PhoneNumber
from inbox import drains, outgoing
from inbox.actions.sending import send
from inbox.message_status import Status
from inbox.models import Conversation, Message
from simulator.testing import Running, wait_for
from tests.cast import Cast, a_conversation, by

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
    """Messages in turn to so many customers of a number."""
    number = number or cast.number
    customers = [a_customer(number, n) for n in range(threads)]
    return [a_message(cast, customers[n % threads], f"message {n}") for n in range(messages)]


def a_customer(number: PhoneNumber, n: int) -> Conversation:
    """Somebody who wrote to this number."""
    ours = number.meta_phone_number_id
    return a_conversation(number, wa_id=f"1202{ours[-3:]}{n:04}", phone_number_id=ours)


def a_message(cast: Cast, thread: Conversation, body: str) -> Message:
    """A queued text of Amina's."""
    return send(thread.pk, outgoing.text(body), by=by(cast.amina), at=timezone.now())


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
