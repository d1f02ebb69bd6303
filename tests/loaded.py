"""Processes that need not load Baton first: they are forked from one that has, and waits.

A start of `manage.py` costs two seconds of processor time, nearly all of it for imports, and the
suite makes some three hundred. A `Process` runs the same command in a process of its own, with
its own environment, settings, files and database; only the modules are there already. At night,
and where the system cannot do it, every command is started anew (docs/decisions/0016).

As a program it is the one that waits: `python -m tests.loaded <number of its socket>`.
"""

from __future__ import annotations

import atexit
import gc
import inspect
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).parent.parent
STARTS_ANEW: Final = "TEST_STARTS_ANEW"
SETTINGS: Final = "DJANGO_SETTINGS_MODULE"
MOST_BYTES: Final = 128 * 1024
LOOK_EVERY_S: Final = 0.01
# Beside the apps, what a server and the commands of the tests import. Not daphne: it makes its
# event loop when it is imported, and two processes with one loop take each other's events.
LOADED: Final = (
    *("config.urls", "inbox.consumers", "webhooks.ingest", "webhooks.worker", "simulator.app"),
    *("channels.auth", "channels.routing", "channels.security.websocket", "channels_redis.pubsub"),
    *("uvicorn", "uvicorn.protocols.http.httptools_impl", "uvicorn.lifespan.on"),
    *("twisted.web.http", "twisted.internet.ssl", "autobahn.websocket.protocol"),
    *("django.db.backends.sqlite3.base", "django.db.backends.postgresql.base"),
    *("django.core.management.commands.shell", "django.core.management.commands.migrate"),
)
NOT_LOADED: Final = ("daphne.server", "twisted.internet.reactor", "config.asgi")


class Process(subprocess.Popen[Any]):
    """`subprocess.Popen` of a Python command that begins with the interpreter."""

    _forked = False

    def _execute_child(self, *given: Any) -> None:
        """What makes the process, in the library's own words."""
        if not may_fork():
            super()._execute_child(*given)  # type: ignore[misc]
            return
        named = inspect.signature(super()._execute_child).bind(*given).arguments  # type: ignore[misc]
        order = {
            "arguments": [str(one) for one in named["args"]][1:],
            "cwd": str(named["cwd"] or os.getcwd()),
            "environment": dict(os.environ if named["env"] is None else named["env"]),
            "new_session": bool(named["start_new_session"]),
        }
        ends = [named[end] for end in ("p2cread", "c2pwrite", "errwrite")]
        files = [place if end == -1 else end for place, end in enumerate(ends)]
        self.pid = waiting_one().fork(order, files)
        self._forked = self._child_created = True
        pipes = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(named[end] for end in pipes))  # type: ignore[attr-defined]

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        """It is not our child: who forked it knows how it ended."""
        if not self._forked:
            return super()._try_wait(wait_flags)  # type: ignore[misc]
        status = waiting_one().ended(self.pid)
        if status is None:
            time.sleep(0 if wait_flags else LOOK_EVERY_S)
            return 0, 0
        return self.pid, status

    def _internal_poll(self, *given: Any, **named: Any) -> int | None:
        if not self._forked:
            return super()._internal_poll(*given, **named)  # type: ignore[misc]
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode


def run(
    command: list[str], *, check: bool = False, **given: Any
) -> subprocess.CompletedProcess[Any]:
    """`subprocess.run` of such a command. Raises: CalledProcessError."""
    timeout = given.pop("timeout", None)
    with Process(command, **given) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    if check and process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stdout, stderr)
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def may_fork() -> bool:
    """Whether commands are forked: not at night."""
    return sys.platform == "linux" and not os.environ.get(STARTS_ANEW)


class Waiting:
    """The process that has loaded Baton, seen from the tests."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._one_at_a_time = threading.Lock()
        self._socket = ours
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.loaded", str(theirs.fileno())],
            cwd=ROOT,
            env=os.environ | {SETTINGS: "config.settings"},
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        atexit.register(self.close)

    def fork(self, order: dict[str, Any], files: list[int]) -> int:
        """The number of a new process that has these files as its standard ones."""
        return int(self._ask(order, files))

    def ended(self, pid: int) -> int | None:
        """How it ended, as the system says it; None while it runs. Told once."""
        status = self._ask({"ended": pid})
        return None if status is None else int(status)

    def close(self) -> None:
        """Ends it; what it has forked goes on."""
        self._socket.close()
        self._process.wait()

    def _ask(self, order: dict[str, Any], files: list[int] | None = None) -> Any:
        with self._one_at_a_time:
            socket.send_fds(self._socket, [json.dumps(order).encode()], files or [])
            answer = self._socket.recv(MOST_BYTES)
        if not answer:
            raise RuntimeError("the process that had loaded Baton is gone")
        return json.loads(answer)


@cache
def waiting_one() -> Waiting:
    """That of this process, from the first time it is asked for."""
    return Waiting()


def load() -> None:
    """Imports what commands import. Nothing that belongs to one process may be made by it."""
    settings: Any = import_module("config.settings")
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "daphne"]
    import_module("django").setup()
    for name in LOADED:
        import_module(name)
    shared = [name for name in NOT_LOADED if name in sys.modules]
    connected = [one.alias for one in of_django("db.connections").all() if one.connection]
    if shared or connected or threading.active_count() > 1:
        raise RuntimeError(f"loading made what cannot be shared: {shared}, {connected} or threads")
    gc.collect()
    gc.freeze()


def answer(asked: socket.socket) -> dict[str, Any] | None:
    """Forks and tells until nobody asks any more (None); what it was told, in the child."""
    while True:
        text, files, _flags, _sender = socket.recv_fds(asked, MOST_BYTES, 3)
        if not text:
            return None
        order: dict[str, Any] = json.loads(text)
        if "ended" in order:
            pid, status = os.waitpid(order["ended"], os.WNOHANG)
            asked.send(json.dumps(status if pid else None).encode())
            continue
        child = os.fork()
        if not child:
            asked.close()
            become(order, files)
            return order
        for file in files:
            os.close(file)
        asked.send(json.dumps(child).encode())


def become(order: dict[str, Any], files: list[int]) -> None:
    """The session, files, place, environment and settings that the command was given."""
    if order["new_session"]:
        os.setsid()
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    forget_settings()


def forget_settings() -> None:
    """Who asks next reads them from the environment of now; so do the handlers of databases.

    Django's models have asked theirs how long a table's name may be.
    """
    os.environ.setdefault(SETTINGS, "config.settings")
    for name in {"config.settings", os.environ[SETTINGS]} & sys.modules.keys():
        del sys.modules[name]
    of_django("conf.settings")._wrapped = of_django("utils.functional.empty")
    for handler in (of_django("db.connections"), of_django("core.cache.caches")):
        vars(handler).pop("settings", None)
        type(handler).__init__(handler)


def of_django(name: str) -> Any:
    """By name: this module is imported where there are no settings."""
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(f"django.{module}"), attribute)


def execute(arguments: list[str]) -> None:
    """What the interpreter does with them: `-c code`, `-m module` or a file, and what follows."""
    if arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 as -c does
    elif arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    load()
    told = answer(socket.socket(fileno=int(sys.argv[1])))
    if told is not None:
        execute(told["arguments"])
