"""Documents that a machine can check against the code are checked."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.tree import ROOT, folders, syntax

FOR_COMPOSE = {"POSTGRES_PASSWORD"}
# Set by tests and fault runs, never by an operator: described, but no line to copy.
NOT_FOR_OPERATORS = {"BATON_ENV_FILE", "TEST_DATABASE", "FAILPOINTS", "FAILPOINTS_ENABLED"}


def test_the_readme_maps_every_folder_and_no_other():
    assert sorted(first_cells("README.md", r"`(\w+)/`")) == folders()


def test_the_readme_names_the_two_commands():
    readme = (ROOT / "README.md").read_text()
    assert "make run" in readme
    assert "make test" in readme


def test_every_setting_is_documented_and_no_other():
    documented = first_cells("docs/settings.md", r"`([A-Z_]+)`")
    assert sorted(documented) == sorted(settings_read())


def test_every_setting_of_an_operator_is_in_the_example():
    example = (ROOT / ".env.example").read_text()
    offered = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, re.M))
    assert offered - FOR_COMPOSE == settings_read() - NOT_FOR_OPERATORS


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('A = env.str("A", "x")', {"A"}),
        ('A = env("A")\nB = env.bool("B", False)', {"A", "B"}),
        ('KEY = secret("KEY")', {"KEY"}),
        ('A = os.environ.get("A", "")\nB = os.environ["B"]', {"A", "B"}),
        ('A = "A"\nprint("B")', set()),
        ('A = env.str(f"{name}_FILE", "")', set()),
    ],
)
def test_the_names_read_are_found(code, names):
    assert names_read(ast.parse(code)) == names


def first_cells(document: str, pattern: str) -> list[str]:
    """The first cell of each table row of a document, where it looks like `pattern`."""
    return re.findall(rf"^\| {pattern}[^|]*\|", (ROOT / document).read_text(), re.M)


def settings_read() -> set[str]:
    """Every name that config/settings.py reads from the environment."""
    return names_read(syntax(ROOT / "config" / "settings.py"))


def names_read(tree: ast.AST) -> set[str]:
    """Constant names given to env(...), env.*(...), secret(...), os.environ."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and reads(node.func):
            found |= constant(node.args[0])
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found |= constant(node.slice)
    return found


def reads(function: ast.expr) -> bool:
    """Whether a call of `function` reads the environment."""
    name = ast.unparse(function)
    return bool(re.fullmatch(r"env(\.\w+)?|secret|os\.environ\.get", name))


def constant(node: ast.expr) -> set[str]:
    """The string that `node` spells out, if it does."""
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()
