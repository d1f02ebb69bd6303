"""The last lines of `make test` tell the truth, and CI is strict."""

from __future__ import annotations

import pytest

from tests.run import (
    ALL,
    BROWSERS,
    FAULTS,
    MARK_OF_FOLDER,
    MOST_TRIED_AGAIN,
    NOTHING_COLLECTED,
    SQLITE,
    TESTS,
    Outcome,
    chosen,
    closing_lines,
    exit_code,
    parse,
)

EVERYTHING = "Every test of the suite was exercised."
SKIP = "SKIPPED [1] tests/e2e/conftest.py:9: this machine has no Chromium"


@pytest.mark.parametrize(
    ("line", "closing"),
    [
        ("===== 812 passed in 61.20s (0:01:01) =====", "812 passed in 61.20s (0:01:01)"),
        ("\x1b[32m=== \x1b[1m8 passed\x1b[0m\x1b[32m in 0.20s ===\x1b[0m", "8 passed in 0.20s"),
        ("1 failed, 8 passed, 5 deselected in 8.87s", "1 failed, 8 passed, 5 deselected in 8.87s"),
        ("=== no tests ran in 0.01s ===", "no tests ran in 0.01s"),
    ],
)
def test_pytests_closing_line_is_repeated(line, closing):
    outcome = Outcome(SQLITE)
    for one in ("tests/unit/test_window.py ....", line, "3 passed the door in a hurry"):
        outcome.read(one + "\n")
    assert f"SQLite: {closing}" in list(closing_lines([outcome], []))


def test_what_was_skipped_is_said_loudly():
    outcome = Outcome(SQLITE)
    outcome.read(SKIP)
    lines = list(closing_lines([outcome], ["Redis (Debian: apt-get install redis-server)"]))
    assert sum("NOT EXERCISED" in line for line in lines) == 5
    assert EVERYTHING not in lines


def test_everything_means_every_pass():
    outcomes = [Outcome(one) for one in ALL]
    assert EVERYTHING in list(closing_lines(outcomes, []))
    assert EVERYTHING not in list(closing_lines(outcomes[:2], []))


@pytest.mark.parametrize(
    ("codes", "lacking", "skipped", "relaxed", "strict"),
    [
        ([0, 0], [], [], 0, 0),
        ([0, 1], [], [], 1, 1),
        ([2, 0], [], [], 2, 2),
        ([0, 0], ["Redis"], [], 0, 1),
        ([0, 0], [], [SKIP], 0, 1),
        ([NOTHING_COLLECTED, 0], [], [], 0, 0),
        ([NOTHING_COLLECTED], [], [], NOTHING_COLLECTED, NOTHING_COLLECTED),
    ],
)
def test_ci_fails_for_what_was_not_exercised(codes, lacking, skipped, relaxed, strict):
    outcomes = [Outcome(SQLITE, code=code, skipped=skipped) for code in codes]
    assert exit_code(outcomes, lacking, strict=False) == relaxed
    assert exit_code(outcomes, lacking, strict=True) == strict


@pytest.mark.parametrize(
    ("arguments", "passes", "rest"),
    [
        ([], list(ALL), []),
        (["--only", "sqlite", "-k", "window"], [SQLITE], ["-k", "window"]),
        (["tests/unit", "-x"], list(ALL), ["tests/unit", "-x"]),
        (["--faults"], [FAULTS], []),
    ],
)
def test_what_is_not_the_runners_is_pytests(arguments, passes, rest):
    options, to_pytest = parse(arguments)
    assert (chosen(options), to_pytest) == (passes, rest)


@pytest.mark.parametrize(
    ("code", "lines", "again"),
    [
        (1, ["FAILED tests/web/test_x.py::test_a[b-c] - assert 1 == 2"], True),
        (1, ["ERROR tests/web/test_x.py::test_a"] * MOST_TRIED_AGAIN, True),
        (1, ["FAILED tests/web/test_x.py::test_a"] * (MOST_TRIED_AGAIN + 1), False),
        (1, ["ERROR tests/web/test_x.py - SyntaxError"], False),
        (2, ["FAILED tests/web/test_x.py::test_a"], False),
        (0, [], False),
    ],
)
def test_a_few_failures_are_tried_again(code, lines, again):
    outcome = Outcome(SQLITE, code=code)
    for line in lines:
        outcome.read(line + "\n")
    assert outcome.may_be_tried_again() is again
    assert {one.partition("[")[0] for one in outcome.failed} <= {"tests/web/test_x.py::test_a"}


def test_what_passed_only_alone_is_said():
    lines = closing_lines([Outcome(SQLITE, unsteady=["tests/web/test_x.py::test_a"])], [])
    assert "  UNSTEADY, passed alone: tests/web/test_x.py::test_a" in list(lines)


def test_no_folder_of_tests_is_without_a_mark_by_which_a_pass_finds_it():
    folders = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py")}
    assert folders == MARK_OF_FOLDER.keys()


def test_a_pass_of_folders_collects_them_alone_and_what_is_named_goes_before():
    assert "tests/e2e" in BROWSERS.command([])
    assert not any("domain" in one for one in BROWSERS.command([]))
    assert BROWSERS.command(["tests/unit", "-x"])[-2:] == ["tests/unit", "-x"]
