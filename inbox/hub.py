"""The hub: one per process, in the server's loop; reads new events once, pushes to every socket.

A consumer per socket in channel groups lost a third of the frames at 200 sockets and 50 events a
second (lag 3.3 s); one reader that renders per variant, not per viewer, lost none (p95 15 ms).

Each socket has its own cursor, and there is no second state: a browser that joins, one that is
behind and one that is abreast differ only in it.

Bubbles and panes are pushed only of threads that somebody has open. Who opens one says of which
event its page is, and gets what was pushed since without them (`Opened`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections

from inbox import live, live_read
from inbox.live_read import Rendered, Viewer
from inbox.presence import Presence
from inbox.shapes import Variant
from inbox.sockets import NO_ACCESS, NOT_LOGGED_IN, RESTARTING, TOO_MUCH, Socket

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

BEAT_EVERY_S: Final = 10.0  # also how often a hub looks without a notice
LOOK_EVERY_S: Final = 2.0  # while the broker is away
CHECK_EVERY_S: Final = 60.0
CHECK_TICK_S: Final = 1.0
AFTER_AN_ERROR_S: Final = 1.0
MOST_SOCKETS_OF_A_PERSON: Final = 50
# What has piled up goes out together: a hub that falls behind catches up by itself.
MOST_IN_A_FRAME: Final = 20
# Events after which somebody may have lost their access.
OF_PEOPLE: Final = ("person.", "role.")

READER: Final = ThreadPoolExecutor(1, thread_name_prefix="live-reader")


@dataclass(frozen=True, slots=True)
class Opened:
    """A thread that came on a screen; its page shows everything up to the event `seen`."""

    socket: Socket
    conversation_id: UUID
    seen: int

    @property
    def lacks(self) -> bool:
        """Whether events were pushed between the page and now, and the thread still stands."""
        return self.socket.viewing == self.conversation_id and self.seen < self.socket.seq


@dataclass(eq=False)
class Room:
    """The sockets of one organization in this process."""

    organization_id: UUID
    next_beat: float
    sockets: set[Socket] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    pump: asyncio.Task[None] | None = None
    opened: deque[Opened] = field(default_factory=deque)

    @property
    def threads(self) -> frozenset[UUID]:
        """What is open on any screen."""
        return frozenset(socket.viewing for socket in self.sockets if socket.viewing)

    @property
    def edge(self) -> int:
        """The newest event that any socket has."""
        return max((socket.seq for socket in self.sockets), default=0)

    def abreast(self) -> list[Socket]:
        """The sockets at the edge."""
        edge = self.edge
        return [socket for socket in self.sockets if socket.seq == edge]

    def behind(self) -> list[Socket]:
        """The sockets that have something to catch up with."""
        edge = self.edge
        return [socket for socket in self.sockets if socket.seq < edge]


class Hub:
    """Reads, pushes, beats, checks sessions. Everything but `wake_from_any_thread` in the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.presence = Presence(loop)
        self.closing = False
        self._rooms: dict[UUID, Room] = {}
        self._broker_is_away = bool(settings.REDIS_URL)  # until it has answered
        self._tasks = [self._task(self._check_for_ever())]
        live.tell(self.wake_from_any_thread)
        if settings.REDIS_URL:
            self._tasks.append(self._task(live.listen(self.wake, self._broker)))

    # --- Notices ---

    def wake_from_any_thread(self, organization_ids: tuple[UUID, ...]) -> None:
        """A notice from a worker's thread, or from a request's."""
        with suppress(RuntimeError):  # the loop ended a moment ago
            self.loop.call_soon_threadsafe(self.wake, organization_ids)

    def wake(self, organization_ids: tuple[UUID, ...]) -> None:
        """These organizations may have new events."""
        for organization_id in organization_ids:
            if room := self._rooms.get(organization_id):
                room.news.set()

    def _broker(self, connected: bool) -> None:
        changed = self._broker_is_away == connected
        self._broker_is_away = not connected
        if changed:  # what was said in the meantime was not heard
            self.wake(tuple(self._rooms))

    # --- Sockets ---

    async def viewer(self, session_key: str | None) -> Viewer | None:
        """Who is logged in by this session."""
        return await self._read(live_read.viewer, session_key)

    async def join(
        self,
        viewer: Viewer,
        since: int | None,
        *,
        send: Callable[[str], Coroutine[Any, Any, None]],
        close: Callable[[int], Coroutine[Any, Any, None]],
    ) -> Socket | None:
        """Lets a browser in with its cursor; None: it has been closed at once."""
        standing = await self._read(live_read.standing, viewer.organization_id, since)
        room = self._room(viewer.organization_id)
        refused = RESTARTING if self.closing else self._too_many(room, viewer.person_id)
        if refused:
            await close(refused)
            self._close_if_empty(room)
            return None
        start = since if since is not None and standing.replay else standing.seq
        socket = Socket(viewer, start, send, close)
        socket.check_at = self.loop.time() + CHECK_EVERY_S
        if not standing.replay:
            socket.resync()
        room.sockets.add(socket)
        room.news.set()
        return socket

    def leave(self, socket: Socket) -> None:
        """The browser has gone."""
        socket.stop()
        self.presence.leave(socket)
        if room := self._rooms.get(socket.viewer.organization_id):
            room.sockets.discard(socket)
            self._close_if_empty(room)

    def view(self, socket: Socket, conversation_id: UUID | None, seen: int | None) -> None:
        """This socket now shows this conversation, or none.

        seen: the event up to which its page is complete; None: every event that was pushed.
        """
        self.presence.view(socket, conversation_id)
        room = self._rooms.get(socket.viewer.organization_id)
        if room and conversation_id and seen is not None:
            room.opened.append(Opened(socket, conversation_id, seen))
            room.news.set()

    async def close_all(self, code: int) -> None:
        """Closes every socket and lets none in: this process is about to end."""
        self.closing = True
        live.forget(self.wake_from_any_thread)
        tasks = [*self._tasks, *(room.pump for room in self._rooms.values() if room.pump)]
        for task in tasks:
            task.cancel()
        sockets = [socket for room in self._rooms.values() for socket in room.sockets]
        await asyncio.gather(*(socket.close(code) for socket in sockets))
        await asyncio.gather(*tasks, return_exceptions=True)

    def _room(self, organization_id: UUID) -> Room:
        room = self._rooms.get(organization_id)
        if room is None:
            room = Room(organization_id, self.loop.time() + BEAT_EVERY_S)
            self._rooms[organization_id] = room
            room.pump = self._task(self._pump(room))
        return room

    def _too_many(self, room: Room, person_id: UUID) -> int:
        count = sum(socket.viewer.person_id == person_id for socket in room.sockets)
        return TOO_MUCH if count >= MOST_SOCKETS_OF_A_PERSON else 0

    def _close_if_empty(self, room: Room) -> None:
        if not room.sockets and room.pump:
            room.pump.cancel()
            self._rooms.pop(room.organization_id, None)

    # --- Reading and pushing ---

    async def _pump(self, room: Room) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience(room)):
                    await room.news.wait()
            room.news.clear()
            try:
                await self._catch_up(room)
            except Exception:  # the outer edge: the pump must go on
                log.exception("the events of an organization cannot be read")
                await asyncio.sleep(AFTER_AN_ERROR_S)
                room.news.set()
                continue  # no beat: browsers that hear nothing for 25 s show that they are offline
            self._beat(room)

    def _patience(self, room: Room) -> float:
        until_beat = max(0.0, room.next_beat - self.loop.time())
        return min(until_beat, LOOK_EVERY_S) if self._broker_is_away else until_beat

    async def _catch_up(self, room: Room) -> None:
        more = True
        while more:  # in turns, so that a long replay does not hold up the others
            await self._complete(room)
            more = await self._feed(room, room.abreast())
            if late := room.behind():
                await self._feed(room, late)
                more = True

    async def _complete(self, room: Room) -> None:
        """Between two reads: a thread that is open now is in the next one's `threads`."""
        while room.opened:
            one = room.opened[0]
            if one.lacks:
                await self._tell_since(one)
            room.opened.popleft()

    async def _tell_since(self, one: Opened) -> None:
        viewer, to = one.socket.viewer, one.socket.seq
        html = await self._read(
            live_read.read_thread,
            *(viewer.organization_id, one.conversation_id, one.seen, to, viewer.variant),
        )
        if html is None:
            one.socket.resync()
        elif html:
            one.socket.push(live_read.frame("thread", seq=to, html=html))

    async def _feed(self, room: Room, sockets: Sequence[Socket]) -> bool:
        """Pushes to these sockets what they lack, at most a batch; whether there may be more."""
        if not sockets:
            return False
        edge, after = room.edge, min(socket.seq for socket in sockets)
        # A check may change a viewer's variant while the reader reads.
        group = [(socket, socket.viewer.variant) for socket in sockets]
        variants = {variant for _, variant in group}
        events = await self._read(
            live_read.read, room.organization_id, after, variants, room.threads
        )
        for start in range(0, len(events), MOST_IN_A_FRAME):
            some = events[start : start + MOST_IN_A_FRAME]
            _push(some, group)
            self._check_people(room, some)
            await asyncio.sleep(0)  # lets requests through
        if len(events) == live_read.BATCH:
            return True
        for socket in sockets:  # somebody had `edge`: everything up to it was there to be read
            socket.seq = max(socket.seq, edge)
        return False

    def _beat(self, room: Room) -> None:
        due = self.loop.time() >= room.next_beat
        if due:
            room.next_beat = self.loop.time() + BEAT_EVERY_S
        for socket in room.sockets:
            if due or not socket.greeted:
                socket.beat()

    # --- Sessions ---

    def _check_people(self, room: Room, events: Sequence[Rendered]) -> None:
        if any(event.kind.startswith(OF_PEOPLE) for event in events):
            for socket in room.sockets:
                socket.check_at = 0.0

    async def _check_for_ever(self) -> None:
        while True:
            await asyncio.sleep(CHECK_TICK_S)
            now = self.loop.time()
            everybody = [socket for room in self._rooms.values() for socket in room.sockets]
            for socket in everybody:
                if socket.check_at <= now and not socket.closing:
                    await self._check(socket)

    async def _check(self, socket: Socket) -> None:
        known = socket.viewer
        socket.check_at = self.loop.time() + CHECK_EVERY_S
        try:
            viewer = await self.viewer(known.session_key)
            welcome = viewer is not None or await self._read(live_read.may_log_in, known.person_id)
        except Exception:  # the outer edge: a database that is away logs nobody out
            log.exception("a session cannot be checked")
            socket.check_at = self.loop.time() + AFTER_AN_ERROR_S
            return
        same = viewer and (viewer.person_id, viewer.organization_id) == (
            known.person_id,
            known.organization_id,
        )
        if viewer and same:
            socket.viewer = viewer
        else:
            socket.close_soon(NOT_LOGGED_IN if welcome else NO_ACCESS)

    # --- The reader ---

    async def _read(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        call = partial(_with_a_fresh_connection, partial(function, *args, **kwargs))
        return await self.loop.run_in_executor(READER, call)

    def _task(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self.loop.create_task(coroutine)


def _push(events: Sequence[Rendered], group: Sequence[tuple[Socket, Variant]]) -> None:
    """One frame for each socket, made once for all that have the same cursor and variant."""
    first, last = events[0].seq, events[-1].seq
    made: dict[tuple[Variant, int], tuple[str, bool]] = {}
    for socket, variant in group:
        if socket.seq < last:
            key = (variant, max(socket.seq + 1, first))
            if key not in made:
                made[key] = _frame(events, *key)
            text, broken = made[key]
            socket.give(last, text, broken=broken)


def _frame(events: Sequence[Rendered], variant: Variant, first: int) -> tuple[str, bool]:
    html = [event.html[variant] for event in events if event.seq >= first]
    text = "".join(one or "" for one in html)
    return live_read.frame("events", first=first, seq=events[-1].seq, html=text), None in html


def _with_a_fresh_connection(call: Callable[[], R]) -> R:
    try:
        return call()
    finally:
        close_old_connections()


_the_hub: list[Hub] = []


def hub() -> Hub:
    """The hub of this process, made in the running loop when it is first asked for."""
    loop = asyncio.get_running_loop()
    if _the_hub and _the_hub[0].loop is not loop:  # the tests have a loop each
        live.forget(_the_hub.pop().wake_from_any_thread)
    if not _the_hub:
        _the_hub.append(Hub(loop))
    return _the_hub[0]


async def close_all(code: int) -> None:
    """Closes every socket of this process with this code."""
    await hub().close_all(code)
