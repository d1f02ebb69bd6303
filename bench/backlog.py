"""The morning after: 50,000 posts wait, and one worker process begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bench import bodies, digest, plain
from bench.places import Bench, Place
from bench.processes import peak_mb, processor_s
from bench.report import Figure

SECTION = "9 backlog"
ITEMS = 50_000
QUICK_ITEMS = 300
WITHIN_S = 420


def measure(bench: Bench, _seconds: float) -> Iterator[Figure]:
    """One message to a post, from 200 people in turn; on PostgreSQL where the run has it."""
    database, items = bench.databases[-1], QUICK_ITEMS if bench.quick else ITEMS
    with bench.place(database) as place:
        digest.backlog(place, [bodies.text_message(n, f"hello {n}") for n in range(items)])
        worker = place.run("manage.py", "work").pid
        place.wait_until_none("webhooks_delivery", "state <> 'done'", within_s=WITHIN_S)
        used, peak = processor_s(worker), peak_mb(worker)
        place.end_all()
        found, wrong, rate = place.count("inbox_message"), _overtaken(place), digest.rate(place)
        with place.connection() as connection:
            bare = plain.messages_per_s(connection)
    note = f"{found:,} rows of {items:,} items"
    yield Figure(SECTION, f"understood: {database}", rate, "/s", bare, note=note)
    yield Figure(
        SECTION, f"per second of the processor: {database}", items / used if used else 0, "/s"
    )
    yield Figure(SECTION, f"peak memory of the worker: {database}", peak, "MB")
    yield Figure(SECTION, f"overtaken in their thread: {database}", wrong, "items", 0)


def _overtaken(place: Place) -> int:
    """Messages that stand before an earlier one of the same thread."""
    last: defaultdict[object, str] = defaultdict(str)
    wrong = 0
    for thread, wamid in place.rows("SELECT conversation_id, wamid FROM inbox_message ORDER BY id"):
        wrong += wamid < last[thread]
        last[thread] = max(last[thread], wamid)
    return wrong
