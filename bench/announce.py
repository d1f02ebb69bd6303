"""Events committed per second by eight writers of one organization: what the counter row costs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.places import Bench, Place
from bench.report import Figure
from tests.faults.installation import ROOT

SIZES = (1, 20)
WITHIN_S = 60  # to start


def measure(bench: Bench, seconds: float) -> Iterator[Figure]:
    """One event per transaction, and twenty, with the counter and without; PostgreSQL.

    SQLite has one writer at a time anyway.
    """
    if "postgres" not in bench.databases:
        return
    with bench.place("postgres") as place:
        for size in SIZES:
            ours, bare = (_rate(place, kind, size, seconds) for kind in ("announce", "insert"))
            yield Figure(
                "6 events, 8 writers", f"{size} per transaction: postgres", ours, "/s", bare
            )


def _rate(place: Place, kind: str, size: int, seconds: float) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.writers", kind, str(size), str(seconds)],
        cwd=ROOT,
        env=place.environment,
        stdout=subprocess.PIPE,
        check=True,
        timeout=seconds + WITHIN_S,
    )
    return float(json.loads(done.stdout)["events_per_s"])
