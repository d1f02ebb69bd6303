"""The simulator as an ASGI 3 application."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from simulator import control, graph, media, page
from simulator.settings import Settings
from simulator.webhooks import ANSWER_KEPT, Sender, Tasks
from simulator.wire import (
    Answer,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    answer,
    as_json,
    read,
    relative_path,
)
from simulator.world import GraphCall, World

__all__ = ["Simulator", "application", "create"]

OK: Final = 200

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Simulator:
    """One simulator; background work starts with the first request that needs it."""

    def __init__(self, settings: Settings, prefix: str = "") -> None:
        self.prefix = prefix.rstrip("/")
        self.world = World(settings)
        self.tasks = Tasks()
        self.sender = Sender(self.world, self.tasks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry; `lifespan` is answered, though nothing depends on it."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 4404})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            await send({"type": f"{event['type']}.complete"})
            if event["type"] == "lifespan.shutdown":
                self.tasks.stop()
                self.sender.close()
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = scope["path"].removesuffix(relative_path(scope, self.prefix))
        request = await read(scope, receive, prefix)
        if request is None:
            return
        if request.path == "/events":
            await page.stream(self.world, self.sender, request, receive, send)
            return
        await answer(await self._answer(request, prefix), receive, send)

    async def _answer(self, request: Request, prefix: str) -> Answer:
        path, self.world.base = request.path, request.base
        if path == "":
            return Response(status=307, headers={"location": f"{prefix}/"})
        if path == "/":
            return page.file("phone.html")
        if path.startswith("/assets/"):
            return page.file(path.removeprefix("/assets/"))
        if path.startswith("/media/"):
            return media.for_phone(self.world, path.removeprefix("/media/"))
        if path == "/healthz":
            return as_json({"status": "ok"})
        if path == "/control" or path.startswith("/control/"):
            return control.answer(self.world, self.sender, request)
        return await self._graph(request)

    async def _graph(self, request: Request) -> Answer:
        before = time.monotonic()
        result = await graph.answer(self.world, self.sender, request)
        call = call_of(self.world, request, result, time.monotonic() - before)
        self.world.calls.append(call)
        self.world.touch(call)
        return result


def call_of(world: World, request: Request, result: Answer, took_s: float) -> GraphCall:
    """The line of the event log for one Graph call; the body only of a refusal."""
    return GraphCall(
        at=world.now(),
        method=request.method,
        path=request.path.removeprefix("/graph"),
        result=str(result.status) if isinstance(result, Response) else str(result),
        answer=_text(result),
        took_ms=round(took_s * 1000),
    )


def _text(result: Answer) -> str:
    if isinstance(result, Response) and result.status != OK:
        return result.body[:ANSWER_KEPT].decode("utf-8", "replace")
    return ""


def create(settings: Settings | None = None, *, prefix: str = "") -> Simulator:
    """A simulator with its own world, below `prefix` ("" for the root)."""
    return Simulator(settings or Settings(), prefix)


def application(prefix: str = "/simulator", settings: Settings | None = None) -> Application:
    """The ASGI callable to mount: it expects to see paths that begin with `prefix`."""
    return create(settings, prefix=prefix)
