"""Requests and responses between an ASGI server and the simulator, and the ways to break them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, Final, Protocol, runtime_checkable
from urllib.parse import parse_qsl

TYPE_JSON: Final = "application/json"

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Json = dict[str, Any]

BODY_LIMIT: Final = 110 * 1024 * 1024  # Meta takes documents of 100 MB; bytes
HANG_LIMIT_S: Final = 600


class Fate(StrEnum):
    """What happens to a request that gets no answer."""

    CUT = "cut"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `path` is relative to where the simulator is mounted."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    base: str

    def json(self) -> Any:
        """The body as JSON; None when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer. `cut_at`: promise the whole body, send so many bytes, then cut."""

    body: bytes = b""
    status: int = 200
    content_type: str = TYPE_JSON
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None


Answer = Response | Fate


def as_json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Response(body, status, f"{TYPE_JSON}; charset=UTF-8", headers or {})


def relative_path(scope: Scope, prefix: str) -> str:
    """The path below the mount point, starting with a slash, or "" for the bare mount point.

    Servers differ on whether `path` holds `root_path`, so both are tried.
    """
    path: str = scope["path"]
    for start in (prefix, str(scope.get("root_path") or "").rstrip("/")):
        if start and (path == start or path.startswith(f"{start}/")):
            return path[len(start) :]
    return path


def base_url(scope: Scope, prefix: str) -> str:
    """Scheme, host and mount point by which the caller reached us, without a trailing slash."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"127.0.0.1").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{prefix}"


async def read(scope: Scope, receive: Receive, prefix: str) -> Request | None:
    """The whole request; None when the client left first or sent too much."""
    body = await _body(receive)
    if body is None:
        return None
    query = scope.get("query_string", b"").decode("utf-8", "replace")
    return Request(
        method=scope["method"],
        path=relative_path(scope, prefix),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]},
        body=body,
        base=base_url(scope, prefix),
    )


async def _body(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect" or len(body) > BODY_LIMIT:
            return None
        body += event.get("body", b"")
        if not event.get("more_body"):
            return bytes(body)


async def answer(result: Answer, receive: Receive, send: Send) -> None:
    """Send the answer, or let the connection suffer its fate."""
    match result:
        case Fate.CUT:
            await cut(send)
        case Fate.HANG:
            await hang(receive)
            await cut(send)
        case Response():
            await _respond(result, send)


async def _respond(response: Response, send: Send) -> None:
    await send(start_of(response))
    if response.cut_at is None:
        await send({"type": "http.response.body", "body": response.body})
        return
    half = response.body[: response.cut_at]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    await asyncio.sleep(0.05)
    await cut(send, started=True)


def start_of(response: Response) -> Event:
    """The ASGI event with status and headers."""
    headers = {
        "content-type": response.content_type,
        "content-length": str(len(response.body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **response.headers,
    }
    pairs = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
    return {"type": "http.response.start", "status": response.status, "headers": pairs}


async def hang(receive: Receive) -> None:
    """Wait until the client gives up, at most ten minutes."""
    try:
        async with asyncio.timeout(HANG_LIMIT_S):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def cut(send: Send, *, started: bool = False) -> None:
    """Close the connection without an answer.

    ASGI has no word for this, so the transport of uvicorn or Daphne is looked up behind `send`.
    Behind anything else the client sees an answer that breaks off, which it may not trust either.
    """
    transport = _transport(send)
    if transport is not None:
        transport.abort()
        return
    if not started:
        promise = [(b"content-length", b"1000000")]
        await send({"type": "http.response.start", "status": 200, "headers": promise})
    raise ConnectionAbortedError("The simulator cut this connection on purpose.")


def _transport(send: Send) -> "Abortable | None":
    cycle = getattr(send, "__self__", None)
    if cycle is not None and hasattr(cycle, "transport"):  # uvicorn
        return _socket(cycle.transport)
    if isinstance(send, partial) and send.args:  # Daphne
        channel = getattr(send.args[0], "channel", None)
        return _socket(getattr(channel, "transport", None))
    return None


def _socket(transport: Any) -> "Abortable | None":
    if isinstance(transport, Abortable):
        return transport
    if hasattr(transport, "abortConnection"):
        return _Twisted(transport)
    return None


@runtime_checkable
class Abortable(Protocol):
    """A transport that can be closed at once."""

    def abort(self) -> None:
        """Close without flushing."""


@dataclass(frozen=True, slots=True)
class _Twisted:
    transport: Any

    def abort(self) -> None:
        self.transport.abortConnection()
