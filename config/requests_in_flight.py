"""The outermost ASGI layer: counts the requests in hand and caps their bodies.

An event stream has no end to wait for: it stops counting when it begins.
"""

from __future__ import annotations

from typing import Any, Final

from asgiref.typing import ASGI3Application

# A document may have 100 MB at Meta; the rest is room for the form around it.
MOST_BYTES: Final = 110 * 1024 * 1024


class RequestsInFlight:
    """Wraps the application. count: HTTP requests that have begun and not ended."""

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app
        self.count = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI entry."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.count += 1
        counted = True

        async def noticed(message: Any) -> None:
            nonlocal counted
            if counted and _is_stream(message):
                counted = False
                self.count -= 1
            await send(message)

        try:
            await _capped(self.app, scope, receive, noticed)
        finally:
            self.count -= counted


def _is_stream(message: Any) -> bool:
    return message["type"] == "http.response.start" and any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream")
        for name, value in message.get("headers", ())
    )


async def _capped(app: ASGI3Application, scope: Any, receive: Any, send: Any) -> None:
    if _declared_length(scope) > MOST_BYTES:
        await _refuse(send)
        return
    seen = 0
    too_large = False

    async def counted() -> Any:
        nonlocal seen, too_large
        message = await receive()
        seen += len(message.get("body", b""))
        too_large = too_large or seen > MOST_BYTES
        # To the application it looks as if the sender had gone: it gives up the body.
        return {"type": "http.disconnect"} if too_large else message

    await app(scope, counted, send)
    if too_large:
        await _refuse(send)


def _declared_length(scope: Any) -> int:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def _refuse(send: Any) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
