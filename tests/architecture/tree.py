"""Where the files of the house are, and what they import: shared by the checks beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a run leaves behind; none of it is in the repository (.gitignore).
LEFT_BEHIND = ("var", "staticfiles", "build", "*.egg-info", "__pycache__", "node_modules")
# The packages that make up the product, in the order of the import contract.
PACKAGES = tuple(
    name
    for name in (
        *("config", "analytics", "campaigns", "automation", "inbox", "templates_app"),
        *("webhooks", "accounts", "whatsapp", "simulator"),
    )
    if (ROOT / name / "__init__.py").exists()
)


def folders() -> list[str]:
    """Names of the top-level directories that hold at least one file."""
    return sorted(
        path.name
        for path in ROOT.iterdir()
        if path.is_dir()
        and not path.name.startswith(".")
        and not any(fnmatch(path.name, left) for left in LEFT_BEHIND)
        and any(file.is_file() and "__pycache__" not in file.parts for file in path.rglob("*"))
    )


def python_files(*packages: str) -> Iterator[Path]:
    """Every module of `packages` (default: the product), migrations left out."""
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def syntax(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(), filename=str(path))


def place(path: Path, node: ast.AST | int = 0) -> str:
    """`folder/file.py:12`, for messages."""
    line = node if isinstance(node, int) else getattr(node, "lineno", 0)
    return f"{path.relative_to(ROOT)}:{line}"


def imported_names(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Full dotted name of everything that `tree` imports, with its node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def templates() -> list[Path]:
    """Every HTML template of the house, those of the simulator too."""
    return sorted(
        path for folder in ("templates", *PACKAGES) for path in (ROOT / folder).rglob("*.html")
    )


def stylesheets() -> list[Path]:
    """Every stylesheet we wrote (not the vendored ones)."""
    return sorted((ROOT / "static" / "css").rglob("*.css"))
