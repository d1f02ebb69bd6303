"""Group commit: one thread stores what waits, all of it in one transaction, and then says so."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from webhooks.failpoints import hit
from webhooks.store import FAILURES, Store, open_store

log = logging.getLogger(__name__)

MOST_WAITING: Final = 1_000
BATCH_ROWS: Final = 256
BATCH_BYTES: Final = 8 * 1024 * 1024
DEADLINE_S: Final = 2.5  # for what comes after the body, so that the answer is out within 3 seconds
CUT_AFTER_S: Final = 2.3
REST_AFTER_FAILURE_S: Final = 0.5
TROUBLE_S: Final = 15.0
SETTLED_S: Final = 10.0


@dataclass(slots=True, eq=False)
class Waiting:
    """One delivery between the request and the commit. stored is set in the request's loop."""

    fingerprint: str
    body: bytes
    stored: asyncio.Future[bool]
    deadline: float


class Writer:
    """The one writer of deliveries of this process. `put` belongs to one event loop.

    on_stored: called in the writer's thread after each commit.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, on_stored: Callable[[], None]) -> None:
        self.loop = loop
        self._on_stored = on_stored
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._store: Store | None = None
        self._batch_since: float | None = None
        self._down_until = 0.0
        self._trouble_at: float | None = None  # the last failure of the last trouble
        self._failed_at: float | None = None
        self._ended = threading.Event()
        # Daemons: a thread in a frozen database must not keep the process from ending.
        self._threads = [
            threading.Thread(target=self._write, name="ingest-writer", daemon=True),
            threading.Thread(target=self._watch, name="ingest-watchdog", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    async def put(self, fingerprint: str, body: bytes, *, deadline: float) -> bool:
        """Whether the delivery is stored and committed. Answers by the deadline (monotonic)."""
        now = time.monotonic()
        if now < self._down_until or self._queue.qsize() >= MOST_WAITING:
            return False
        waiting = Waiting(fingerprint, body, self.loop.create_future(), deadline)
        self._queue.put(waiting)
        await asyncio.wait({waiting.stored}, timeout=deadline - now)
        return waiting.stored.done() and waiting.stored.result()

    def is_able(self) -> bool:
        """Whether it can store: no try has failed lately, or one has succeeded since."""
        failed_at = self._failed_at
        return failed_at is None or time.monotonic() - failed_at > TROUBLE_S

    def close(self) -> None:
        """Ends both threads; what still waits gets no answer."""
        self._ended.set()
        self._queue.put(None)
        for thread in self._threads:
            thread.join(DEADLINE_S)

    def _write(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = self._batch(first)
            if batch:
                self._settle(batch, stored=self._insert(batch))
        if self._store:
            self._store.close()

    def _batch(self, first: Waiting) -> list[Waiting]:
        batch, size = [first], len(first.body)
        while len(batch) < BATCH_ROWS and size < BATCH_BYTES:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                self._queue.put(None)
                break
            batch.append(waiting)
            size += len(waiting.body)
        now = time.monotonic()
        return [one for one in batch if one.deadline > now]

    def _insert(self, batch: list[Waiting]) -> bool:
        self._batch_since = time.monotonic()
        try:
            self._store = self._store or open_store()
            self._store.insert([(one.fingerprint, one.body) for one in batch])
        except Exception as error:  # noqa: BLE001 - the outer edge: the thread must outlive any error
            self._rest(error)
            return False
        finally:
            self._batch_since = None
        self._well_again()
        hit("ingest.after_commit_before_response")
        self._on_stored()
        return True

    def _rest(self, error: Exception) -> None:
        if self._is_over():  # one alert for one trouble, not one for each try
            known = isinstance(error, FAILURES)
            log.error("deliveries cannot be stored: %s", type(error).__name__, exc_info=not known)
        self._trouble_at = self._failed_at = time.monotonic()
        self._down_until = time.monotonic() + REST_AFTER_FAILURE_S
        store, self._store = self._store, None
        if store:
            store.close()

    def _well_again(self) -> None:
        self._failed_at = None
        if self._trouble_at is not None and self._is_over():
            self._trouble_at = None
            log.warning("deliveries are stored again")

    def _is_over(self) -> bool:
        # A disk that is nearly full takes one delivery and refuses the next: that is one trouble.
        since = self._trouble_at
        settled = since is None or time.monotonic() - since > SETTLED_S
        return settled and self._failed_at is None

    def _settle(self, batch: list[Waiting], *, stored: bool) -> None:
        # One hop into the loop for the whole batch, not one for each delivery.
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(_answer, batch, stored)

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            since, store = self._batch_since, self._store
            if store and since and time.monotonic() - since > CUT_AFTER_S:
                store.cut()


def _answer(batch: list[Waiting], stored: bool) -> None:
    for waiting in batch:
        if not waiting.stored.done():
            waiting.stored.set_result(stored)
