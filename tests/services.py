"""Private PostgreSQL and Redis servers on free ports, in directories of their own.

For the test runner, the fault tests and the benchmark. Every server is stopped by its own
process id; nothing here looks at, or for, a server that somebody else runs.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

import psycopg
import psycopg.sql
import redis
from typing_extensions import override

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 30
# Short paths: a Unix socket's may have 107 characters. The user who owns the server must reach it.
TEMPORARY = "/tmp"


class Missing(Exception):
    """A program that the machine does not have; the message says what to install."""


def postgres_binaries() -> Path:
    """The directory with `initdb` and `postgres`, the newest version where there are several.

    `PG_BIN` names it where it is in no usual place. Raises: Missing.
    """
    usual = sorted(
        [
            *Path("/usr/lib/postgresql").glob("*/bin"),
            *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
        ],
        key=_version,
        reverse=True,
    )
    on_path = shutil.which("initdb")
    candidates = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    candidates += [*usual, Path("/usr/local/pgsql/bin")]
    candidates += [Path(on_path).resolve().parent] if on_path else []
    for directory in candidates:
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory
    raise Missing("PostgreSQL (Debian: apt-get install postgresql)")


def redis_binary() -> Path:
    """The `redis-server` program. Raises: Missing."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    raise Missing("Redis (Debian: apt-get install redis-server)")


WHOLE_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def chromium_binary() -> Path:
    """The browser of the end-to-end tests; `CHROMIUM` names another. Raises: Missing.

    The shell without windows comes first: the same engine for half the processor time.
    """
    wanted = os.environ.get("CHROMIUM", "")
    for name in filter(None, (wanted, "chromium-headless-shell", *WHOLE_BROWSERS)):
        if found := shutil.which(name):
            return Path(found)
    raise Missing("Chromium (Debian: apt-get install chromium-headless-shell, or chromium)")


def ffmpeg_binary() -> Path:
    """The converter of voice notes. Raises: Missing."""
    if found := shutil.which("ffmpeg"):
        return Path(found)
    raise Missing("ffmpeg (Debian: apt-get install ffmpeg)")


def nginx_binary() -> Path:
    """A proxy whose example is shipped; often outside a user's own path. Raises: Missing."""
    if found := shutil.which("nginx") or shutil.which("/usr/sbin/nginx"):
        return Path(found)
    raise Missing("nginx (Debian: apt-get install nginx-light)")


def caddy_binary() -> Path:
    """The other one. Raises: Missing."""
    if found := shutil.which("caddy"):
        return Path(found)
    raise Missing("Caddy (Debian: apt-get install caddy)")


def missing_programs() -> list[str]:
    """What this machine lacks of what each change exercises, as sentences; Caddy is for nights."""
    found: list[str] = []
    looks = (postgres_binaries, redis_binary, chromium_binary, ffmpeg_binary, nginx_binary)
    for look in looks:
        try:
            look()
        except Missing as missing:
            found.append(str(missing))
    return found


# Below what the system gives to connections that go out: between the choice and the start of a
# server one of those took the port now and then.
PORTS: Final = range(10_000, 32_000)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server(ABC):
    """One private server process: start, stop, crash, freeze, thaw, close.

    `start()` after `stop()` or `crash()` brings the same data back on the same port.
    """

    name: str

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.directory = Path(tempfile.mkdtemp(prefix=f"baton-{self.name}-", dir=TEMPORARY))
        _hand_over(self.directory)

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.directory / "log"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self.process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self.process.pid

    def start(self) -> None:
        """Start and wait until it answers. Raises: RuntimeError with the end of its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command(),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=_owner(),
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.crash()
                raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop in order: clients are cut off, everything committed is on disk."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Stop as a crash would: nothing is flushed, the next start recovers."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the clock of every process of this server (SIGSTOP)."""
        for pid in self._pids():
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the frozen processes run on (SIGCONT)."""
        for pid in self._pids():
            with suppress(ProcessLookupError):  # a backend may end meanwhile
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        """Stop for good and remove the data."""
        self.crash()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _pids(self) -> Iterator[int]:
        yield self.pid

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.thaw()
            self.process.send_signal(how)
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class PrivatePostgres(Server):
    """A PostgreSQL cluster of its own, made with `C.UTF-8` (search fails silently under `C`).

    durable: commits reach the disk, as in production; without it the suite runs faster.
    options: further settings, e.g. {"max_connections": "20"}.
    copy_of: the data of a stopped server, with which this one begins.
    """

    name = "postgres"
    user = "baton"

    def __init__(
        self,
        *,
        durable: bool = True,
        options: Mapping[str, str] | None = None,
        copy_of: Path | None = None,
    ) -> None:
        self.binaries = postgres_binaries()
        super().__init__()
        self.options = {"max_connections": "200", **(options or {})}
        if not durable:
            self.options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        if copy_of:
            self._copy(copy_of)
        else:
            self._initialise()

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.directory / "data"

    def url(self, database: str = "postgres") -> str:
        """What `DATABASE_URL` takes; libpq understands it too."""
        return f"postgres://{self.user}@127.0.0.1:{self.port}/{database}"

    def create_database(self, database: str) -> str:
        """Make an empty database; returns its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            name = psycopg.sql.Identifier(database)
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(name))
        return self.url(database)

    def copy_database(self, template: str, name: str = "") -> str:
        """Copy a database that nobody is connected to; returns the copy's URL."""
        copy = name or f"{template}_{uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            names = (psycopg.sql.Identifier(copy), psycopg.sql.Identifier(template))
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(copy)

    @override
    def crash(self) -> None:
        """The immediate stop of `pg_ctl`: all backends die at once, the next start recovers."""
        self._end(signal.SIGQUIT)

    @override
    def _command(self) -> list[str]:
        settings = {
            **self.options,
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.directory),
        }
        pairs = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *pairs]

    @override
    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    @override
    def _pids(self) -> Iterator[int]:
        # Each backend leads a session of its own, so a signal to the group would miss them. They
        # are listed after the first process was signalled: a frozen one starts no more of them.
        yield self.pid
        yield from _children(self.pid)

    def _copy(self, data: Path) -> None:
        # As the user who owns them: a copy by root would be root's.
        command = ["cp", "-a", f"{data}/.", str(self.data)]
        self.data.mkdir(mode=0o700, exist_ok=True)
        _hand_over(self.data)
        subprocess.run(command, check=True, user=_owner())

    def _initialise(self) -> None:
        made = subprocess.run(
            [
                *(self.binaries / "initdb", "-D", self.data, "-U", self.user, "--no-sync"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
            ],
            capture_output=True,
            check=False,
            cwd=self.directory,
            user=_owner(),
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stderr.decode()}")


class PrivateRedis(Server):
    """A Redis of its own that keeps nothing on disk."""

    name = "redis"

    def __init__(self) -> None:
        self.binary = redis_binary()
        super().__init__()

    @property
    def url(self) -> str:
        """What `REDIS_URL` takes."""
        return f"redis://127.0.0.1:{self.port}/0"

    @override
    def _command(self) -> list[str]:
        return [
            *(str(self.binary), "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(self.directory)),
        ]

    @override
    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _version(directory: Path) -> int:
    digits = "".join(filter(str.isdigit, directory.parent.name))
    return int(digits or 0)


def _owner() -> int | None:
    """Root may not run PostgreSQL: an ordinary user of the machine owns the servers then."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres", names["nobody"])


def _hand_over(directory: Path) -> None:
    owner = _owner()
    if owner is not None:
        os.chown(directory, owner, -1)


def _children(parent: int) -> list[int]:
    """The processes that `parent` started, from the process table."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
    rows = (line.split() for line in table.stdout.decode().splitlines())
    return [int(pid) for pid, ppid in rows if int(ppid) == parent]
