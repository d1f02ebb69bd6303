"""Says that an organization has new events: to this process at once, to others through Redis.

A notice is only a wake-up and names only the organization. Losing every one of them costs
latency, never an event: hubs read the event log (`inbox.hub`).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid4

from channels.layers import get_channel_layer
from django.conf import settings

from webhooks.failpoints import FailpointHit, hit

log = logging.getLogger(__name__)

Heard = Callable[[tuple[UUID, ...]], None]

GROUP: Final = "live"
PUBLISH_WITHIN_S: Final = 0.5
BROKER_ANSWERS_WITHIN_S: Final = 2.0
PROBE_EVERY_S: Final = 3.0
LISTEN_AGAIN_AFTER_S: Final = 1.0

_listeners: set[Heard] = set()


def tell(heard: Heard) -> None:
    """From now on `heard` is called with every notice of this process, from any thread."""
    _listeners.add(heard)


def forget(heard: Heard) -> None:
    """Undoes `tell`; harmless when it was never told."""
    _listeners.discard(heard)


@cache
def this_process() -> str:
    """What notices are signed with: what we publish ourselves, our hub has heard already.

    Made when it is first asked for, so that processes that were forked do not share it.
    """
    return uuid4().hex


def notify(organization_ids: tuple[UUID, ...]) -> None:
    """After a commit: these organizations have new events. Any thread; never waits or fails."""
    try:
        hit("live.after_commit_before_notice")
        hit("live.drop_notice")
    except FailpointHit:
        return
    for heard in tuple(_listeners):
        heard(organization_ids)
    if settings.REDIS_URL:
        _publisher().add(organization_ids)


class Publisher:
    """Publishes from a thread and a loop of its own.

    What waits is a *set* of organizations: a broker that hangs piles up nothing. (Publishing from
    the writer's thread by `async_to_sync` cost 2.6 ms a notice, this 0.06 ms.)
    """

    def __init__(self) -> None:
        self._waiting: set[UUID] = set()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._bell = asyncio.Event()
        self._works = True
        threading.Thread(target=self._run, name="live-publisher", daemon=True).start()

    def add(self, organization_ids: tuple[UUID, ...]) -> None:
        """Publishes soon; until it could, at most once each."""
        with self._lock:
            self._waiting.update(organization_ids)
        self._loop.call_soon_threadsafe(self._bell.set)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._publish_for_ever())

    async def _publish_for_ever(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            with self._lock:
                now, self._waiting = self._waiting, set()
            try:
                async with asyncio.timeout(PUBLISH_WITHIN_S):
                    await get_channel_layer().group_send(GROUP, _notice(now))
                self._works = True
            except Exception as error:  # noqa: BLE001 - the outer edge: whatever a dead broker raises
                await self._try_later(now, error)

    async def _try_later(self, organizations: set[UUID], error: Exception) -> None:
        if self._works:
            log.warning(
                "notices cannot be published, other processes look by themselves: %r", error
            )
        self._works = False
        await asyncio.sleep(PUBLISH_WITHIN_S)
        self.add(tuple(organizations))


@cache
def _publisher() -> Publisher:
    return Publisher()


def _notice(organizations: set[UUID]) -> dict[str, Any]:
    names = [str(organization) for organization in organizations]
    return {"type": "live.notice", "from": this_process(), "organizations": names}


async def listen(heard: Heard, connected: Callable[[bool], None]) -> None:
    """Hears the notices of other processes, until it is cancelled. Runs in the hub's loop.

    connected: told whether the broker passes messages on, at least every few seconds while it
    does. It is judged by an echo, so one that hangs or forgot us counts as away too.
    """
    while True:
        try:
            await _listen_while_it_answers(heard, connected)
        except Exception as error:  # noqa: BLE001 - the outer edge: whatever a dead broker raises
            log.warning("the broker does not answer: %r", error)
        connected(False)
        await asyncio.sleep(LISTEN_AGAIN_AFTER_S)


async def _listen_while_it_answers(heard: Heard, connected: Callable[[bool], None]) -> None:
    layer = get_channel_layer()
    receiving: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(BROKER_ANSWERS_WITHIN_S):
            channel = await layer.new_channel()
            await layer.group_add(GROUP, channel)
        echo = asyncio.Event()
        receiving = asyncio.create_task(_receive(layer, channel, heard, echo))
        while True:
            echo.clear()
            async with asyncio.timeout(BROKER_ANSWERS_WITHIN_S):
                await layer.send(channel, {"type": "live.probe"})
                await echo.wait()
            connected(True)
            await asyncio.sleep(PROBE_EVERY_S)
    finally:
        await _let_go(layer, receiving)


async def _receive(layer: Any, channel: str, heard: Heard, echo: asyncio.Event) -> None:
    while True:
        message = await layer.receive(channel)
        if message["type"] == "live.probe":
            echo.set()
        elif message["from"] != this_process():
            heard(tuple(UUID(name) for name in message["organizations"]))


async def _let_go(layer: Any, receiving: asyncio.Task[None] | None) -> None:
    # First the layer: a cancelled receive() of a channel it still knows waits for the broker.
    with suppress(Exception):
        async with asyncio.timeout(BROKER_ANSWERS_WITHIN_S):
            await layer.flush()
    if receiving:
        receiving.cancel()
