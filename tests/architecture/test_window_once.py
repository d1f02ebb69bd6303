"""Twenty-four hours stand in one place: inbox/window.py. The simulator has its own clock."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.tree import PACKAGES, ROOT, place, python_files, syntax

OWNER = ROOT / "inbox" / "window.py"
SCRIPT = re.compile(r"\b24\s*\*\s*(60|3600|36e5)|\b(60|3600)\s*\*\s*24\b|\b864(00|e5|00000)\b")
# Other things that happen to last a day: constants whose names say so.
OTHER_DAYS = {
    *("PER_USER_MARKETING_PAUSE_S", "REPLAYED_FOR", "EXPORT_KEPT_FOR"),
    "OLD_SECRET_FOR",
}


def test_the_window_is_measured_in_one_module_only():
    others = [package for package in PACKAGES if package != "simulator"]
    found = [
        place(path, line)
        for path in python_files(*others)
        if path != OWNER
        for line in days(syntax(path))
    ]
    assert found == []


def test_the_owner_does_measure_it():
    assert days(syntax(OWNER))


def test_no_script_measures_the_window():
    own = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert [place(path) for path in own if SCRIPT.search(path.read_text())] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("timedelta(hours=24)", True),
        ("24 * 60 * 60", True),
        ("3600 * 24", True),
        ("86_400", True),
        ("86400.0", True),
        ("timedelta(hours=72)", False),
        ("24 * size", False),
        ("range(24)", False),
        ("7 * 24 * 3600", False),
        ("24 * 3600 * 30", False),
        ("PER_USER_MARKETING_PAUSE_S = 24 * 3600", False),
        ("REPLAYED_FOR: Final = timedelta(hours=24)", False),
        ("ANYTHING: Final = timedelta(hours=24)", True),
    ],
)
def test_a_day_is_recognised_in_every_spelling(code, found):
    assert bool(days(ast.parse(code))) is found


def days(tree: ast.AST) -> list[int]:
    """Lines that say 24 hours, but for the named constants that mean something else."""
    lines: list[int] = []
    for node in ast.iter_child_nodes(tree):
        if named(node) in OTHER_DAYS:
            continue
        if is_a_day(node):
            lines.append(getattr(node, "lineno", 0))
        elif product(node) is None:
            lines += days(node)
    return lines


def named(node: ast.AST) -> str:
    """The name that an assignment gives, if it is one."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def is_a_day(node: ast.AST) -> bool:
    """Whether `node` says 24 hours: as a keyword, or in seconds or milliseconds."""
    match node:
        case ast.keyword(arg="hours", value=ast.Constant(value=24)):
            return True
        case ast.expr():
            return product(node) in (86400, 86400000)
    return False


def product(node: ast.AST) -> float | None:
    """The value of a number, or of a product of numbers; None for everything else."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            first, second = product(left), product(right)
            return None if first is None or second is None else first * second
    return None
