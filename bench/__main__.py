"""`make bench`: python -m bench [--quick] [--only ingest,digest,…] [--seconds N] [--rows N]
[--json FILE].

Ingest, lag, digest, sending, announcing, one process at full speed, pages of a big installation and
a night's backlog, each beside a baseline of the same run: judge the ratios, which outlive the
machine. Everything runs on loopback, in a directory that goes away.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests import environment

environment.fill()  # before anything that reads it: nothing of a developer's .env

from bench import announce, backlog, digest, full, ingest, lag, reading, sending  # noqa: E402
from bench.places import Bench  # noqa: E402
from bench.report import Figure, as_json, machine  # noqa: E402
from tests.services import TEMPORARY, Missing, postgres_binaries  # noqa: E402

SECTIONS: dict[str, Callable[[Bench, float], Iterator[Figure]]] = {
    "ingest": ingest.measure,
    "lag": lag.measure,
    "digest": lambda bench, seconds: digest.measure(bench, max(150, round(seconds * 300))),
    "sending": sending.measure,
    "announce": announce.measure,
    "full": full.measure,
    "reading": reading.measure,
    "backlog": backlog.measure,
}
SECONDS = 6.0
LONGER = {"full": 60.0}
ROWS = 100_000
QUICK_ROWS = 4_000
QUICK_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints; SIGTERM and Ctrl+C end it and everything it started."""
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    about = machine()
    print("\n".join(f"{name}: {value}" for name, value in about.items()), flush=True)
    figures = list(_figures(options))
    if options.json:
        options.json.write_text(as_json(about, figures))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    made.add_argument(
        "--quick", action="store_true", help="a minute, Daphne on SQLite: a smoke test"
    )
    made.add_argument(
        "--only", type=_names(SECTIONS), default=list(SECTIONS), help=", ".join(SECTIONS)
    )
    made.add_argument("--database", type=_names(("sqlite", "postgres")), help="sqlite, postgres")
    made.add_argument("--seconds", type=float, help="of each measurement")
    made.add_argument("--rows", type=int, help="messages that pages are read among (reading)")
    made.add_argument("--json", type=Path, help="a file for the figures")
    return made


def _names(known: object) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        found = text.split(",")
        if unknown := set(found) - set(known):  # type: ignore[call-overload]
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
        return found

    return names


def _figures(options: argparse.Namespace) -> Iterator[Figure]:
    databases = options.database or (["sqlite"] if options.quick else _databases())
    with ExitStack() as stack:
        directory = Path(
            stack.enter_context(tempfile.TemporaryDirectory("", "baton-bench-", TEMPORARY))
        )
        servers = ["daphne"] if options.quick else ["daphne", "uvicorn"]
        bench = Bench(
            directory,
            stack,
            databases=databases,
            servers=servers,
            rows=options.rows or (QUICK_ROWS if options.quick else ROWS),
            quick=options.quick,
        )
        for name in options.only:
            began = time.monotonic()
            print(f"\n{name}", flush=True)
            seconds = QUICK_SECONDS if options.quick else LONGER.get(name, SECONDS)
            for figure in SECTIONS[name](bench, options.seconds or seconds):
                print(figure.line(), flush=True)
                yield figure
            print(f"  ({time.monotonic() - began:.0f} s)", flush=True)


def _databases() -> list[str]:
    try:
        postgres_binaries()
    except Missing as missing:
        print(f"PostgreSQL is not measured: this machine has no {missing}")
        return ["sqlite"]
    return ["sqlite", "postgres"]


if __name__ == "__main__":
    main()
