"""The preview server, and pages of it with a socket that the test speaks through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, WebSocketRoute

from tests.e2e.windows import Windows

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def front() -> Iterator[str]:
    """The address of the real templates with made-up shapes."""
    command = [sys.executable, "-m", "tests.e2e.front.preview", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().removesuffix("/inbox/")
        server.terminate()


class Screen:
    """One page and the server's end of its socket. asked: the addresses of its sockets."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.heard: list[dict[str, Any]] = []
        self.socket: WebSocketRoute | None = None
        page.route_web_socket("**/ws/**", self._open)

    def _open(self, socket: WebSocketRoute) -> None:
        self.asked.append(socket.url)
        self.socket = socket
        socket.on_message(lambda text: self.heard.append(json.loads(text)))
        socket.send(json.dumps({"type": "beat", "seq": 100}))

    def push(self, html: str, seq: int) -> None:
        """One event, rendered."""
        self.say({"type": "events", "seq": seq, "html": html})

    def say(self, frame: dict[str, Any]) -> None:
        assert self.socket is not None
        self.socket.send(json.dumps(frame))

    def texts(self) -> list[str]:
        """The words of the log's last bubbles, in order."""
        found: list[str] = self.page.eval_on_selector_all(
            "#log > .bubble .bubble__text", "all => all.map(one => one.textContent.trim())"
        )
        return found


@pytest.fixture
def screen(windows: Windows, front: str) -> Iterator[Callable[..., Screen]]:
    """Opens `screen("/inbox/")`; the test fails on a script error or a report of the CSP."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Answers that refuse, a net that a test cuts, and a microphone that a test forbids.
        expected = ("status of", "ERR_", "Permissions policy violation")
        if message.type == "error" and not any(one in message.text for one in expected):
            faults.append(message.text)

    listeners = {"console": note, "pageerror": lambda error: faults.append(str(error))}

    def opened(
        path: str, *, width: int = 1280, height: int = 800, theme: str = "light", csp: bool = True
    ) -> Screen:
        page = windows.page(
            size=(width, height),
            theme="dark" if theme == "dark" else "light",
            listeners=listeners,
            bypass_csp=not csp,
        )
        made = Screen(page)
        page.goto(front + path)
        return made

    yield opened
    windows.give_back()
    assert faults == []
