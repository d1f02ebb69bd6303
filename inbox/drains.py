"""What the worker runs for this app: the outbox, its reconciler, read receipts, media."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from uuid import UUID

from django.db import Error as DatabaseTrouble
from django.db import connection, connections

from accounts.graph import client_of
from inbox.actions import (
    firing,
    media,
    media_tidy,
    receipts,
    reconciling,
    settling,
    snoozing,
    uploads,
)
from inbox.actions import outbox as rows
from inbox.actions.outbox import Claimed
from inbox.actions.paces import Outcome
from inbox.actions.settling import Settlement
from inbox.models import Media
from webhooks.faults import blames_item
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

log = logging.getLogger(__name__)

# A call takes a third of a second, and a number may make 80 a second; one never has all of them.
SENDERS = 80
FETCHERS = 6
UPLOADERS = 4
RELEASE_EVERY_S = 2.0
TIDY_EVERY_S = 3600.0
BATCH = 32
# A settle waits this long for more answers to share its transaction.
GATHER_S = 0.02


class Outbox:
    """One claimer and its sender threads. Claims what the senders can take, settles in batches."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="sender")
        self._answers: queue.SimpleQueue[Settlement] = queue.SimpleQueue()
        self._in_hand: Counter[UUID] = Counter()  # by number

    def turn(self, stop: threading.Event) -> bool:
        """Settles what came back, claims what is free; whether there was anything."""
        settled = self._settle(wait_s=GATHER_S if self._in_hand.total() else 0)
        free = min(BATCH, SENDERS - self._in_hand.total())
        takes = free > 0 and not stop.is_set()
        claimed = rows.claim(free, in_hand=self._in_hand) if takes else []
        began = time.monotonic()
        for one in claimed:
            self._in_hand[one.number_id] += 1
            self._pool.submit(self._send, one, began + one.wait_s)
        if stop.is_set():
            self._finish()
        return bool(settled or claimed or self._in_hand.total())

    def _send(self, claimed: Claimed, moment: float) -> None:
        time.sleep(max(0.0, moment - time.monotonic()))
        self._answers.put(Settlement(claimed, call(claimed)))

    def _settle(self, *, wait_s: float) -> int:
        batch: list[Settlement] = []
        with suppress(queue.Empty):
            if wait_s:
                batch.append(self._answers.get(timeout=wait_s))
            while len(batch) < BATCH:
                batch.append(self._answers.get_nowait())
        self._write(batch)
        self._let_go(batch)
        return len(batch)

    def _let_go(self, batch: list[Settlement]) -> None:
        self._in_hand -= Counter(one.claimed.number_id for one in batch)

    def _write(self, batch: list[Settlement]) -> None:
        try:
            settling.settle(batch)
        except Exception:
            log.exception("settling %s answers together failed", len(batch))
            self._write_singly(batch)

    def _write_singly(self, batch: list[Settlement]) -> None:
        """What cannot be written is left to the end of its lease; with the database away, kept.

        Raises: the database's error, with the answers that are not written back in the queue.
        """
        for place, one in enumerate(batch):
            try:
                settling.settle([one])
            except Exception as error:
                if not blames_item(error):
                    self._let_go(batch[:place])
                    for waiting in batch[place:]:
                        self._answers.put(waiting)
                    raise
                log.exception("the answer for %s cannot be written", one.claimed.message_id)

    def _finish(self) -> None:
        """Before the end: calls on the wire come back and are written down (at most 35 s)."""
        end = time.monotonic() + 35
        while self._in_hand.total() and time.monotonic() < end:
            try:
                self._settle(wait_s=0.2)
            except DatabaseTrouble:
                connection.close()
                time.sleep(0.5)
        self._pool.shutdown(wait=False)


def call(claimed: Claimed) -> Outcome:
    """The call to Meta, with no transaction open; its outcome as a value."""
    try:
        return client_of(claimed.access_token).send(claimed.meta_phone_number_id, claimed.payload)
    except OutcomeUnknown as outcome:
        log.warning("no clear answer for message %s: %s", claimed.message_id, outcome.reason)
        return outcome
    except (CloudApiError, NotSent) as outcome:
        return outcome
    except Exception as error:
        log.exception("sending message %s failed in an unforeseen way", claimed.message_id)
        return OutcomeUnknown(type(error).__name__)


_outbox = threading.local()


def outbox(stop: threading.Event) -> bool:
    """The outbox drain of this thread."""
    if not hasattr(_outbox, "own"):
        _outbox.own = Outbox()
    own: Outbox = _outbox.own
    return own.turn(stop)


def reconcile(stop: threading.Event) -> bool:
    """Ends leases that ran out, and asks about what no status has settled, every few seconds."""
    ended = reconciling.end_leases() + reconciling.end_grace()
    if not ended:
        stop.wait(2)
    return bool(ended)


def fire_scheduled(_stop: threading.Event) -> bool:
    """Sends on what is due by its time, and brings back whose snooze is over."""
    return bool(firing.fire_due() + snoozing.wake_due())


def send_receipts(stop: threading.Event) -> bool:
    """Sends the blue ticks that are due."""
    return receipts.send_due(stop)


class Fetchers:
    """One claimer and its fetching threads: a slow download holds up no other file."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(FETCHERS, thread_name_prefix="fetcher")
        self._running: set[Future[None]] = set()

    def turn(self, stop: threading.Event) -> bool:
        """Claims what the threads can take; whether there is anything to do."""
        claimed = 0
        while len(self._running) < FETCHERS and not stop.is_set():
            file = media.claim()
            if file is None:
                break
            claimed += 1
            self._running.add(self._pool.submit(_fetch, file, stop))
        if stop.is_set():
            # Downloads end at their next piece, and give their file back.
            wait(self._running, timeout=35)
            self._pool.shutdown(wait=False)
        else:
            _done, self._running = wait(self._running, timeout=0.2, return_when=FIRST_COMPLETED)
        return bool(claimed or self._running)


def _fetch(file: Media, stop: threading.Event) -> None:
    try:
        media.fetch(file, stop)
    except Exception:  # the outer edge of one file: its lease gives it back
        log.exception("fetching media %s failed in an unforeseen way", file.pk)
    finally:
        connections.close_all()


_fetchers = threading.local()


def fetch_media(stop: threading.Event) -> bool:
    """The media drain of this thread: fetches files that came with messages."""
    if not hasattr(_fetchers, "own"):
        _fetchers.own = Fetchers()
    own: Fetchers = _fetchers.own
    return own.turn(stop)


class Uploaders:
    """One claimer and its uploading threads: a large file holds up no small one."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(UPLOADERS, thread_name_prefix="uploader")
        self._running: set[Future[None]] = set()
        self._released_at = 0.0

    def turn(self, stop: threading.Event) -> bool:
        """Claims what the threads can take; whether there is anything to do."""
        claimed = 0
        while len(self._running) < UPLOADERS and not stop.is_set():
            file = uploads.claim()
            if file is None:
                break
            claimed += 1
            self._running.add(self._pool.submit(_upload, file))
        if stop.is_set():
            wait(self._running, timeout=35)  # else the lease gives the file back
            self._pool.shutdown(wait=False)
        elif self._running:
            _done, self._running = wait(self._running, timeout=0.2, return_when=FIRST_COMPLETED)
        self._release()
        return bool(claimed or self._running)

    def _release(self) -> None:
        """For messages whose upload was settled by a process that died before it freed them."""
        if time.monotonic() - self._released_at > RELEASE_EVERY_S:
            uploads.release()
            self._released_at = time.monotonic()


def _upload(file: uploads.Claimed) -> None:
    try:
        uploads.settle(file, uploads.upload(file))
    except Exception:  # the outer edge of one file: its lease gives it back
        log.exception("upload %s failed in an unforeseen way", file.upload_id)
    finally:
        connections.close_all()


_uploaders = threading.local()


def upload_files(stop: threading.Event) -> bool:
    """The uploads drain of this thread: brings to Meta what is to be sent."""
    if not hasattr(_uploaders, "own"):
        _uploaders.own = Uploaders()
    own: Uploaders = _uploaders.own
    return own.turn(stop)


def tidy_media(stop: threading.Event) -> bool:
    """Once at the start and then every hour: removes files that belong to nothing."""
    media_tidy.tidy(stop)
    stop.wait(TIDY_EVERY_S)
    return False
