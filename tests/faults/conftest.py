"""Installations on both databases, and the seed of everything random."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """The random numbers of this test; the same again with the same `FAULT_SEED`."""
    seed = f"{os.environ.get('FAULT_SEED', '1')}/{request.node.nodeid}"
    print(f"seed: {seed}")
    return random.Random(seed)


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Makes installations; at the end their processes are gone."""
    made: list[Installation] = []

    def make(database_url: str, **options: str) -> Installation:
        directory = tmp_path / str(len(made))
        directory.mkdir()
        made.append(Installation(directory, database_url, **options))
        return made[-1]

    yield make
    for one in made:
        one.kill()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, durable database of this test's own, on each of the two systems."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'baton.sqlite3'}"
    url: str = request.getfixturevalue("private_postgres").create_database("baton")
    return url
