"""Migrated databases of both kinds, copied for each measurement, and the processes on them."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from bench import bodies
from tests.faults.installation import ROOT, Installation
from tests.migrated import migrate
from tests.services import PrivatePostgres, free_port

START_WITHIN_S = 40
STOP_WITHIN_S = 45

# Beside the number of the fault tests: Amina with a session, and a token to send with.
PEOPLE = f"""
from django.test import Client
from accounts.models import NumberStatus, Organization, Person, PhoneNumber
number = PhoneNumber.objects.select_related("account").get()
number.account.access_token = "{bodies.TOKEN}"
number.account.save()
PhoneNumber.objects.update(status=NumberStatus.ACTIVE, display_phone_number="+15550783881")
amina = Person.objects.create(
    organization=Organization.objects.get(), email="amina@baton.example", name="Amina"
)
client = Client()
client.force_login(amina)
print(client.session.session_key)
"""


class Bench:
    """Where one run works: a directory, and for each database a prepared one to copy.

    rows: messages of a big installation, for `bench.reading`.
    """

    def __init__(
        self,
        directory: Path,
        stack: ExitStack,
        *,
        databases: Sequence[str],
        servers: Sequence[str] = ("daphne", "uvicorn"),
        rows: int = 2_000,
        quick: bool = False,
    ) -> None:
        self.directory = directory
        self.databases = databases
        self.servers = servers
        self.rows = rows
        self.quick = quick
        self._stack = stack
        self._postgres: PrivatePostgres | None = None
        self._sessions: dict[str, str] = {}

    @contextmanager
    def place(self, database: str) -> Iterator[Place]:
        """A fresh copy; its processes are gone at the end."""
        if database not in self._sessions:
            self._prepare(database)
        directory = self.directory / uuid4().hex
        directory.mkdir()
        place = Place(directory, self._copy(database, directory), self._sessions[database])
        try:
            yield place
        finally:
            place.close()

    def _prepare(self, database: str) -> None:
        url = f"sqlite:///{self.directory / 'prepared.sqlite3'}"
        if database == "postgres":
            self._postgres = self._stack.enter_context(PrivatePostgres())
            url = self._postgres.create_database("prepared")
        migrate(url)
        installation = Installation(self.directory, url)
        said = installation.run_aside("shell", "--verbosity=0", "--command", PEOPLE)
        if said.returncode:
            raise RuntimeError(said.stderr.decode())
        self._sessions[database] = said.stdout.decode().split()[-1]

    def _copy(self, database: str, directory: Path) -> str:
        if database == "sqlite":
            file = shutil.copy(self.directory / "prepared.sqlite3", directory / "baton.sqlite3")
            return f"sqlite:///{file}"
        if self._postgres is None:
            raise RuntimeError("PostgreSQL was not prepared")
        name = f"bench_{directory.name}"
        with psycopg.connect(self._postgres.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE prepared'.encode())
        return self._postgres.url(name)


class Place(Installation):
    """An installation with any number of processes of its own, ended by their ids."""

    def __init__(self, directory: Path, database_url: str, session: str) -> None:
        super().__init__(directory, database_url)
        self.directory = directory
        self.session = session
        self.environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        self.environment["FAILPOINTS_ENABLED"] = "0"
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str, port: int | None = None) -> subprocess.Popen[bytes]:
        """Starts `python <command>`; with a port, waits until somebody listens there."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self._running.append(process)
        if port:
            self._wait_for(process, port)
        return process

    def serve(self, server: str, *options: str) -> int:
        """Starts `manage.py serve`; its port."""
        self.port = free_port()
        self.environment["PUBLIC_URL"] = f"http://127.0.0.1:{self.port}"
        command = ("manage.py", "serve", "--server", server, "--port", str(self.port), *options)
        self.run(*command, port=self.port)
        return self.port

    def bare(self, server: str) -> int:
        """Starts the bare application under the same server; its port."""
        port = free_port()
        self.run("-m", "bench.bare", server, str(port), port=port)
        return port

    def end_all(self) -> None:
        """Ends what was started, as a deploy does."""
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def close(self) -> None:
        """Ends what was started at once, and forgets the data."""
        for process in self._running:
            process.kill()
            process.wait()
        self._running.clear()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def pids(self) -> list[int]:
        """The ids of what was started, in order."""
        return [process.pid for process in self._running]

    @property
    def is_postgres(self) -> bool:
        """Which of the two systems this is."""
        return self.database_url.startswith("postgres")

    def connection(self) -> AbstractContextManager[Any]:
        """A plain connection: psycopg's or sqlite3's."""
        return self._connection()

    def count(self, table: str, where: str = "1 = 1") -> int:
        """How many rows there are."""
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])  # noqa: S608

    def settle(self) -> None:
        """What the system does by itself in a quiet hour: statistics, and the visibility map."""
        with self.connection() as connection:
            if self.is_postgres:
                connection.autocommit = True
            connection.execute("VACUUM ANALYZE" if self.is_postgres else "ANALYZE")
            connection.commit()

    def wait_until_none(self, table: str, where: str, *, within_s: float) -> None:
        """Waits until no such row is left. Raises: TimeoutError with the end of the log, at once
        where a process that should work has ended.
        """
        deadline = time.monotonic() + within_s
        while left := self.count(table, where):
            ended = any(process.poll() is not None for process in self._running)
            if ended or time.monotonic() > deadline:
                said = self.log.read_text()[-2000:] if self.log.exists() else ""
                raise TimeoutError(f"{left} rows of {table} are left\n{said}")
            time.sleep(0.25)

    def _wait_for(self, process: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)
