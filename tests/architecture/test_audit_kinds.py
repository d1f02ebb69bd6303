"""Every kind of event that an action announces is classified: an act for the audit log, or not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from accounts.audit_kinds import AUDITED, NOT_AUDITED
from tests.architecture.tree import python_files, syntax

WHAT_TO_DO = (
    "announced, but not classified: add a line to AUDITED in accounts/audit_kinds.py if it is an"
    " administrative act (with a sentence and the codes to keep), else its name to NOT_AUDITED"
)


def announced(tree: ast.Module) -> list[ast.expr]:
    """The kind of each call of announce(), and of helpers of the module that hand one on."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {"announce"} | helpers(tree)
    return [kind_of(call) for call in calls if name_of(call) in names]


def helpers(tree: ast.Module) -> set[str]:
    """Functions whose first parameter is the kind that they announce."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {
        one.name
        for one in functions
        if one.args.args and one.args.args[0].arg == "kind" and one.name != "announce"
        if any(isinstance(node, ast.Call) and name_of(node) == "announce" for node in ast.walk(one))
    }


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def kind_of(call: ast.Call) -> ast.expr:
    named = [word.value for word in call.keywords if word.arg == "kind"]
    return call.args[0] if call.args else named[0]


def kinds(node: ast.expr, tree: ast.Module) -> set[str]:
    """The texts an expression can be; of the parameter `kind` none: its callers give it."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return kinds(node.body, tree) | kinds(node.orelse, tree)
        case ast.Name(id="kind"):
            return set()
        case ast.Name():
            return {text for value in assigned(node.id, tree) for text in kinds(value, tree)}
    raise AssertionError(f"line {node.lineno}: announce() wants a kind that can be read")


def assigned(name: str, tree: ast.Module) -> list[ast.expr]:
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and node.value is not None
        and name in [ast.unparse(one) for one in getattr(node, "targets", None) or [node.target]]
    ]
    assert found, f"announce({name}): written nowhere in its module"
    return found


def announced_in(path: Path) -> set[str]:
    if "announce(" not in path.read_text():
        return set()
    tree = syntax(path)
    return {text for node in announced(tree) for text in kinds(node, tree)}


@pytest.fixture(scope="module")
def everywhere() -> set[str]:
    return {kind for path in python_files() for kind in announced_in(path)}


def test_every_announced_kind_is_classified(everywhere):
    assert "message.received" in everywhere
    assert sorted(everywhere - set(AUDITED) - NOT_AUDITED) == [], WHAT_TO_DO


def test_no_kind_is_both_and_none_is_of_yesterday(everywhere):
    assert sorted(set(AUDITED) & NOT_AUDITED) == []
    assert sorted((set(AUDITED) | NOT_AUDITED) - everywhere) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('announce("a.b", 1)', {"a.b"}),
        ('events.announce("a.b", 1)', {"a.b"}),
        ('announce("a.b" if x else "a.c", 1)', {"a.b", "a.c"}),
        ('K: Final = "a.b"\nannounce(K, 1)', {"a.b"}),
        ('def _tell(kind, x):\n    announce(kind, x)\n_tell("a.b", 1)', {"a.b"}),
        ('say("a.b")', set()),
    ],
)
def test_the_kinds_are_found(code, found):
    tree = ast.parse(code)
    assert {text for node in announced(tree) for text in kinds(node, tree)} == found
