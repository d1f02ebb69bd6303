"""One number at Meta's full speed: 80 messages and 240 statuses a second, one to a post.

One `serve` process does everything: takes the posts, understands them, renders what changed and
pushes it to five people, each with another thread open. The bare application stands for the
machine, as in `bench.lag`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

import websockets
from websockets.asyncio.client import ClientConnection

from bench import bodies, digest, load
from bench.lag import MARK
from bench.load import Tally
from bench.places import Bench, Place
from bench.processes import peak_mb, processor_s
from bench.report import Figure, percentile

SECTION = "7 full speed"
MESSAGES_PER_S = 80
PER_S = 4 * MESSAGES_PER_S  # every message of ours is reported as sent, delivered and read
VIEWERS = 5
LINES = 32
BEATS = ('{"type":"beat"', '{"type":"resync"')
ARRIVE_WITHIN_S = 10.0
DIGEST_WITHIN_S = 60.0


@dataclass(slots=True)
class Run:
    """What one run found. lags_ms: from a post to its message on a screen, of those that came."""

    messages: int
    tally: Tally = field(default_factory=Tally)
    lags_ms: list[float] = field(default_factory=list)
    backlog: int = 0
    processor_s: float = 0.0
    peak_mb: float = 0.0


def measure(bench: Bench, seconds: float) -> Iterator[Figure]:
    """Both servers; on PostgreSQL where the run has it."""
    database = bench.databases[-1]
    messages = round(MESSAGES_PER_S * seconds)
    for server in bench.servers:
        with bench.place(database) as place:
            threads = _prepare(place, messages)
            bare = load.run(_run(place.bare(server), ["/"], place, messages))
            place.end_all()
            port = place.serve(server)
            paths = [f"/ws/?since=0&conversation={one}" for one in threads[:VIEWERS]]
            ours = load.run(_run(port, paths, place, messages, pid=place.pids[-1]))
            place.wait_until_none("webhooks_delivery", "state <> 'done'", within_s=DIGEST_WITHIN_S)
            yield from _figures(f"{server}, {database}", ours, bare)


def _prepare(place: Place, messages: int) -> list[str]:
    """A thread for everybody who writes, and messages of ours to report on; the threads' ids."""
    people = (bodies.text_message(10**7 + n, "hello") for n in range(bodies.PEOPLE))
    digest.backlog(place, list(people))
    place.run("manage.py", "work")
    place.wait_until_none("webhooks_delivery", "state <> 'done'", within_s=DIGEST_WITHIN_S)
    place.end_all()
    ours = digest.ACCEPTED.format(count=messages)
    place.manage("shell", "--verbosity=0", "--command", ours)
    return [str(row[0]) for row in place.rows("SELECT id FROM inbox_conversation ORDER BY id")]


def _posts(messages: int, posted: dict[str, float]) -> Iterator[bytes]:
    """A message of theirs, then what became of one of ours, and again."""
    for number in range(messages):
        mark = f"{number:06}"
        text = bodies.request(bodies.text_message(number, f"bench-{mark}"))
        posted[mark] = time.perf_counter()
        yield text
        for word in digest.WORDS:
            yield bodies.request(bodies.status(f"wamid.ours{number:08}", word, "12025550000"))


async def _run(port: int, paths: list[str], place: Place, messages: int, *, pid: int = 0) -> Run:
    run = Run(messages)
    posted: dict[str, float] = {}
    seen: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(_socket(port, path, place)) for path in paths]
        listening = asyncio.create_task(_watch(sockets[0], posted, seen, messages))
        others = [asyncio.create_task(_watch(one, {}, {}, messages)) for one in sockets[1:]]
        await asyncio.sleep(1)  # until the sockets have joined
        used = processor_s(pid) if pid else 0.0
        run.tally = await load.paced(
            port,
            _posts(messages, posted),
            lines=LINES,
            seconds=messages / MESSAGES_PER_S,
            per_second=PER_S,
        )
        run.backlog = place.count("webhooks_delivery", "state <> 'done'") if pid else 0
        with suppress(TimeoutError):
            await asyncio.wait_for(listening, ARRIVE_WITHIN_S)
        if pid:
            run.processor_s, run.peak_mb = processor_s(pid) - used, peak_mb(pid)
        for other in others:
            other.cancel()
    run.lags_ms = list(seen.values())
    return run


def _socket(port: int, path: str, place: Place) -> websockets.connect:
    return websockets.connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type] # a NewType of str
        additional_headers={"Cookie": f"baton_session={place.session}"},
        max_size=None,
        ping_interval=None,
        compression=None,
    )


async def _watch(
    socket: ClientConnection, posted: dict[str, float], seen: dict[str, float], messages: int
) -> None:
    """Until every message was seen. Answers beats, as a browser does: a silent one is closed."""
    async for text in socket:
        now = time.perf_counter()
        if str(text).startswith(BEATS):
            await socket.send(str(text).replace("resync", "beat"))
        for mark in MARK.findall(str(text)):
            if mark in posted:
                seen.setdefault(mark, (now - posted[mark]) * 1000)
        if len(seen) == messages:
            return


def _figures(about: str, ours: Run, bare: Run) -> Iterator[Figure]:
    items, lost = PER_S // MESSAGES_PER_S * ours.messages, ours.messages - len(ours.lags_ms)
    wrong = sum(ours.tally.statuses.values()) - ours.tally.acked
    yield Figure(SECTION, f"errors: {about}", wrong, "posts", 0, note=ours.tally.errors())
    for name, mine, plain in (
        ("ack", ours.tally.times_ms, bare.tally.times_ms),
        ("post to screen", ours.lags_ms, bare.lags_ms),
    ):
        for percent in (50, 95, 99):
            yield Figure(
                SECTION,
                f"{name} p{percent}: {about}",
                percentile(mine, percent),
                "ms",
                percentile(plain, percent),
                more_is_better=False,
                note=f"{lost} never arrived" if lost and mine is ours.lags_ms else "",
            )
    note = f"of {items:,} items in {ours.tally.took_s:.0f} s"
    yield Figure(SECTION, f"left at the end: {about}", ours.backlog, "posts", 0, note=note)
    cores = ours.processor_s / ours.tally.took_s
    yield Figure(SECTION, f"processor of serve: {about}", cores * 100, "%", note="of one core")
    per_item = 1000 * ours.processor_s / max(1, items - ours.backlog)
    yield Figure(SECTION, f"processor per item: {about}", per_item, "ms", note="seen and pushed")
    yield Figure(SECTION, f"peak memory of serve: {about}", ours.peak_mb, "MB")
