"""Amina at her page and a program with its key, both against a Baton that really runs."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import requests
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.faults.installation import Installation
from tests.faults.sending import TOKEN

PASSWORD = "faults-4711-kettle"

PEOPLE = f"""
import json
from django.test import Client
from django.utils import timezone
from accounts.actions.keys import create_key
from accounts.actors import SYSTEM
from accounts.models import NumberStatus, Organization, Person, PhoneNumber
number = PhoneNumber.objects.select_related("account").get()
number.account.access_token = "{TOKEN}"
number.account.save()
PhoneNumber.objects.update(status=NumberStatus.ACTIVE)
organization = Organization.objects.get()
amina = Person.objects.create_user(
    "amina@faults.example", "{PASSWORD}", name="Amina", organization=organization, undo_seconds=0
)
made = create_key(organization.pk, name="till", by=SYSTEM, at=timezone.now())
client = Client()
client.force_login(amina)
print(json.dumps({{"session": client.session.session_key, "key": made.key}}))
"""


class Clerk:
    """A person who is logged in, and the key of a program of the same shop.

    slowest_s: the longest time a request took so far. base, certificate: of a proxy before Baton.
    """

    def __init__(self, baton: Installation, *, base: str = "", certificate: str = "") -> None:
        said = baton.run_aside("shell", "--verbosity=0", "--command", PEOPLE)
        if said.returncode:
            raise RuntimeError(said.stderr.decode())
        given = json.loads(said.stdout.decode().splitlines()[-1])
        self.base = base or f"http://127.0.0.1:{baton.port}"
        self.certificate = certificate
        self.session: str = given["session"]
        self.key: str = given["key"]
        self.slowest_s = 0.0

    def get(self, path: str) -> requests.Response:
        """A page."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> requests.Response:
        """A form of the page, without redirects."""
        token = "x" * 32
        return self._ask(
            "POST",
            path,
            data=fields | {"csrfmiddlewaretoken": token},
            cookies={"csrftoken": token},
            headers={"Referer": self.base, "Origin": self.base},
        )

    def answer(self, conversation_id: object, text: str) -> requests.Response:
        """A message from the composer."""
        path = f"/inbox/{conversation_id}/messages/"
        return self.post(path, text=text, form_token=str(uuid4()), force="on")

    def log_in(self) -> requests.Response:
        """The login form, as somebody who has no session yet."""
        return self.post("/accounts/login/", login="amina@faults.example", password=PASSWORD)

    def send_by_api(self, to: str, text: str, *, once: str = "") -> requests.Response:
        """A message from the program. once: its Idempotency-Key; then it does not wait for Meta."""
        key = {"Idempotency-Key": once, "Prefer": "respond-async"} if once else {}
        return self._ask(
            "POST",
            "/api/v1/whatsapp/messages/text",
            json={"to": to, "body": text},
            headers={"Authorization": f"Bearer {self.key}"} | key,
        )

    @contextmanager
    def page(self) -> Iterator[OpenPage]:
        """An open page with its socket."""
        opened = OpenPage(self)
        try:
            yield opened
        finally:
            opened.close()

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        cookies = {"baton_session": self.session} | options.pop("cookies", {})
        if path == "/accounts/login/":
            del cookies["baton_session"]
        began = time.monotonic()
        answer = requests.request(
            method,
            f"{self.base}{path}",
            cookies=cookies,
            allow_redirects=False,
            timeout=30,
            verify=self.certificate or True,
            **options,
        )
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        return answer


class OpenPage:
    """Reads its socket in a thread and notes when what was pushed came. It comes back by itself.

    seen: (time, html) of every frame with events.
    """

    def __init__(self, clerk: Clerk) -> None:
        self.seen: list[tuple[float, str]] = []
        self.connected = 0
        self._clerk = clerk
        self._cursor = 0
        self._news = threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        if not self._until(lambda: self.connected > 0, 30):
            self.close()
            raise TimeoutError("the socket was never answered")

    def shows(self, text: str, within_s: float) -> float:
        """Waits until a pushed fragment has this text; how long it took. Raises: TimeoutError."""
        began = time.monotonic()
        if not self._until(lambda: any(text in html for _at, html in self.seen), within_s):
            raise TimeoutError(f"{text!r} did not show within {within_s} s")
        return time.monotonic() - began

    def close(self) -> None:
        """Leaves the page."""
        self._over.set()
        self._thread.join(15)

    def _until(self, happened: Callable[[], bool], within_s: float) -> bool:
        with self._news:
            return self._news.wait_for(happened, within_s)

    def _read(self) -> None:
        while not self._over.is_set():
            with suppress(OSError, WebSocketException, TimeoutError), self._connection() as socket:
                self._read_from(socket)
            self._over.wait(0.5)

    def _connection(self) -> ClientConnection:
        url = self._clerk.base.replace("http", "ws") + f"/ws/?since={self._cursor}"
        cookie = {"Cookie": f"baton_session={self._clerk.session}"}
        origin, trusted = Origin(self._clerk.base), self._clerk.certificate
        tls = ssl.create_default_context(cafile=trusted) if trusted else None
        return connect(url, additional_headers=cookie, origin=origin, open_timeout=5, ssl=tls)

    def _read_from(self, socket: ClientConnection) -> None:
        while not self._over.is_set():
            try:
                frame = json.loads(socket.recv(timeout=0.5))
            except TimeoutError:
                continue
            with self._news:
                self._hear(frame)
                self._news.notify_all()
            if frame["type"] == "beat":
                socket.send(json.dumps({"type": "beat", "seq": self._cursor}))

    def _hear(self, frame: dict[str, Any]) -> None:
        self.connected += frame["type"] in ("beat", "resync")
        self._cursor = max(self._cursor, frame.get("seq", 0))
        if frame["type"] == "events":
            self.seen.append((time.monotonic(), frame["html"]))
