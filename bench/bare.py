"""`python -m bench.bare daphne|uvicorn <port>`: the same group commit and nothing around it.

A post is stored by the ingest's own writer and answered; then its body goes to every socket. No
signature, no Django, no digest, no rendering: what our code costs is the distance to this.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from typing import Any

import django
from django.utils.module_loading import import_string

django.setup()

from config.management.commands.serve import SERVERS  # noqa: E402 - needs the settings
from webhooks.writer import DEADLINE_S, Writer  # noqa: E402

STORED = [(b"content-length", b"0")]


class Bare:
    """The application."""

    def __init__(self) -> None:
        self.sockets: set[Any] = set()
        self._writer: Writer | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI entry."""
        if scope["type"] == "websocket":
            await self._hold(receive, send)
        else:
            await self._store(receive, send)

    async def _store(self, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if self._writer is None:
            self._writer = Writer(asyncio.get_running_loop(), on_stored=lambda: None)
        stored = await self._writer.put("bench", body, deadline=time.monotonic() + DEADLINE_S)
        status = 200 if stored else 503
        await send({"type": "http.response.start", "status": status, "headers": STORED})
        await send({"type": "http.response.body", "body": b""})
        for push in tuple(self.sockets):
            await push({"type": "websocket.send", "text": body.decode()})

    async def _hold(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        self.sockets.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.sockets.discard(send)


def main(server: str, port: int) -> None:
    """Serves until SIGTERM."""
    running = import_string(SERVERS[server])(Bare(), "127.0.0.1", port)
    running.serve_until_told(lambda loop: loop.add_signal_handler(signal.SIGTERM, running.quit))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
