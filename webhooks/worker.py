"""The worker: one plain thread per drain; rows are the queue, a bell only shortens the wait."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

# A drain does one piece of work. True: it did something, call again at once; False: nothing due.
Drain = Callable[[threading.Event], bool]

IDLE_S: Final = 0.2
AFTER_AN_ERROR_S: Final = 1.0

_bells: defaultdict[str, set[threading.Event]] = defaultdict(set)


def wake(name: str) -> None:
    """Rings for a drain of this process: something may be due. From any thread; never fails."""
    for bell in tuple(_bells.get(name, ())):
        bell.set()


class Worker:
    """Threads that run drains until they are told to stop.

    patience_s: how long a drain that has nothing to do waits for its bell, where not `IDLE_S`.
    """

    def __init__(
        self, drains: Mapping[str, Drain], patience_s: Mapping[str, float] | None = None
    ) -> None:
        self.stopping = threading.Event()
        self._patience_s = patience_s or {}
        self._bell_of = {name: threading.Event() for name in drains}
        self._threads = [
            # No daemons: what is in hand is finished before the process ends.
            threading.Thread(target=self._run, args=(name, drain), name=f"drain-{name}")
            for name, drain in drains.items()
        ]

    def start(self) -> None:
        """Starts every thread."""
        for name, bell in self._bell_of.items():
            _bells[name].add(bell)
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Claims nothing more; returns at once."""
        self.stopping.set()
        for bell in self._bell_of.values():
            bell.set()

    def join(self, timeout: float | None = None) -> bool:
        """Waits at most `timeout` seconds for all threads together; whether all have ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        for thread in self._threads:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def stop(self, timeout: float | None = 40) -> bool:
        """Asks to stop and waits; whether all threads have ended."""
        self.ask_to_stop()
        return self.join(timeout)

    def _run(self, name: str, drain: Drain) -> None:
        bell = self._bell_of[name]
        patience_s = self._patience_s.get(name, IDLE_S)
        try:
            last = False
            while not last:
                # Once more after the stop: only so can a drain wait for its calls on the wire.
                last = self.stopping.is_set()
                bell.clear()  # before looking: what is written from here on rings again
                if not self._once(name, drain):
                    bell.wait(0 if last else patience_s)
        finally:
            _bells[name].discard(bell)
            connections.close_all()

    def _once(self, name: str, drain: Drain) -> bool:
        try:
            return drain(self.stopping)
        except Exception:  # the outer edge: no error may end the thread
            log.exception("drain %s failed", name)
            self.stopping.wait(AFTER_AN_ERROR_S)
            return True
        finally:
            _give_connections_back()


def run(names: Iterable[str] | None = None) -> Worker:
    """A worker for these drains of `WORKER_DRAINS`, or for all; not started yet."""
    wanted = (
        settings.WORKER_DRAINS if names is None else {n: settings.WORKER_DRAINS[n] for n in names}
    )
    drains = {name: import_string(path) for name, path in wanted.items()}
    return Worker(drains, settings.WORKER_PATIENCE_S)


def _give_connections_back() -> None:
    for connection in connections.all(initialized_only=True):
        # To PostgreSQL's pool. A file is kept open: closing SQLite's last connection checkpoints
        # and deletes the WAL, five times a second in an idle process.
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
