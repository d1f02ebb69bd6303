"""`make test`: the whole suite on SQLite, and again on private PostgreSQL and Redis servers.

What starts servers or drives browsers mostly waits for them, so both run beside the rest.

    python -m tests.run [--only sqlite|postgres|browsers|servers] [what pytest takes ...]
    python -m tests.run --faults [what pytest takes ...]

The last lines repeat how each pass ended and say what was not exercised. With `CI=1` a missing
program, or a test skipped for the lack of one, is a failure.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from tests import environment
from tests.services import Missing, PrivatePostgres, PrivateRedis, missing_programs

CLOSING_LINE = re.compile(r"^=* ?((\d+ \w+(, )?)+|no tests ran) in [\d.]+s\b.*$")
SKIPPED_LINE = re.compile(r"^SKIPPED \[\d+\] (?P<where>\S+): (?P<why>.*)$")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
# pytest's own word for "nothing was collected": fine when a path was given, checked elsewhere.
NOTHING_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of the suite: which tests (a marker expression) on which servers.

    spread: how pytest-xdist deals the tests to two processes; "" for one. polite: leaves the
    machine to what else waits.
    """

    name: str
    key: str
    marks: str
    spread: str = "load"
    polite: bool = False

    def command(self, to_pytest: list[str]) -> list[str]:
        """Pytest for this pass."""
        begin = ["nice", "-n", "10"] if self.polite else []
        two = ["-n", "2", "--dist", self.spread] if self.spread else []
        pytest = [sys.executable, "-m", "pytest", "-m", self.marks, *colour(), *two, *to_pytest]
        return [*begin, *pytest]


# What knows no database (pure) cannot differ and runs once. So does what starts servers of its own
# or drives a browser (the shop in the browser runs on PostgreSQL), and what tries every order of
# everything or asks for pages (once): there the rule counts, not the database, and SQLite is the
# quicker. At night all of it runs on PostgreSQL, too.
_WAITS = "(services or browser) and not pure"
SQLITE = Pass("SQLite", "sqlite", f"not nightly and not postgres and not ({_WAITS})", polite=True)
POSTGRES = Pass(
    "PostgreSQL and Redis",
    "postgres",
    f"not nightly and (postgres or not once) and not pure and not ({_WAITS})",
    polite=True,
)
BROWSERS = Pass("Browsers", "browsers", f"not nightly and not services and {_WAITS}", spread="")
SERVERS = Pass("Servers", "servers", f"not nightly and services and {_WAITS}", spread="")
FAULTS = Pass("Faults on PostgreSQL and Redis", "faults", "services or nightly or once", spread="")
BESIDE = (BROWSERS, SERVERS)
ALL = (SQLITE, POSTGRES, *BESIDE)


@dataclass(slots=True)
class Outcome:
    """How one pass ended: pytest's exit code, its closing line, and what it skipped."""

    of: Pass
    code: int = 0
    closing: str = "ended without a closing line of pytest's: see above"
    skipped: list[str] = field(default_factory=list)

    def read(self, line: str) -> None:
        """Take from a line of pytest's output what the last lines repeat."""
        plain = ESCAPES.sub("", line).rstrip()
        if CLOSING_LINE.match(plain):
            self.closing = plain.strip("= ")
        elif match := SKIPPED_LINE.match(plain):
            self.skipped.append(f"{match['where']}: {match['why']}")


def main(arguments: list[str] | None = None) -> int:
    """Run the passes; 0 only when all of them are well."""
    options, to_pytest = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # What is random in the faults comes from this number: give it again to see the same run.
    os.environ.setdefault("FAULT_SEED", str(secrets.randbelow(10**9)))
    print(f"FAULT_SEED={os.environ['FAULT_SEED']}", flush=True)
    outcomes = run_all(chosen(options), to_pytest)
    lacking = missing_programs()
    for line in closing_lines(outcomes, lacking):
        print(line, flush=True)
    return exit_code(outcomes, lacking, strict=in_ci())


def parse(arguments: list[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """Our own options; everything else is pytest's."""
    parser = argparse.ArgumentParser(prog="python -m tests.run")
    parser.add_argument("--only", choices=[one.key for one in ALL])
    parser.add_argument("--faults", action="store_true", help="the fault catalogue, nightly size")
    return parser.parse_known_args(arguments)


def chosen(options: argparse.Namespace) -> list[Pass]:
    """The passes that were asked for."""
    if options.faults:
        return [FAULTS]
    return [one for one in ALL if options.only in (None, one.key)]


def run_all(passes: list[Pass], to_pytest: list[str]) -> list[Outcome]:
    """Run them in order, but `BESIDE` beside the others; their output comes at their end."""
    beside = [one for one in passes if one in BESIDE and len(passes) > 1]
    with ThreadPoolExecutor(len(BESIDE)) as pool, ending_with_us() as processes:
        waiting = [
            (said := io.StringIO(), pool.submit(run, one, to_pytest, said, processes))
            for one in beside
        ]
        outcomes = [
            run(one, to_pytest, sys.stdout, processes) for one in passes if one not in beside
        ]
        for said, ending in waiting:
            outcomes.append(ending.result())
            print(said.getvalue(), end="", flush=True)
    return outcomes


@contextmanager
def ending_with_us() -> Iterator[set[subprocess.Popen[str]]]:
    """Processes that are told to end when we are told to."""
    processes: set[subprocess.Popen[str]] = set()
    try:
        yield processes
    except BaseException:
        for process in processes:
            process.terminate()
        raise


def run(
    one: Pass, to_pytest: list[str], out: TextIO, processes: set[subprocess.Popen[str]]
) -> Outcome:
    """Start what the pass needs, run pytest, stop it all."""
    outcome = Outcome(one)
    print(f"\n===== {one.name} =====", file=out, flush=True)
    with ExitStack() as stack:
        try:
            servers = stack.enter_context(surroundings(one))
        except Missing as missing:
            outcome.closing = f"did not run: the machine has no {missing}"
            print(outcome.closing, file=out, flush=True)
            return outcome
        with subprocess.Popen(
            one.command(to_pytest), env=servers, stdout=subprocess.PIPE, text=True
        ) as process:
            processes.add(process)
            outcome.code = follow(process, outcome, out)
    return outcome


@contextmanager
def surroundings(one: Pass) -> Iterator[Mapping[str, str]]:
    """The environment of one pass, with its servers running. Raises: Missing."""
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="baton-suite-"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        values = environment.paths(directory) | {"REDIS_URL": ""}
        if one is not SQLITE:
            # The suite itself crashes no database: its servers need not wait for the disk.
            postgres = stack.enter_context(PrivatePostgres(durable=False))
            cache = stack.enter_context(PrivateRedis())
            values |= {"DATABASE_URL": postgres.url("baton"), "REDIS_URL": cache.url}
            values |= {"TEST_SERVER_GOES_AWAY": "1"}
        yield {**os.environ, **values}


def follow(process: subprocess.Popen[str], outcome: Outcome, out: TextIO) -> int:
    """Show pytest's output as it comes, and let `outcome` read it; pytest's exit code."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(line, end="", file=out, flush=True)
            outcome.read(line)
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def closing_lines(outcomes: list[Outcome], lacking: list[str]) -> Iterator[str]:
    """What the person who ran it reads last."""
    yield "\n===== Baton: how it ended ====="
    for outcome in outcomes:
        yield f"{outcome.of.name}: {outcome.closing}"
        yield from (f"  NOT EXERCISED: {line}" for line in sorted(set(outcome.skipped)))
    yield from (f"NOT EXERCISED, for want of {program}" for program in lacking)
    left_out = {one.name for one in ALL} - {outcome.of.name for outcome in outcomes}
    yield from (f"NOT EXERCISED, for nobody asked: {name}" for name in sorted(left_out))
    if not lacking and not left_out and not any(outcome.skipped for outcome in outcomes):
        yield "Every test of the suite was exercised."


def exit_code(outcomes: list[Outcome], lacking: list[str], *, strict: bool) -> int:
    """The first bad pass decides; in CI what was not exercised is bad too."""
    for outcome in outcomes:
        if outcome.code not in (0, NOTHING_COLLECTED):
            return outcome.code
    if all(outcome.code == NOTHING_COLLECTED for outcome in outcomes):
        return NOTHING_COLLECTED
    unexercised = lacking or any(outcome.skipped for outcome in outcomes)
    return 1 if strict and unexercised else 0


def in_ci() -> bool:
    """Whether `CI` says that everything has to be there."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def colour() -> list[str]:
    """Colours where a person watches; pytest itself sees only a pipe."""
    return ["--color=yes"] if sys.stdout.isatty() else []


if __name__ == "__main__":
    started = time.monotonic()
    code = main()
    print(f"{time.monotonic() - started:.0f} s in all", flush=True)
    sys.exit(code)
