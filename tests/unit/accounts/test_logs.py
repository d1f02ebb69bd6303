"""Log lines: whatever a value holds, it makes no second line and moves no terminal."""

from __future__ import annotations

import json
import logging

import pytest

from accounts.logs import JsonFormatter, LineFormatter

CONSOLE = LineFormatter("{asctime} {levelname} {name} {message}", style="{")
HOSTILE = [
    "\r\n2026-11-28 10:00:00 ERROR baton all is lost",
    "\x1b[2J\x1b[31mred",
    "\x9b31mred",
    "a\u2028b",
    "\u202egnp.exe",
    "\x00\x08",
]


def record(value: str, error: BaseException | None = None) -> logging.LogRecord:
    trace = (type(error), error, None) if error else None
    return logging.LogRecord("baton", logging.INFO, "x.py", 1, "got %s", (value,), trace)


@pytest.mark.case("S116")
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_one_escaped_line(value):
    for formatter in (CONSOLE, JsonFormatter()):
        line = formatter.format(record(value))
        assert len(line.splitlines()) == 1
        assert not [letter for letter in value if letter in line and not letter.isprintable()]


@pytest.mark.case("S116")
def test_a_megabyte_is_cut_with_its_length_said():
    for formatter in (CONSOLE, JsonFormatter()):
        line = formatter.format(record("x" * 1_000_000))
        assert len(line) < 5_000
        assert "1000004 characters" in line


@pytest.mark.case("S116")
def test_no_line_of_a_trace_passes_for_a_line_of_the_log():
    error = ValueError(HOSTILE[0])
    first, *rest = CONSOLE.format(record("x", error)).splitlines()
    assert first.endswith("got x")
    assert rest
    assert all(line.startswith("    | ") for line in rest)
    said = json.loads(JsonFormatter().format(record("x", error)))
    assert said["exception"].endswith("all is lost")


@pytest.mark.case("S14", "S118")
@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("/nothing/wak_live_" + "a1" * 20, "/nothing/wak_live_a1a…"),
        ("was_" + "b2" * 20 + " was wrong", "was_… was wrong"),
        ("GET /?hub.verify_token=let-me-in-now&x=1", "GET /?hub.verify_token=…&x=1"),
        ("Authorization: Bearer EAAGabcdefghijkl", "Authorization: Bearer …"),
        ("token EAAGabcdefghijklmnop", "token EAAG…"),
        ("he was_here", "he was_here"),
    ],
)
def test_what_looks_like_a_secret_is_not_written(value, left):
    for formatter in (CONSOLE, JsonFormatter()):
        line = formatter.format(record(value))
        assert f"got {left}" in line
