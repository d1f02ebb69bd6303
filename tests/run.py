"""`make test`: the whole suite on SQLite, and again on private PostgreSQL and Redis servers.

    python -m tests.run [--only sqlite|postgres] [what pytest takes ...]
    python -m tests.run --faults [what pytest takes ...]

The last lines repeat how each pass ended and say what was not exercised. With `CI=1` a missing
program, or a test skipped for the lack of one, is a failure.
"""

from __future__ import annotations

import argparse
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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import environment
from tests.services import Missing, PrivatePostgres, PrivateRedis, missing_programs

CLOSING_LINE = re.compile(r"^=* ?((\d+ \w+(, )?)+|no tests ran) in [\d.]+s\b.*$")
SKIPPED_LINE = re.compile(r"^SKIPPED \[\d+\] (?P<where>\S+): (?P<why>.*)$")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
# pytest's own word for "nothing was collected": fine when a path was given, checked elsewhere.
NOTHING_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of the suite: which tests (a marker expression) on which servers."""

    name: str
    key: str
    marks: str


# What knows no database (pure) cannot differ and runs once; the shop in the browser runs on
# PostgreSQL, which keeps the whole below the time a change may take.
SQLITE = Pass("SQLite", "sqlite", "not nightly and not services and (pure or not browser)")
POSTGRES = Pass("PostgreSQL and Redis", "postgres", "not nightly and not pure")
FAULTS = Pass("Faults on PostgreSQL and Redis", "faults", "services or nightly")


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
    """Run the passes one after the other; 0 only when all of them are well."""
    options, to_pytest = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # What is random in the faults comes from this number: give it again to see the same run.
    os.environ.setdefault("FAULT_SEED", str(secrets.randbelow(10**9)))
    print(f"FAULT_SEED={os.environ['FAULT_SEED']}", flush=True)
    outcomes = [run(one, to_pytest) for one in chosen(options)]
    lacking = missing_programs()
    for line in closing_lines(outcomes, lacking):
        print(line, flush=True)
    return exit_code(outcomes, lacking, strict=in_ci())


def parse(arguments: list[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """Our own options; everything else is pytest's."""
    parser = argparse.ArgumentParser(prog="python -m tests.run")
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--faults", action="store_true", help="the fault catalogue, nightly size")
    return parser.parse_known_args(arguments)


def chosen(options: argparse.Namespace) -> list[Pass]:
    """The passes that were asked for."""
    if options.faults:
        return [FAULTS]
    return [one for one in (SQLITE, POSTGRES) if options.only in (None, one.key)]


def run(one: Pass, to_pytest: list[str]) -> Outcome:
    """Start what the pass needs, run pytest, stop it all."""
    outcome = Outcome(one)
    headline = f"===== {one.name} ====="
    print(f"\n{headline}", flush=True)
    with ExitStack() as stack:
        try:
            servers = stack.enter_context(surroundings(one))
        except Missing as missing:
            outcome.closing = f"did not run: the machine has no {missing}"
            print(outcome.closing, flush=True)
            return outcome
        pytest = [sys.executable, "-m", "pytest", "-m", one.marks, *colour(), *to_pytest]
        outcome.code = follow(pytest, servers, outcome)
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
        yield {**os.environ, **values}


def follow(command: list[str], servers: Mapping[str, str], outcome: Outcome) -> int:
    """Run pytest, show its output as it comes, and let `outcome` read it."""
    process = subprocess.Popen(command, env=servers, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
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
    left_out = {SQLITE.name, POSTGRES.name} - {outcome.of.name for outcome in outcomes}
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
