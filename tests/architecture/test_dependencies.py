"""What is imported is declared, and what is declared is explained."""

from __future__ import annotations

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions

from tests.architecture.tree import ROOT, imported_names, place, python_files, syntax

# Part of a package that is declared: it comes with it, by that package's own promise.
COMES_WITH = {
    "asgiref": "django",
    "boto3": "django-storages",  # of its extra `s3`
    "pydantic": "django-ninja",
    "pydantic_core": "django-ninja",
    "twisted": "daphne",
    "urllib3": "requests",
}
OURS = {path.name for path in ROOT.iterdir() if path.is_dir()}


def test_the_product_imports_what_it_declares():
    assert undeclared(python_files(), declared("fast", "s3")) == []


def test_the_tests_import_what_they_declare():
    assert undeclared(python_files("tests", "bench"), declared("fast", "s3", "dev")) == []


def test_every_dependency_is_explained():
    explained = set(
        re.findall(r"^\| `([\w-]+)`", (ROOT / "docs/dependencies.md").read_text(), re.M)
    )
    assert explained == declared("fast", "s3", "dev")


def undeclared(files, allowed):
    """`place: name` of every import from a distribution that is not in `allowed`."""
    return [
        f"{place(path, node)}: {name}"
        for path in files
        for name, node in imported_names(syntax(path))
        if not is_declared(name.partition(".")[0], allowed)
    ]


def is_declared(package: str, allowed: set[str]) -> bool:
    """Whether a top-level package is Python's, ours, or of an allowed distribution."""
    if package in sys.stdlib_module_names or package in OURS:
        return True
    return bool({COMES_WITH.get(package, ""), *distributions().get(package, [])} & allowed)


@cache
def distributions() -> dict[str, list[str]]:
    """Top-level package to the normalised names of the distributions that bring it."""
    found = packages_distributions()
    return {package: [normal(name) for name in names] for package, names in found.items()}


def declared(*extras: str) -> set[str]:
    """Normalised names of the dependencies, and of those of `extras`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    names = {normal(re.split(r"[^\w.-]", line)[0]) for line in lines}
    return names - {"baton"}


def normal(name: str) -> str:
    """One spelling for a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()
