"""How long a person waits for a page of a big installation, beside the same page of a small one.

The baseline is not a bare server but a small shop: the ratio says what size costs. The pages go
through one `serve` process, one after another, by one person.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from bench import library
from bench.places import Bench, Place
from bench.report import Figure, percentile

SMALL = 2_000  # messages; enough for a full page of the list
LEAST = 8  # requests of each page
PAGES = {
    "the list": "/inbox/",
    "failed sends": "/inbox/?view=failed",
    "its marks, once a second": "/inbox/marks/",
    "a thread": "/inbox/{thread}/",
    "search, a word": "/inbox/?search=kettle",
    "search, part of a word": "/inbox/?search=akem",
    "search, a name": "/inbox/?search=" + quote("Dora 17"),
    "search, part of a number": "/inbox/?search=55500017",
    "search, nothing found": "/inbox/?search=nothingatall",
}


def measure(bench: Bench, seconds: float) -> Iterator[Figure]:
    """`bench.rows` messages, on PostgreSQL where the run has it."""
    database, each = bench.databases[-1], seconds / 4
    small = _times(bench, database, SMALL, each)
    big = _times(bench, database, bench.rows, each)
    for name, times in big.items():
        for percent in (50, 95):
            yield Figure(
                "8 reading",
                f"{name} p{percent}: {database}",
                percentile(times, percent),
                "ms",
                percentile(small[name], percent),
                more_is_better=False,
                note=f"{bench.rows:,} messages, beside {SMALL:,}" if percent == 95 else "",
            )


def _times(bench: Bench, database: str, messages: int, each_s: float) -> dict[str, list[float]]:
    with bench.place(database) as place:
        library.fill(place, messages)
        place.serve(bench.servers[-1], "--no-worker")
        thread = place.rows("SELECT id FROM inbox_conversation ORDER BY id LIMIT 1")[0][0]
        return {
            name: _ask(place, path.format(thread=UUID(str(thread))), each_s)
            for name, path in PAGES.items()
        }


def _ask(place: Place, path: str, seconds: float) -> list[float]:
    """Milliseconds of each answer. Raises: RuntimeError when a page is no page."""
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
    times: list[float] = []
    began = time.perf_counter()
    while len(times) <= LEAST or time.perf_counter() - began < seconds:
        asked = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"baton_session={place.session}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} is {answer.status}")
        times.append((time.perf_counter() - asked) * 1000)
    connection.close()
    return times[1:]  # the first one compiles templates
