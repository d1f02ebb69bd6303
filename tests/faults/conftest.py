"""Installations on both databases, and the seed of everything random."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import migrated
from tests.conftest import program
from tests.faults.installation import Installation
from tests.services import PrivatePostgres, postgres_binaries


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


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with one number, to be copied."""
    directory = tmp_path_factory.mktemp("prepared")
    Installation(directory, migrated.sqlite(directory / "baton.sqlite3"))
    return directory / "baton.sqlite3"


@pytest.fixture(scope="session")
def calm_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    """A durable server that nobody crashes, with a migrated database "prepared", to be copied."""
    program(postgres_binaries)
    with migrated.postgres() as server:
        url = server.copy_database(migrated.DATABASE, "prepared")
        Installation(tmp_path_factory.mktemp("postgres"), url)
        yield server


@pytest.fixture(scope="session")
def stopped_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    """A server that was stopped in order, with the migrated database "baton"; to be copied."""
    program(postgres_binaries)
    with migrated.postgres() as server:
        url = server.copy_database(migrated.DATABASE, "baton")
        Installation(tmp_path_factory.mktemp("stopped"), url)
        server.stop()
        yield server


@pytest.fixture
def copied_postgres(
    stopped_postgres: PrivatePostgres,
) -> Iterator[Callable[..., PrivatePostgres]]:
    """Makes servers of this test's own, to be tortured, with the migrated database "baton"."""
    with ExitStack() as stack:

        def make(kind: type[PrivatePostgres] = PrivatePostgres, **options: str) -> PrivatePostgres:
            made = kind(copy_of=stopped_postgres.data, options=options)
            stack.callback(made.close)
            made.start()
            return made

        yield make


@pytest.fixture
def crashable_postgres(copied_postgres: Callable[..., PrivatePostgres]) -> PrivatePostgres:
    """One of them, with the settings of production."""
    return copied_postgres()


@pytest.fixture
def sqlite_url(prepared_sqlite: Path, tmp_path: Path) -> str:
    """A file of this test's own, with one number."""
    return f"sqlite:///{shutil.copy(prepared_sqlite, tmp_path / 'baton.sqlite3')}"


@pytest.fixture
def postgres_url(calm_postgres: PrivatePostgres) -> str:
    """A durable database of this test's own, with one number."""
    return calm_postgres.copy_database("prepared")


# For what takes long: a change meets the stricter of the two systems, the night both.
ONE_A_CHANGE = pytest.mark.parametrize(
    "database_url",
    ["postgres", pytest.param("sqlite", marks=pytest.mark.nightly)],
    indirect=True,
)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A durable database of this test's own, with one number, on each of the two systems."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
