"""A light client: raw connections that write ready-made requests and wait for each answer.

It shares two cores with what it measures, so it parses no more than it must.
"""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, TypeVar

R = TypeVar("R")
END_OF_HEAD = b"\r\n\r\n"
REST_WITHIN_S = 10.0


@dataclass(slots=True)
class Tally:
    """What came back. times_ms: of each answer; statuses: how often; took_s: the whole run."""

    times_ms: list[float] = field(default_factory=list)
    statuses: Counter[bytes] = field(default_factory=Counter)
    took_s: float = 0.0

    @property
    def acked(self) -> int:
        """How many posts were answered with 200."""
        return self.statuses[b"200"]

    @property
    def per_second(self) -> float:
        """Acks per second."""
        return self.acked / self.took_s if self.took_s else 0.0

    def errors(self) -> str:
        """Whatever was no 200, for people."""
        others = {word.decode(): n for word, n in self.statuses.items() if word != b"200"}
        return f"other answers: {others}" if others else ""


class Line(asyncio.Protocol):
    """One connection, one request on it at a time. Answers have no body (length 0)."""

    def __init__(self, tally: Tally, free: Callable[[Line], None]) -> None:
        self.tally = tally
        self.free = free
        self.transport: Any = None
        self.began = 0.0
        self.heard = b""

    def connection_made(self, transport: Any) -> None:
        """Connected."""
        self.transport = transport

    def post(self, request: bytes, began: float) -> None:
        """Writes a request. began: from when its time counts."""
        self.began, self.heard = began, b""
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """An answer, or a piece of one."""
        self.heard += data
        if self.heard.endswith(END_OF_HEAD):
            now = time.perf_counter()  # uvloop's own clock has steps of a millisecond
            self.tally.statuses[self.heard[9:12]] += 1
            self.tally.times_ms.append((now - self.began) * 1000)
            self.began = 0.0
            self.free(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """The server ended it: in the middle of a request that counts."""
        if self.began:
            self.tally.statuses[b"cut"] += 1
            self.began = 0.0


async def flat_out(port: int, requests: Sequence[bytes], *, lines: int, seconds: float) -> Tally:
    """As fast as the server answers; what is on its way at the end is waited for."""
    tally = Tally()
    todo = cycle(requests)
    began = time.perf_counter()

    def again(line: Line) -> None:
        now = time.perf_counter()
        if now - began < seconds:
            line.post(next(todo), now)

    opened = await _open(port, tally, again, lines)
    began = time.perf_counter()
    for line in opened:
        again(line)
    await asyncio.sleep(seconds)
    await _rest(opened)
    tally.took_s = time.perf_counter() - began
    return tally


async def paced(
    port: int, requests: Iterator[bytes], *, lines: int, seconds: float, per_second: float
) -> Tally:
    """So many a second; a post's time counts from when it was due, on a free line or not."""
    tally = Tally()
    free: deque[Line] = deque()
    opened = await _open(port, tally, free.append, lines)
    free.extend(opened)
    began = time.perf_counter()
    for number in range(round(seconds * per_second)):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        while not free:  # noqa: ASYNC110 - every line waits for its answer
            await asyncio.sleep(0.001)
        free.popleft().post(next(requests), due)
    await _rest(opened)
    tally.took_s = time.perf_counter() - began
    return tally


def run(work: Coroutine[Any, Any, R]) -> R:
    """Runs it in the fastest loop that is installed."""
    found = importlib.util.find_spec("uvloop")
    factory = importlib.import_module("uvloop").new_event_loop if found else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


async def _open(port: int, tally: Tally, free: Callable[[Line], None], lines: int) -> list[Line]:
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: Line(tally, free), "127.0.0.1", port)
        for _ in range(lines)
    ]
    return [line for _, line in pairs]


async def _rest(lines: Sequence[Line]) -> None:
    deadline = time.perf_counter() + REST_WITHIN_S
    while any(line.began for line in lines) and time.perf_counter() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    for line in lines:
        if line.began:
            line.tally.statuses[b"none"] += 1
            line.began = 0.0
        line.transport.close()
