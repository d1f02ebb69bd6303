"""Webhooks acknowledged per second, and how long an ack takes under light load."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from bench import bodies, load
from bench.load import Tally
from bench.places import Bench, Place
from bench.report import Figure, percentile

LINES = 64
LIGHT_PER_S = 100
LIGHT_LINES = 8
WARM_UP_S = 0.5
MOST_BODIES = 500


def measure(bench: Bench, seconds: float) -> Iterator[Figure]:
    """Both servers on every database."""
    requests = [bodies.request(bodies.text_message(n, f"hello {n}")) for n in range(MOST_BODIES)]
    for database in bench.databases:
        for server in bench.servers:
            with bench.place(database) as place:
                yield from _measure(place, requests, f"{server}, {database}", server, seconds)


def _measure(
    place: Place, requests: list[bytes], about: str, server: str, seconds: float
) -> Iterator[Figure]:
    bare, _ = _flat_out(place, place.bare(server), requests, seconds)
    place.end_all()
    port = place.serve(server, "--no-worker")
    ours, lost = _flat_out(place, port, requests, seconds)
    yield Figure(
        "1 ingest", f"acked: {about}", ours.per_second, "/s", bare.per_second, note=ours.errors()
    )
    yield Figure(
        "1 ingest",
        f"p99 of an ack: {about}",
        percentile(ours.times_ms, 99),
        "ms",
        percentile(bare.times_ms, 99),
        more_is_better=False,
    )
    yield Figure(
        "1 ingest",
        f"acked and not stored: {about}",
        lost,
        "rows",
        0,
        note=f"of {ours.acked:,} acked",
    )
    light = load.run(
        load.paced(
            port, cycle(requests), lines=LIGHT_LINES, seconds=seconds, per_second=LIGHT_PER_S
        )
    )
    place.end_all()
    light_bare = load.run(
        load.paced(
            place.bare(server),
            cycle(requests),
            lines=LIGHT_LINES,
            seconds=seconds,
            per_second=LIGHT_PER_S,
        )
    )
    for percent in (50, 99):
        yield Figure(
            "2 ack at 100/s",
            f"p{percent}: {about}",
            percentile(light.times_ms, percent),
            "ms",
            percentile(light_bare.times_ms, percent),
            more_is_better=False,
            note=light.errors(),
        )


def _flat_out(place: Place, port: int, requests: list[bytes], seconds: float) -> tuple[Tally, int]:
    """The run, and how many of its acks have no row."""
    load.run(load.flat_out(port, requests, lines=LINES, seconds=WARM_UP_S))
    before = place.count("webhooks_delivery")
    tally = load.run(load.flat_out(port, requests, lines=LINES, seconds=seconds))
    stored = place.count("webhooks_delivery") - before
    return tally, max(0, tally.acked - stored)
