"""The cases of docs/guarantees.md, which tests carry them, and which are open.

`python -m tests.architecture.catalogue` takes off docs/open_cases.txt what has a test by now.
"""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import ROOT, python_files, syntax

GUARANTEES = ROOT / "docs" / "guarantees.md"
OPEN = ROOT / "docs" / "open_cases.txt"
CASE = re.compile(r"^- \*\*([FS]\d{2,3})\*\* ", re.M)
PROMISE = re.compile(r"^- \*\*(G\d+)\*\* (.*)$", re.M)
REFERENCE = re.compile(r"([FS])(\d{2,3})(?:-[FS]?(\d{2,3}))?")


def listed() -> set[str]:
    """The cases of the catalogue."""
    return set(CASE.findall(GUARANTEES.read_text()))


def open_cases() -> set[str]:
    """The cases that wait for their test."""
    lines = (line.partition("#")[0] for line in OPEN.read_text().splitlines())
    return {line.strip() for line in lines} - {""}


def carried() -> set[str]:
    """The cases that some test carries."""
    return {name for path in python_files("tests") for name in ids_in(syntax(path))}


def ids_in(tree: ast.AST) -> list[str]:
    """Arguments of every `pytest.mark.case(...)`; spelled out, so that a search finds them."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        ast.literal_eval(argument)
        for call in calls
        if ast.unparse(call.func) == "pytest.mark.case"
        for argument in call.args
    ]


def cases_in(text: str) -> set[str]:
    """The cases a promise names: `F01-F03, F25`."""
    found: set[str] = set()
    for letter, first, last in REFERENCE.findall(text):
        found |= {f"{letter}{number:02d}" for number in range(int(first), int(last or first) + 1)}
    return found


def shorten() -> list[str]:
    """Take the cases that a test carries off the open list; returns them."""
    done = open_cases() & carried()
    lines = OPEN.read_text().splitlines(keepends=True)
    OPEN.write_text("".join(line for line in lines if line.partition("#")[0].strip() not in done))
    return sorted(done)


if __name__ == "__main__":
    print("Off the list:", ", ".join(shorten()) or "nothing")
