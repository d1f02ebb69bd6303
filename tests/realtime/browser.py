"""A browser's socket as the tests see it, through the application that `serve` serves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from accounts.models import Person


@database_sync_to_async
def a_session(person: Person) -> str:
    """Logs in; the session's key."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Browser:
    """Reads all that comes. `seqs`: of the events, as they came; `cursor`: what live.js keeps."""

    def __init__(self, session: str, since: object, query: dict[str, str]) -> None:
        public = urlsplit(settings.PUBLIC_URL)
        headers = [
            (b"host", public.netloc.encode()),
            (b"origin", settings.PUBLIC_URL.encode()),
            (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()),
        ]
        self.session = session
        self.frames: list[dict[str, Any]] = []
        self.cursor = since if isinstance(since, int) else 0
        self.closed_with: int | None = None
        scope = {
            "type": "websocket",
            "path": "/ws/",
            "query_string": urlencode({"since": since, **query}).encode(),
            "headers": headers,
            "subprotocols": [],
        }
        # Not that of channels: its patch of close_old_connections outlives two at the same time.
        self._socket = ApplicationCommunicator(import_string("config.asgi.application"), scope)
        self._arrived = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, person: Person | None, since: object = 0, **query: str) -> Browser:
        """Logs in (None: a session that does not exist) and connects."""
        given = query.pop("session", None)
        session = given or (await a_session(person) if person else "nobody")
        browser = cls(session, since, query)
        await browser._socket.send_input({"type": "websocket.connect"})
        answer = await browser._socket.receive_output(timeout=5)
        assert answer["type"] == "websocket.accept"
        browser._reader = asyncio.create_task(browser._read())
        return browser

    async def _read(self) -> None:
        while self.closed_with is None:
            message = await self._socket.output_queue.get()
            if message["type"] == "websocket.close":
                self.closed_with = message["code"]
            else:
                frame = json.loads(message["text"])
                self.frames.append(frame)
                self.cursor = max(self.cursor, frame.get("seq", 0))
            self._arrived.set()

    async def until(self, happened: Callable[[Browser], Any], within_s: float = 5) -> None:
        """Waits for what `happened` asks about this browser."""
        async with asyncio.timeout(within_s):
            while not happened(self):
                self._arrived.clear()
                await self._arrived.wait()

    async def until_event(self, seq: int, within_s: float = 5) -> None:
        """Waits for the event with this number, or a later one."""
        await self.until(lambda it: it.cursor >= seq, within_s)

    async def say(self, **message: Any) -> None:
        """Sends a frame."""
        await self.say_text(json.dumps(message))

    async def say_text(self, text: str) -> None:
        """Sends a frame that need not be JSON."""
        await self._socket.send_input({"type": "websocket.receive", "text": text})

    @property
    def seqs(self) -> list[int]:
        """The numbers of the events that came."""
        frames = self.of_type("events")
        return [seq for frame in frames for seq in range(frame["first"], frame["seq"] + 1)]

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The frames of one type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    async def leave(self) -> None:
        """Goes away."""
        if self._reader:
            self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._socket.send_input({"type": "websocket.disconnect", "code": 1001})
            await self._socket.wait(timeout=5)
