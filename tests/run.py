"""`make test`: the whole suite on SQLite, and again on private PostgreSQL and Redis servers.

What starts servers or drives browsers mostly waits for them, so three lanes run side by side.

    python -m tests.run [--only sqlite|postgres|browsers|servers] [what pytest takes ...]
    python -m tests.run --faults [what pytest takes ...]

The last lines repeat how each pass ended and say what was not exercised. With `CI=1` a missing
program, or a test skipped for the lack of one, is a failure.

A few tests that failed are run once more, alone, when everything else has ended: many
watch clocks on a machine that four passes share. What passes then is called UNSTEADY in the
last lines, and is a defect to be mended; what fails again, fails. At night nothing is run again.
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
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from tests import environment, migrated
from tests.services import Missing, PrivateRedis, missing_programs

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
# Whole folders carry a mark, so that nobody can forget it.
MARK_OF_FOLDER = {
    "domain": "rows",
    "realtime": "rows",
    # The pages of the browser tests run on PostgreSQL, and at night all of these.
    "web": "once",
    "e2e": "browser",
    "faults": "services",
    "unit": "pure",
    "architecture": "pure",
}
CLOSING_LINE = re.compile(r"^=* ?((\d+ \w+(, )?)+|no tests ran) in [\d.]+s\b.*$")
FAILED_LINE = re.compile(r"^(FAILED|ERROR) (?P<what>\S+::.*?)( - .*)?$")
SKIPPED_LINE = re.compile(r"^SKIPPED \[\d+\] (?P<where>\S+): (?P<why>.*)$")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
# pytest's own word for "nothing was collected": fine when a path was given, checked elsewhere.
NOTHING_COLLECTED = 5
SOME_FAILED = 1
# More than a few at once are no accident.
MOST_TRIED_AGAIN = 3
# Each half of the tests takes as long to compile as the other.
HALF = ("domain", "unit", "realtime")


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of the suite: which tests (a marker expression) on which servers.

    processes: among which pytest-xdist deals the tests. polite: leaves the machine to what else
    waits. made_of: the marks of whole folders that this pass is made of; nothing else is collected
    but files that give one of them to single tests.
    """

    name: str
    key: str
    marks: str
    processes: int = 1
    polite: bool = False
    made_of: tuple[str, ...] = ()

    def command(self, to_pytest: list[str]) -> list[str]:
        """Pytest for this pass."""
        begin = ["nice", "-n", "10"] if self.polite else []
        more = ["-n", str(self.processes)] if self.processes > 1 else []
        named = any(Path(one.partition("::")[0]).exists() for one in to_pytest)
        where = [] if named or not self.made_of else marked(self.made_of)
        return [*begin, *self._pytest(), *more, *to_pytest, *where]

    def again(self, tests: list[str]) -> list[str]:
        """Pytest for these tests alone."""
        return [*self._pytest(), *tests]

    def _pytest(self) -> list[str]:
        return [sys.executable, "-m", "pytest", "-m", self.marks, *colour()]


# What knows no database (pure) cannot differ and runs once. So does what starts servers of its own
# or drives a browser (the shop in the browser runs on PostgreSQL), and what tries every order of
# everything or asks for pages (once): there the rule counts, not the database, and SQLite is the
# quicker. At night all of it runs on PostgreSQL, too.
_WAITS = "(services or browser) and not pure"
SQLITE = Pass(
    *("SQLite", "sqlite", f"not nightly and not postgres and not ({_WAITS})"),
    processes=2,
    polite=True,
    made_of=("rows", "once", "pure"),
)
POSTGRES = Pass(
    "PostgreSQL and Redis",
    "postgres",
    f"not nightly and (postgres or not once) and not pure and not ({_WAITS})",
    processes=2,
    polite=True,
    made_of=("rows", "postgres"),
)
BROWSERS = Pass(
    *("Browsers", "browsers", f"not nightly and not services and {_WAITS}"),
    made_of=("browser",),
)
SERVERS = Pass(
    *("Servers", "servers", f"not nightly and services and {_WAITS}"),
    made_of=("services",),
)
FAULTS = Pass("Faults on PostgreSQL and Redis", "faults", "services or nightly or once")
ALL = (SQLITE, POSTGRES, BROWSERS, SERVERS)
# What runs one after the other; the lanes run together, and the first shows its output at once.
LANES = ((SQLITE,), (SERVERS, POSTGRES), (BROWSERS,))


@dataclass(slots=True)
class Outcome:
    """How one pass ended: pytest's exit code, its closing line, what it skipped, what it took."""

    of: Pass
    code: int = 0
    closing: str = "ended without a closing line of pytest's: see above"
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)
    processor_s: float = 0.0

    def read(self, line: str) -> None:
        """Take from a line of pytest's output what the last lines repeat."""
        plain = ESCAPES.sub("", line).rstrip()
        if CLOSING_LINE.match(plain):
            self.closing = plain.strip("= ")
        elif match := SKIPPED_LINE.match(plain):
            self.skipped.append(f"{match['where']}: {match['why']}")
        elif match := FAILED_LINE.match(plain):
            self.failed.append(match["what"])

    def may_be_tried_again(self) -> bool:
        """Whether a few tests failed, and nothing worse happened."""
        return self.code == SOME_FAILED and 0 < len(self.failed) <= MOST_TRIED_AGAIN


def main(arguments: list[str] | None = None) -> int:
    """Run the passes; 0 only when all of them are well."""
    options, to_pytest = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # What is random in the faults comes from this number: give it again to see the same run.
    os.environ.setdefault("FAULT_SEED", str(secrets.randbelow(10**9)))
    print(f"FAULT_SEED={os.environ['FAULT_SEED']}", flush=True)
    passes = chosen(options)
    with prepared(passes):
        outcomes = run_all(passes, to_pytest)
        if not options.faults:
            try_again([one for one in outcomes if one.may_be_tried_again()])
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


@contextmanager
def prepared(passes: list[Pass]) -> Iterator[None]:
    """What all processes want is made once, and before them."""
    with tempfile.TemporaryDirectory(prefix="baton-suite-") as directory, ExitStack() as stack:
        making = migrated.once_for_all(Path(directory), environment.VALUES | keeping())
        with compiling() if len(passes) > 1 else nullcontext():
            os.environ |= stack.enter_context(making)
        yield


@contextmanager
def compiling() -> Iterator[None]:
    """Has all tests compiled, by its end, before ten processes would do it, each for itself.

    pytest rewrites each `assert` of a test when it compiles it: six seconds for one process.
    """
    folders = {one.name for one in TESTS.iterdir() if (one / "__init__.py").exists()}
    halves = [
        [f"tests/{name}" for name in sorted(names)] for names in (HALF, folders.difference(HALF))
    ]
    collect = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "--quiet"]
    with ExitStack() as stack:
        for half in halves:
            stack.enter_context(
                subprocess.Popen([*collect, *half], env=keeping(), stdout=subprocess.DEVNULL)
            )
        yield


def keeping() -> dict[str, str]:
    """This environment, in which Python keeps what it has compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run_all(passes: list[Pass], to_pytest: list[str]) -> list[Outcome]:
    """Run them in their lanes, the output of all but the first at its end; in their own order."""
    lanes = [lane for all_of in LANES if (lane := [one for one in all_of if one in passes])]
    first, *beside = lanes or [passes]
    with ThreadPoolExecutor(len(LANES)) as pool, ending_with_us() as processes:
        waiting = [
            (said := io.StringIO(), pool.submit(run_lane, lane, to_pytest, said, processes))
            for lane in beside
        ]
        outcomes = run_lane(first, to_pytest, sys.stdout, processes)
        for said, ending in waiting:
            outcomes += ending.result()
            print(said.getvalue(), end="", flush=True)
    return sorted(outcomes, key=lambda outcome: passes.index(outcome.of))


def run_lane(
    lane: list[Pass], to_pytest: list[str], out: TextIO, processes: set[subprocess.Popen[str]]
) -> list[Outcome]:
    """Run these passes one after the other."""
    return [run(one, to_pytest, out, processes) for one in lane]


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
        command = one.command(to_pytest)
        with subprocess.Popen(command, env=servers, stdout=subprocess.PIPE, text=True) as process:
            processes.add(process)
            outcome.code = follow(process, outcome, out)
    return outcome


def try_again(outcomes: list[Outcome]) -> None:
    """Run what failed in these once more, alone; who passes now is unsteady, not failed."""
    for outcome in outcomes:
        print(f"\n===== {outcome.of.name}: what failed, alone =====", flush=True)
        with surroundings(outcome.of) as servers:
            code = subprocess.run(
                outcome.of.again(outcome.failed), env=servers, check=False
            ).returncode
        if code == 0:
            outcome.code, outcome.unsteady = 0, outcome.failed


def marked(marks: tuple[str, ...]) -> list[str]:
    """The paths of all tests that may carry one of these marks, for pytest."""
    folders = [TESTS / name for name, mark in MARK_OF_FOLDER.items() if mark in marks]
    single = [
        file
        for file in sorted(TESTS.rglob("test_*.py"))
        if not any(file.is_relative_to(folder) for folder in folders)
        and any(f"mark.{mark}" in file.read_text() for mark in marks)
    ]
    return [str(path.relative_to(ROOT)) for path in (*folders, *single)]


@contextmanager
def surroundings(one: Pass) -> Iterator[Mapping[str, str]]:
    """The environment of one pass, with its servers running. Raises: Missing."""
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix="baton-suite-"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        values = environment.paths(directory) | {"REDIS_URL": ""}
        if one is not SQLITE:
            # The suite itself crashes no database: its servers need not wait for the disk.
            postgres = stack.enter_context(migrated.postgres(durable=False))
            cache = stack.enter_context(PrivateRedis())
            values |= {"DATABASE_URL": postgres.url("baton"), "REDIS_URL": cache.url}
            values |= {"TEST_SERVER_GOES_AWAY": "1"}
        if one is FAULTS:
            values |= {"TEST_STARTS_ANEW": "1"}
        yield keeping() | values


def follow(process: subprocess.Popen[str], outcome: Outcome, out: TextIO) -> int:
    """Show pytest's output as it comes, and let `outcome` read it; pytest's exit code."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(line, end="", file=out, flush=True)
            outcome.read(line)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        outcome.processor_s = used.ru_utime + used.ru_stime
        return process.returncode
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def closing_lines(outcomes: list[Outcome], lacking: list[str]) -> Iterator[str]:
    """What the person who ran it reads last."""
    yield "\n===== Baton: how it ended ====="
    for outcome in outcomes:
        used = f", {outcome.processor_s:.0f} s of processor time" if outcome.processor_s else ""
        yield f"{outcome.of.name}: {outcome.closing}{used}"
        yield from (f"  NOT EXERCISED: {line}" for line in sorted(set(outcome.skipped)))
        yield from (f"  UNSTEADY, passed alone: {test}" for test in outcome.unsteady)
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
