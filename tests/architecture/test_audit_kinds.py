"""Every kind of event that an action announces is classified: an act for the audit log, or not."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.audit_kinds import AUDITED, NOT_AUDITED
from tests.architecture.tree import python_files, syntax

WHAT_TO_DO = (
    "announced, but not classified: add a line to AUDITED in accounts/audit_kinds.py if it is an"
    " administrative act (with a sentence and the codes to keep), else its name to NOT_AUDITED"
)


Taker = tuple[int, str]  # where a function takes the kind: position among the arguments, and name
PUBLIC: dict[str, Taker] = {
    "announce": (0, "kind"),
    "writing_row": (0, "kind"),  # accounts.actions.rows
    "delete_row": (0, "kind"),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def announced(tree: ast.Module) -> list[ast.expr]:
    """The kind of each call of those in PUBLIC, and of helpers of the module that hand one on.

    Without the parameters of those helpers: their callers give them.
    """
    takers = helpers(tree)
    handed = {id(kind) for function in functions(tree) for kind, _ in passed_on(function, takers)}
    return [kind for kind in all_kinds(tree, takers) if id(kind) not in handed]


def helpers(tree: ast.Module) -> dict[str, Taker]:
    """Those in PUBLIC, and functions one of whose parameters ends as the kind of a call of one."""
    takers, known = dict(PUBLIC), 0
    while known < len(takers):  # a helper of a helper
        known = len(takers)
        for function in functions(tree):
            for _, taker in passed_on(function, takers):
                takers.setdefault(function.name, taker)
    return takers


def functions(tree: ast.Module) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def passed_on(function: Function, takers: dict[str, Taker]) -> list[tuple[ast.expr, Taker]]:
    """Kinds that are nothing but a parameter of this function, and where it takes that."""
    args = function.args
    names = [one.arg for one in (*args.posonlyargs, *args.args)]
    places = {one: at for at, one in enumerate(name for name in names if name not in HIMSELF)}
    places |= {one.arg: NO_PLACE for one in args.kwonlyargs}
    return [
        (kind, (places[kind.id], kind.id))
        for kind in all_kinds(function, takers)
        if isinstance(kind, ast.Name) and kind.id in places
    ]


HIMSELF = ("self", "cls")
NO_PLACE = 1000  # given by name only


def all_kinds(inside: ast.AST, takers: dict[str, Taker]) -> list[ast.expr]:
    calls = [node for node in ast.walk(inside) if isinstance(node, ast.Call)]
    return [
        kind
        for call in calls
        if name_of(call) in takers
        for kind in choices(kind_of(call, takers[name_of(call)]))
    ]


def data_of_kinds(tree: ast.Module) -> dict[str, set[str]]:
    """The names of the data that are announced with each kind, as far as the module shows them."""
    takers = helpers(tree)
    own: dict[str, set[str]] = defaultdict(set)
    for function in functions(tree):
        own[function.name] |= {name for _, names in calls_in(function, takers) for name in names}
    found: dict[str, set[str]] = defaultdict(set)
    for function in functions(tree):
        handed = {id(kind) for kind, _ in passed_on(function, takers)}
        for call, names in calls_in(function, takers):
            for kind in choices(kind_of(call, takers[name_of(call)])):
                for text in set() if id(kind) in handed else kinds(kind, tree):
                    found[text] |= names | own[name_of(call)]
    return found


def calls_in(function: Function, takers: dict[str, Taker]) -> Iterator[tuple[ast.Call, set[str]]]:
    """Calls that announce, with their keywords; for `**data` every text that the function has."""
    nodes = list(ast.walk(function))
    texts = {str(one.value) for one in nodes if isinstance(one, ast.Constant)}
    for call in nodes:
        if isinstance(call, ast.Call) and name_of(call) in takers:
            words = {word.arg for word in call.keywords if word.arg}
            yield call, words if len(words) == len(call.keywords) else words | texts


def choices(kind: ast.expr) -> list[ast.expr]:
    if isinstance(kind, ast.IfExp):
        return choices(kind.body) + choices(kind.orelse)
    return [kind]


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def kind_of(call: ast.Call, taker: Taker) -> ast.expr:
    position, name = taker
    given = [word.value for word in call.keywords if word.arg == name]
    given += call.args[position : position + 1]
    assert given, f"line {call.lineno}: {name_of(call)}() wants its kind written out"
    return given[0]


def kinds(node: ast.expr, tree: ast.Module) -> set[str]:
    """The texts an expression can be."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return kinds(node.body, tree) | kinds(node.orelse, tree)
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


def speaks(path: Path) -> bool:
    """Whether it is worth a look: reading a tree takes long."""
    text = path.read_text()
    return any(f"{name}(" in text for name in PUBLIC)


def announced_in(path: Path) -> set[str]:
    if not speaks(path):
        return set()
    tree = syntax(path)
    return {text for node in announced(tree) for text in kinds(node, tree)}


@pytest.fixture(scope="module")
def everywhere() -> set[str]:
    return {kind for path in python_files() for kind in announced_in(path)}


def test_every_announced_kind_is_classified(everywhere):
    assert "message.received" in everywhere
    assert sorted(everywhere - set(AUDITED) - NOT_AUDITED) == [], WHAT_TO_DO


def test_every_code_that_is_kept_is_announced_under_that_name():
    data: dict[str, set[str]] = defaultdict(set)
    for path in python_files():
        if speaks(path):
            for kind, names in data_of_kinds(syntax(path)).items():
                data[kind] |= names
    never = {kind: set(kept.codes) - data[kind] for kind, kept in AUDITED.items()}
    assert {kind: codes for kind, codes in never.items() if codes} == {}


def test_who_hands_a_kind_on_is_private_to_its_module_or_known_here():
    """Callers elsewhere are looked for only where the function is in PUBLIC."""
    public = {
        name
        for path in python_files()
        if speaks(path)
        for name in helpers(syntax(path))
        if not name.startswith("_")
    }
    assert public == set(PUBLIC)


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
        ('def _tell(x, name):\n    announce(name, x)\n_tell(1, "a.b")', {"a.b"}),
        ('def _tell(x, *, name):\n    announce(name, x)\n_tell(1, name="a.b")', {"a.b"}),
        ('class A:\n    def t(self, k):\n        announce(k, 1)\nself.t("a.b")', {"a.b"}),
        (
            'def _one(x, k):\n    _two(k, x)\ndef _two(k, x):\n    announce(k, x)\n_one(1, "a.b")',
            {"a.b"},
        ),
        (
            'def _tell(k):\n    announce(k if x else "a.c", 1)\n_tell("a.b")',
            {"a.b", "a.c"},
        ),
        ('say("a.b")', set()),
    ],
)
def test_the_kinds_are_found(code, found):
    tree = ast.parse(code)
    assert {text for node in announced(tree) for text in kinds(node, tree)} == found
