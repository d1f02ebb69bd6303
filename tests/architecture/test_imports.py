"""Imports go down, in one line, at the top of the file, without a circle."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.tree import PACKAGES, ROOT, imported_names, place, python_files, syntax

SIGNALS = ("django.dispatch", "django.db.models.signals")


def test_the_import_contracts_hold():
    # A process of its own: where Twisted is loaded, import-linter trips over zope.interface.
    tool = Path(sys.executable).with_name("lint-imports")
    check = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert check.returncode == 0, check.stdout + check.stderr


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_no_import_hides_in_a_function():
    hidden = [place(path, line) for path in python_files() for line in hidden_imports(syntax(path))]
    assert hidden == []


def test_nobody_uses_signals():
    used = [
        place(path, node)
        for path in python_files()
        for name, node in imported_names(syntax(path))
        if name.startswith(SIGNALS)
    ]
    assert used == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import os\ndef f():\n    return os", []),
        ("def f():\n    import os", [2]),
        ("class A:\n    def f(self):\n        if self:\n            from os import path", [4]),
    ],
)
def test_a_hidden_import_is_found(code, lines):
    assert hidden_imports(ast.parse(code)) == lines


def hidden_imports(tree: ast.AST) -> list[int]:
    """Lines of the imports that stand inside a function."""
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return sorted(
        {
            inner.lineno
            for function in functions
            for inner in ast.walk(function)
            if isinstance(inner, ast.Import | ast.ImportFrom)
        }
    )
