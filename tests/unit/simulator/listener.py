"""A stand-in for Baton's webhook endpoint: it keeps what arrives and answers what it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from whatsapp.signature import verified_by


@dataclass
class Heard:
    """One POST."""

    body: bytes
    signature: str | None
    answered: int

    def signed_with(self, secret: str) -> bool:
        return verified_by([secret], self.signature, self.body) == secret

    def values(self) -> list[dict[str, Any]]:
        entries = json.loads(self.body)["entry"]
        return [change["value"] for entry in entries for change in entry["changes"]]


@dataclass
class Listener:
    """What was heard; `answers` are used up one by one, then it says 200."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, body: bytes, signature: str | None) -> int:
        with self.lock:
            answer = self.answers.pop(0) if self.answers else 200
            self.heard.append(Heard(body, signature, answer))
            return answer

    def _all(self, name: str) -> list[dict[str, Any]]:
        values = [value for post in list(self.heard) for value in post.values()]
        return [entry for value in values for entry in value.get(name, [])]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return self._all("statuses")

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self._all("messages")


class Handler(BaseHTTPRequestHandler):
    """Feeds the listener of its server."""

    def do_GET(self) -> None:
        """Meta's challenge: the right token is "right"."""
        query = dict(parse_qsl(urlsplit(self.path).query))
        right = query.get("hub.verify_token") == "right"
        self._answer(200 if right else 403, query.get("hub.challenge", "").encode())

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        listener = self.server.listener  # type: ignore[attr-defined]
        status = listener.hear(self.rfile.read(length), self.headers["x-hub-signature-256"])
        self._answer(status, b"ok")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a free port of 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        listener = Listener(f"http://127.0.0.1:{server.server_port}/webhooks/whatsapp/")
        server.listener = listener  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
