"""A running demo shop: real server, real database, the simulator's phone beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tests import loaded
from tests.faults.installation import ROOT
from tests.loaded import Process
from tests.services import free_port

PASSWORD = "baton-demo-2026"


class Shop:
    """`manage.py serve` with the demo's data; one process, as `make run` starts it.

    database_url: of migrated tables.
    """

    def __init__(self, directory: Path, database_url: str) -> None:
        self.port = free_port()
        self.log = directory / "serve.log"
        self.process: Process | None = None
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.shop_settings",
            "DATABASE_URL": database_url,
            "PUBLIC_URL": self.url,
            "GRAPH_API_URL": f"{self.url}/simulator/graph",
            "SIMULATOR": "1",
            "META_APP_ID": "670843887433847",  # the simulator takes it for its own
            "META_CONFIG_ID": "1520432812345678",
            "MEDIA_ROOT": str(directory / "media"),
            "FAILPOINTS": "",
        }
        self.manage("demo", "--undo-seconds", "0")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str) -> str:
        """Runs a management command to its end; what it printed."""
        done = loaded.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        return done.stdout.decode()

    def shell(self, code: str) -> str:
        """Runs Python inside the installation, beside the server."""
        return self.manage("shell", "--verbosity=0", "--command", code)

    def start(self, server: str = "daphne") -> None:
        """Starts the server and waits until it listens."""
        with self.log.open("ab") as log:
            self.process = Process(
                [
                    sys.executable,
                    "manage.py",
                    "serve",
                    "--port",
                    str(self.port),
                    "--server",
                    server,
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"serve did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """Ends the server's process group."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def customer(self, key: str, kind: str = "text", **content: Any) -> str:
        """A customer sends something from the phone; the wamid."""
        answer = requests.post(
            f"{self.url}/simulator/control/customer-message",
            json={"customer": key, "kind": kind} | content,
            timeout=10,
        )
        answer.raise_for_status()
        return str(answer.json()["wamid"])

    def control(self, **changes: Any) -> None:
        """Throws the simulator's switches."""
        answer = requests.post(f"{self.url}/simulator/control", json=changes, timeout=10)
        answer.raise_for_status()

    def at_meta(self, path: str, **body: Any) -> dict[str, Any]:
        """One of the simulator's other controls: makes a number, a code, a token."""
        answer = requests.post(f"{self.url}/simulator/control/{path}", json=body, timeout=10)
        answer.raise_for_status()
        made: dict[str, Any] = answer.json()
        return made

    def accepts(self) -> list[dict[str, Any]]:
        """What the make-believe Meta took so far."""
        answer = requests.get(f"{self.url}/simulator/control/accepts", timeout=10).json()
        found: list[dict[str, Any]] = answer["accepts"] if isinstance(answer, dict) else answer
        return found


class Hand:
    """Python inside the installation, by the shop's own actions; one process for all lines."""

    LOOP = (
        "import sys, traceback, django; django.setup()\n"
        "from django.db import close_old_connections\n"
        "for line in sys.stdin:\n"
        "    close_old_connections()\n"
        "    try:\n"
        "        exec(line.encode().decode('unicode_escape').encode('latin-1').decode(), {})\n"
        "        print('done', flush=True)\n"
        "    except Exception:\n"
        "        print('failed ' + repr(traceback.format_exc()), flush=True)\n"
    )

    def __init__(self, shop: Shop) -> None:
        self.process = Process(
            [sys.executable, "-c", self.LOOP],
            cwd=ROOT,
            env=shop.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, code: str) -> None:
        """Runs it to its end. Raises: RuntimeError with its traceback."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        line = code.encode().decode("latin-1").encode("unicode_escape").decode()
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer.startswith("done"):
            raise RuntimeError(answer)

    def close(self) -> None:
        with self.process:  # closes its pipes, then waits
            self.process.kill()
