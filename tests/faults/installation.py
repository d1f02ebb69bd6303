"""One Baton as an operator runs it: real processes on a database of its own, started and killed."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests import loaded
from tests.loaded import Process
from tests.services import free_port

ROOT = Path(__file__).parent.parent.parent
APP_SECRET = "faults-app-secret"
WABA_ID = "1001"
PHONE_NUMBER_ID = "2001"
START_WITHIN_S = 30

SEED = f"""
from accounts.models import BusinessAccount, EventCounter, Organization, PhoneNumber
organization = Organization.objects.create(name="Kettle & Co")
EventCounter.objects.create(organization=organization)
account = BusinessAccount.objects.create(organization=organization, waba_id="{WABA_ID}")
PhoneNumber.objects.create(
    organization=organization, account=account, meta_phone_number_id="{PHONE_NUMBER_ID}"
)
"""


class Installation:
    """A database with one number, and the server process in front of it.

    directory: for logs and files. database_url: of migrated tables. server: daphne or uvicorn.
    """

    def __init__(self, directory: Path, database_url: str, *, server: str = "daphne") -> None:
        self.port = free_port()
        self.server = server
        self.log = directory / "server.log"
        self.database_url = database_url
        self.process: Process | None = None
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "META_APP_SECRET": APP_SECRET,
            "MEDIA_ROOT": str(directory / "media"),
            "FAILPOINTS_ENABLED": "1",
            "FAILPOINTS": "",
            "REDIS_URL": "",
        }
        if not self.rows("SELECT 1 FROM accounts_phonenumber"):
            self.manage("shell", "--verbosity=0", "--command", SEED)

    def manage(self, *arguments: str) -> None:
        """Runs a management command to its end."""
        loaded.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True
        )

    def run_aside(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Runs a command that may fail, beside the server; its output is captured."""
        return loaded.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=300,
        )

    def start(self, failpoints: str = "", *options: str) -> None:
        """Starts `serve` in a process group of its own and waits until it listens."""
        process = self._launch(failpoints, *options)
        deadline = time.monotonic() + START_WITHIN_S
        while not self._listens():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"serve did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def start_to_die(self, failpoints: str) -> int:
        """Starts `serve` on work that ends it, before or after it listens; the exit code."""
        self._launch(failpoints)
        return self.wait_for_death(START_WITHIN_S)

    def _launch(self, failpoints: str, *options: str) -> Process:
        with self.log.open("ab") as log:
            self.process = Process(
                [
                    *(sys.executable, "manage.py", "serve", "--server", self.server),
                    *("--port", str(self.port), *options),
                ],
                cwd=ROOT,
                env=self.environment | {"FAILPOINTS": failpoints},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.process

    @contextmanager
    def workers(self, count: int) -> Iterator[list[Process]]:
        """Worker processes besides the one in the server; killed at the end."""
        with (self.log.parent / "workers.log").open("ab") as log:
            started = [
                Process(
                    [sys.executable, "manage.py", "work"],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
                for _ in range(count)
            ]
        try:
            yield started
        finally:
            for worker in started:
                worker.kill()
                worker.wait()

    def kill(self) -> None:
        """`kill -9` for the whole process group."""
        if self.process:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """SIGTERM, as a deploy does; the exit code."""
        if self.process is None:
            raise RuntimeError("serve is not running")
        self.process.terminate()
        code = self.process.wait(60)
        self.process = None
        return code

    def wait_for_death(self, timeout: float = 10) -> int:
        """The exit code of a process that a failpoint ends."""
        if self.process is None:
            raise RuntimeError("serve is not running")
        code = self.process.wait(timeout)
        self.process = None
        return code

    def limit_files_to(self, size: int | None) -> None:
        """Lets the running server write no file beyond so many bytes; None lets it again."""
        if self.process is None:
            raise RuntimeError("serve is not running")
        _soft, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        limit = hard if size is None else size
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, hard))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a statement returns; it is committed."""
        with self._connection() as connection:
            cursor = connection.execute(sql)
            found = cursor.fetchall() if cursor.description else []
            connection.commit()
            return found

    def received(self) -> dict[str, int]:
        """How often each wamid of a customer has become a message."""
        sql = "SELECT wamid, count(*) FROM inbox_message WHERE direction = 'inbound' GROUP BY wamid"
        return dict(self.rows(sql))

    def let_leases_end(self) -> None:
        """What a minute of waiting does to the claims of a killed worker."""
        self.rows("UPDATE webhooks_delivery SET lease_until = NULL WHERE state = 'received'")

    def wait_until_digested(self, timeout: float = 60) -> None:
        """Waits until every delivery is done. Raises: TimeoutError."""
        deadline = time.monotonic() + timeout
        while self.rows("SELECT 1 FROM webhooks_delivery WHERE state <> 'done' LIMIT 1"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not digested:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.1)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        connection: Any
        if self.database_url.startswith("sqlite:///"):
            connection = sqlite3.connect(self.database_url.removeprefix("sqlite:///"), timeout=20)
        else:
            connection = psycopg.connect(self.database_url)
        try:
            yield connection
        finally:
            connection.close()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
