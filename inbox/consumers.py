"""The socket `/ws/?since=<seq>[&conversation=<id>&seen=<seq>]`: who it is; the hub does the rest.

Out: `{"type": "events", "first", "seq", "html"}` (the events from `first` to `seq`),
`{"type": "thread", "seq", "html"}` (what happened in the open thread since its page was made),
`{"type": "beat", "seq"}`, `{"type": "resync", "seq"}`,
`{"type": "presence", "conversation", "people": [{"id", "name", "doing"}]}`.
In: `{"type": "viewing", "conversation": id or null[, "seen": seq]}`,
`{"type": "typing"[, "on": false]}`,
`{"type": "beat", "seq"}`. It never changes data. It joins no channel group (see `inbox.hub`).
"""

from __future__ import annotations

import json
import logging
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer

from inbox.hub import hub
from inbox.sockets import NOT_LOGGED_IN, TOO_MUCH, TRY_AGAIN, Socket

log = logging.getLogger(__name__)

MOST_FRAMES: Final = 200  # in `FRAMES_WITHIN_S`; a browser sends one every few seconds
FRAMES_WITHIN_S: Final = 10.0
MOST_DIGITS: Final = 18


class InboxConsumer(AsyncWebsocketConsumer):  # type: ignore[misc] # channels has no types
    """One browser's socket."""

    channel_layer_alias = "none"  # names no layer: nothing is received per socket
    socket: Socket | None = None
    frames = 0
    counted_from = 0.0

    async def connect(self) -> None:
        """Accepts first: a browser sees the code of a close only after that."""
        await self.accept()
        try:
            await self._join()
        except Exception:  # the outer edge: the database may be away
            log.exception("a socket cannot join")
            await self.close(TRY_AGAIN)

    async def _join(self) -> None:
        viewer = await hub().viewer(self.scope["session"].session_key)
        if viewer is None:
            await self.close(NOT_LOGGED_IN)
            return
        asked = parse_qs(self.scope["query_string"].decode("latin-1"))
        self.socket = await hub().join(
            viewer, _number(asked.get("since", [""])[0]), send=self.send, close=self.close
        )
        if self.socket:
            seen = _number(asked.get("seen", [""])[0])
            await hub().view(self.socket, _id(asked.get("conversation", [""])[0]), seen)

    async def disconnect(self, _code: int) -> None:
        """The browser has gone."""
        if self.socket:
            hub().leave(self.socket)

    async def receive(self, text_data: str | None = None, **_binary: Any) -> None:
        """What the browser says; nonsense is logged and costs it nothing, a flood the socket."""
        if self.socket is None or self.socket.closing:
            return
        if self._floods():
            self.socket.close_soon(TOO_MUCH)
            return
        try:
            await self._hear(self.socket, json.loads(text_data or ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            log.info("a browser sent something that is no message: %r", error)

    async def _hear(self, socket: Socket, message: dict[str, Any]) -> None:
        match message["type"]:
            case "viewing":
                seen = _number(str(message.get("seen", "")))
                await hub().view(socket, _id(message["conversation"]), seen)
            case "typing":
                hub().presence.typed(socket, on=message.get("on") is not False)
            case "beat":
                socket.answered(int(message["seq"]))

    def _floods(self) -> bool:
        now = hub().loop.time()
        if now - self.counted_from > FRAMES_WITHIN_S:
            self.counted_from, self.frames = now, 0
        self.frames += 1
        return self.frames > MOST_FRAMES


def _number(text: str) -> int | None:
    plain = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if plain else None


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
