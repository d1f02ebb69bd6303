"""How `serve` ends, under both servers: nothing accepted is lost, and the exit code is 0.

uvicorn would raise the signal again and die before the workers are joined; Daphne would kill the
requests in hand. So neither handles signals here.
"""

from __future__ import annotations

import asyncio
import signal
from typing import Final, Protocol

from config.requests_in_flight import RequestsInFlight
from inbox import hub
from webhooks.worker import Worker

RESTARTING: Final = (
    4012  # the close code that tells a browser to come back (Daphne cannot send 1012)
)
REQUESTS_WITHIN_S: Final = 30.0


class Server(Protocol):
    """What a server can be told."""

    def stop_listening(self) -> None:
        """Refuses new connections; keeps the open ones."""

    def quit(self) -> None:
        """Ends the server's loop."""


class Shutdown:
    """Ends a server when the process is asked to."""

    def __init__(self, server: Server, requests: RequestsInFlight, worker: Worker | None) -> None:
        self._server = server
        self._requests = requests
        self._worker = worker
        self._task: asyncio.Task[None] | None = None

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Handles SIGTERM and SIGINT in the server's loop; a second one ends at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked, loop)

    def _asked(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._task is None:
            self._task = loop.create_task(self._drain())
        else:
            self._server.quit()

    async def _drain(self) -> None:
        self._server.stop_listening()
        if self._worker:
            self._worker.ask_to_stop()
        await hub.close_all(RESTARTING)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + REQUESTS_WITHIN_S
        while self._requests.count and loop.time() < deadline:  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0.05)
        # The last answers have been handed to the server; let it write them.
        await asyncio.sleep(0.05)
        self._server.quit()
