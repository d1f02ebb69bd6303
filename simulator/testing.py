"""A running simulator for tests, in a thread of the test process."""

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import requests
import uvicorn

from simulator.app import Simulator, create
from simulator.settings import Settings
from simulator.wire import Json

START_S: Final = 10.0
PAUSE_S: Final = 0.02
QUICK: Final[Json] = {
    "delays": {"sent": 0.01, "delivered": 0.02, "read": 0.02},
    "webhooks": {"first_retry_s": 0.1, "gather_s": 0.1},
}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that listens; `base_url` is what GRAPH_API_URL takes."""

    base_url: str
    accept_log: Path
    simulator: Simulator

    @property
    def access_token(self) -> str:
        """The bearer token it takes."""
        return self.simulator.world.access_token

    @property
    def phone_number_id(self) -> str:
        """The id of its first business number."""
        return self.simulator.world.default_number()

    def control(self, **changes: Any) -> Json:
        """Throw switches; see `simulator.switches` for the keys."""
        return self._post("control", changes)

    def fault(self, kind: str, **shape: Any) -> Json:
        """Add one fault; see `simulator.switches.Fault`."""
        return self.control(add_fault={"kind": kind} | shape)

    def reset(self) -> None:
        """A new world with the quick delays of `running`; the accept log file stays."""
        self._post("control/reset", {})

    def says(self, customer: str | Json, kind: str = "text", **content: Any) -> str:
        """Let a customer send something; see `simulator.inbound`. The wamid."""
        wanted = {"customer": customer, "kind": kind} | content
        return str(self._post("control/customer-message", wanted)["wamid"])

    def status(self, wamid: str, status: str, **more: Any) -> Json:
        """Post a status of an accepted message."""
        return self._post("control/status", {"wamid": wamid, "status": status} | more)

    def webhook(self, **wanted: Any) -> Json:
        """Post any webhook: `body=`, `base64=`, or `field=` and `value=`."""
        return self._post("control/webhook", wanted)

    def template(self, name: str, language: str, status: str, **more: str) -> Json:
        """Give a template a new state; a webhook tells of it. more: `reason`, `quality`."""
        wanted = {"name": name, "language": language, "status": status} | more
        return self._post("control/template", wanted)

    def code(self, **wanted: Any) -> Json:
        """What Embedded Signup hands to the page: `code`, `waba_id`, `phone_number_id`."""
        return self._post("control/code", wanted)

    def token(self) -> str:
        """Another access token, the only one from now on; nothing is wrong with it."""
        return str(self._post("control/token", {})["access_token"])

    def number(self, **wanted: Any) -> Json:
        """A new number, or an old one moved: `id=`, `waba_id=`, `display=`, `status=`."""
        return self._post("control/number", wanted)

    def release(self) -> int:
        """Send the webhooks that were held back."""
        return int(self._post("control/release", {})["released"])

    def read(self, customer: str) -> None:
        """The customer looks at the chat."""
        self._post("control/read", {"customer": customer})

    def accepts(self) -> list[Json]:
        """What was accepted, oldest first; see `simulator.accepts`."""
        return list(self._get("control/accepts")["accepts"])

    def state(self, since: int = 0) -> Json:
        """Everything that changed after `since`; see `simulator.view`."""
        return self._get(f"control/state?since={since}")

    def message(self, wamid: str) -> Json | None:
        """One message as the phone shows it."""
        return next((m for m in self.state()["messages"] if m["wamid"] == wamid), None)

    def _post(self, path: str, body: Json) -> Json:
        answer = requests.post(f"{self.base_url}/{path}", json=body, timeout=10)
        return _json(answer)

    def _get(self, path: str) -> Json:
        return _json(requests.get(f"{self.base_url}/{path}", timeout=10))


def _json(answer: requests.Response) -> Json:
    if not answer.ok:
        raise ValueError(f"the simulator says {answer.status_code}: {answer.text}")
    body: Json = answer.json()
    return body


@contextmanager
def running(settings: Settings | None = None, *, prefix: str = "") -> Iterator[Running]:
    """Serve a simulator on a free port of 127.0.0.1 until the block ends.

    Statuses and retries come without delay unless `settings.switches` says otherwise. An accept log
    is always written, to a temporary file where `settings` names none.
    """
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as door:
        chosen = settings or Settings()
        log = chosen.accept_log or Path(folder) / "accepts.jsonl"
        chosen = replace(chosen, accept_log=log, switches=QUICK | chosen.switches)
        simulator = create(chosen, prefix=prefix)
        url = f"http://127.0.0.1:{door.getsockname()[1]}{prefix}"
        with _served(simulator, door):
            yield Running(url, log, simulator)


@contextmanager
def _served(simulator: Simulator, door: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        simulator, log_level="critical", ws="none", lifespan="on", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=_run, args=(server, door), name="simulator", daemon=True)
    thread.start()
    try:
        wait_for(lambda: server.started, seconds=START_S)
        yield
    finally:
        server.should_exit = True
        thread.join(START_S)


def _run(server: uvicorn.Server, door: socket.socket) -> None:
    asyncio.run(server.serve(sockets=[door]))


def wait_for(look: Callable[[], Value], *, seconds: float = 5.0) -> Value:
    """Look again and again until the answer is true; raises TimeoutError after so many seconds."""
    until = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > until:
            raise TimeoutError(f"still {found!r} after {seconds} s")
        time.sleep(PAUSE_S)
