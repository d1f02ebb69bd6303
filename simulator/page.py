"""The phone page: its files, and the stream that keeps it up to date."""

import asyncio
import json
import mimetypes
from pathlib import Path
from typing import Final

from simulator import statuses
from simulator.view import changes_since
from simulator.webhooks import Sender
from simulator.wire import Receive, Request, Response, Send, as_json
from simulator.world import World

STATIC: Final = Path(__file__).with_name("static")
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
CALM_S: Final = 0.05
HEARTBEAT_S: Final = 15.0
NAMES: Final = frozenset(path.name for path in STATIC.iterdir())


def file(name: str) -> Response:
    """A file of the page, or the page itself for "phone.html"."""
    if name not in NAMES:
        return as_json({"error": "not found"}, 404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"content-security-policy": POLICY, "cache-control": "no-cache"}
    text = kind.startswith("text/") or kind.endswith("javascript")
    kind += "; charset=utf-8" if text else ""
    return Response((STATIC / name).read_bytes(), content_type=kind, headers=headers)


async def stream(
    world: World, sender: Sender, request: Request, receive: Receive, send: Send
) -> None:
    """Server-sent events for one open phone; its chat counts as looked at while it lasts.

    Query: `customer`, `number` (whose chat is on the screen; may be missing), `since`.
    """
    chat = (request.query.get("number", ""), request.query.get("customer", ""))
    epoch = world.epoch
    world.open_chats[chat] += 1
    statuses.read_chat(world, sender, *chat)
    gone: asyncio.Future[object] = asyncio.ensure_future(_left(receive))
    try:
        await _stream(world, sender, _since(request), send, gone)
    finally:
        gone.cancel()
        if world.epoch == epoch:
            world.open_chats[chat] -= 1


def _since(request: Request) -> int:
    text = request.headers.get("last-event-id") or request.query.get("since", "0")
    return int(text) if text.isdigit() else 0


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stream(
    world: World, sender: Sender, since: int, send: Send, gone: "asyncio.Future[object]"
) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while not gone.done():
        changed = world.changed
        news = changes_since(world, sender, since)
        since = news["seq"]
        text = f"id: {since}\ndata: {json.dumps(news)}\n\n"
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await asyncio.sleep(CALM_S)
        waiting: asyncio.Future[object] = asyncio.ensure_future(changed.wait())
        await asyncio.wait((waiting, gone), timeout=HEARTBEAT_S, return_when="FIRST_COMPLETED")
        waiting.cancel()
