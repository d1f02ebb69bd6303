"""From a signed post to the frame with its message, on the socket of somebody logged in."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import suppress

import websockets
from websockets.asyncio.client import ClientConnection

from bench import bodies, load
from bench.places import Bench, Place
from bench.report import Figure, percentile

PER_S = 20
ARRIVE_WITHIN_S = 5.0
MARK = re.compile(r"bench-(\d{6})")


def measure(bench: Bench, seconds: float) -> Iterator[Figure]:
    """Both servers on every database, the worker in the server's process."""
    count = max(20, round(PER_S * seconds))
    for database in bench.databases:
        for server in bench.servers:
            with bench.place(database) as place:
                bare = load.run(_lags(place.bare(server), "/", place, count))
                place.end_all()
                ours = load.run(_lags(place.serve(server), "/ws/?since=0", place, count))
                yield from _figures(f"{server}, {database}", ours, bare, count)


def _figures(about: str, ours: list[float], bare: list[float], count: int) -> Iterator[Figure]:
    lost = f"{count - len(ours)} of {count} never arrived" if len(ours) < count else ""
    for percent in (50, 95):
        yield Figure(
            "3 post to screen at 20/s",
            f"p{percent}: {about}",
            percentile(ours, percent),
            "ms",
            percentile(bare, percent),
            more_is_better=False,
            note=lost,
        )


async def _lags(port: int, path: str, place: Place, count: int) -> list[float]:
    """Milliseconds from each post to its frame; what never arrived is missing."""
    posted: dict[str, float] = {}
    lags: dict[str, float] = {}

    def requests() -> Iterator[bytes]:
        for number in range(count):
            mark = f"{number:06}"
            posted[mark] = time.perf_counter()
            body = bodies.text_message(number, f"bench-{mark}", padded=False)
            yield bodies.request(body)

    async with websockets.connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type] # a NewType of str
        additional_headers={"Cookie": f"baton_session={place.session}"},
        max_size=None,
        ping_interval=None,
    ) as socket:
        listening = asyncio.create_task(_listen(socket, posted, lags, count))
        await asyncio.sleep(0.5)  # until the socket has joined
        await load.paced(port, requests(), lines=4, seconds=count / PER_S, per_second=PER_S)
        with suppress(TimeoutError):
            await asyncio.wait_for(listening, ARRIVE_WITHIN_S)
    return list(lags.values())


async def _listen(
    socket: ClientConnection, posted: dict[str, float], lags: dict[str, float], count: int
) -> None:
    """Until every message was seen."""
    async for text in socket:
        now = time.perf_counter()
        for mark in MARK.findall(str(text)):
            if mark in posted:
                lags.setdefault(mark, (now - posted[mark]) * 1000)
        if len(lags) == count:
            return
