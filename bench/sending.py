"""From the queue to Meta's door, with nothing to do and with a great deal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bench.bodies import TOKEN
from bench.places import Bench, Place
from bench.report import Figure, percentile
from tests.faults.installation import PHONE_NUMBER_ID
from tests.faults.sending import Meta, queue_up, wait_until_quiet
from whatsapp import outbound
from whatsapp.client import CloudApi

GRAPH_MS = 300
SENDERS = 16  # as inbox.drains has them, which cannot be read without Django
EVERY_S = 0.35
WITHIN_S = 120

# One message after another into an idle installation.
ONE_BY_ONE = """
import time
from django.utils import timezone
from accounts.actors import SYSTEM
from inbox import outgoing
from inbox.actions.sending import send
from inbox.models import Conversation
from webhooks import worker
running = worker.run() if {worker} else None
if running:
    running.start()
threads = list(Conversation.objects.values_list("pk", flat=True))
time.sleep(1)
for n in range({count}):
    send(threads[n % len(threads)], outgoing.text("one"), by=SYSTEM, at=timezone.now())
    time.sleep({every} + n % 7 * 0.013)
time.sleep(1)
if running:
    running.stop()
"""
COMMAND = ("manage.py", "shell", "--verbosity=0", "--command")


def measure(bench: Bench, seconds: float) -> Iterator[Figure]:
    """On every database; SQLite lets only one process send, so there the writer works itself."""
    for database in bench.databases:
        yield from _idle(bench, database, max(5, round(seconds / EVERY_S)), same_process=True)
        if database == "postgres":
            yield from _idle(bench, database, max(5, round(seconds / EVERY_S)), same_process=False)
        yield from _flat_out(bench, database, max(100, round(seconds * 50)))


def _idle(bench: Bench, database: str, count: int, *, same_process: bool) -> Iterator[Figure]:
    with bench.place(database) as place, MetaBeside(place) as meta:
        queue_up(place, messages=0, threads=count)
        if not same_process:
            place.run("manage.py", "work")
        code = ONE_BY_ONE.format(worker=same_process, count=count, every=EVERY_S)
        place.run(*COMMAND, code).wait(WITHIN_S)
        wait_until_quiet(place)
        queued = dict(place.rows("SELECT id, created_at FROM inbox_message"))
        by_id = {UUID(str(key)): _seconds(at) for key, at in queued.items()}
        waits = [(line["t"] - by_id[UUID(line["opaque"])]) * 1000 for line in _accepts(meta)]
        about = f"{database}, {'one process' if same_process else 'another process'}"
        for percent in (50, 95):
            yield Figure(
                "5 sending",
                f"queue to Graph p{percent}: {about}",
                percentile(waits, percent),
                "ms",
                note=f"{len(waits)} messages",
            )


def _flat_out(bench: Bench, database: str, count: int) -> Iterator[Figure]:
    with bench.place(database) as place, MetaBeside(place) as meta:
        meta.control(latency_ms=GRAPH_MS)
        queue_up(place, messages=count, threads=count // 2)
        place.run("manage.py", "work")
        wait_until_quiet(place, timeout=WITHIN_S)
        place.end_all()
        times = [line["t"] for line in _accepts(meta)]
        bare = _bare(meta, count)
    yield Figure(
        "5 sending",
        f"with Graph at {GRAPH_MS} ms: {database}",
        (len(times) - 1) / (times[-1] - times[0]),
        "/s",
        bare,
        note=f"{len(times)} sent, {SENDERS} threads",
    )


def _bare(meta: Meta, count: int) -> float:
    """The same calls by as many threads, with nothing to read and nothing to write down."""
    client = CloudApi(base_url=meta.url, version="v25.0", token=TOKEN)

    def call(number: int) -> None:
        client.send(
            PHONE_NUMBER_ID,
            outbound.message(
                outbound.text("one"), to=outbound.Recipient(phone="12025550143"), opaque=str(number)
            ),
        )

    began = time.monotonic()
    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(call, range(count)))
    return count / (time.monotonic() - began)


class MetaBeside(Meta):
    """The make-believe Meta beside a place, for the time of a `with`."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.directory)
        place.environment["GRAPH_API_URL"] = self.url

    def __enter__(self) -> MetaBeside:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def _accepts(meta: Meta) -> list[dict[str, Any]]:
    return [json.loads(line) for line in meta.log.read_text().splitlines()]


def _seconds(at: object) -> float:
    moment = datetime.fromisoformat(str(at))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
