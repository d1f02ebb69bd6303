"""One open socket, seen from the hub: its cursor, its queue, and when it is too far behind."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

from inbox.live_read import Viewer, frame

log = logging.getLogger(__name__)

# Close codes. Daphne can send no registered one but 1000 (1008, 1012 and 1013 raise).
TOO_MUCH: Final = 4008
RESTARTING: Final = 4012
TRY_AGAIN: Final = 4013
NOT_LOGGED_IN: Final = 4401
NO_ACCESS: Final = 4403  # deactivated: logging in again would not help

MOST_WAITING: Final = 2_000  # frames; uvicorn's send() waits for a slow browser
# Daphne's send() never waits, it buffers: there only the browser's answers tell.
MOST_UNANSWERED: Final = 16 * 1024 * 1024  # characters
ASK_AFTER: Final = 1024 * 1024  # characters
CLOSE_WITHIN_S: Final = 5


class Socket:
    """A browser's socket. seq: everything up to it has been pushed, in order, once."""

    def __init__(
        self,
        viewer: Viewer,
        seq: int,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
    ) -> None:
        self.viewer = viewer
        self.seq = seq
        self.viewing: UUID | None = None
        self.typing_until = 0.0
        self.people_shown = ""
        self.greeted = False
        self.closing = False
        self.check_at = 0.0
        self._needs_resync = False
        self._send = send
        self._close = close
        self._queue: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._pushed = 0  # characters in all
        self._answered = 0
        self._asked: deque[tuple[int, int]] = deque()  # beats: (seq, characters pushed before)
        self._sender = asyncio.create_task(self._send_in_order())
        self._closer: asyncio.Task[None] | None = None

    def give(self, seq: int, text: str, *, broken: bool = False) -> None:
        """Pushes the events up to `seq`. broken: not all of them could be rendered."""
        self.seq = seq
        self._needs_resync = self._needs_resync or broken
        self.push(text)
        if self._pushed - self._last_asked() > ASK_AFTER:
            self.beat()

    def beat(self) -> None:
        """Says up to which event this viewer is complete; the browser answers with its own."""
        self.greeted = True
        self._asked.append((self.seq, self._pushed))
        kind = "resync" if self._needs_resync else "beat"
        self._needs_resync = False
        self.push(frame(kind, seq=self.seq))

    def resync(self) -> None:
        """Tells the browser to load its panes again and to go on from here."""
        self._needs_resync = True
        self.beat()

    def push(self, text: str) -> None:
        """Queues a frame; a browser that is too far behind is closed, and comes back."""
        if self.closing:
            return
        self._pushed += len(text)
        if self._queue.full() or self._pushed - self._answered > MOST_UNANSWERED:
            log.info("a socket is too far behind and is closed")
            self.close_soon(TRY_AGAIN)
        else:
            self._queue.put_nowait(text)

    def answered(self, seq: int) -> None:
        """The browser has everything up to `seq`."""
        while self._asked and self._asked[0][0] <= seq:
            self._answered = self._asked.popleft()[1]

    def close_soon(self, code: int) -> None:
        """Closes, without waiting for a browser that reads nothing."""
        if self._closer is None:
            self.closing = True
            self._closer = asyncio.create_task(self.close(code))

    async def close(self, code: int) -> None:
        """Drops what waits and closes with this code."""
        self.stop()
        # The outer edge: servers raise what they like when the browser has gone already.
        with suppress(Exception):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._close(code)

    def stop(self) -> None:
        """Nothing more goes out."""
        self.closing = True
        self._sender.cancel()

    def _last_asked(self) -> int:
        return self._asked[-1][1] if self._asked else self._answered

    async def _send_in_order(self) -> None:
        try:
            while True:
                await self._send(await self._queue.get())
        except Exception as error:  # noqa: BLE001 - the outer edge: servers raise what they like here
            log.debug("a socket has gone: %r", error)
            self.closing = True
