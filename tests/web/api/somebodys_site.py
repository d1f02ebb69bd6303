"""A web server of somebody else, from which files are fetched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

KETTLE = Path("simulator/samples/kettle.jpg").read_bytes()
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@dataclass
class Site:
    """A web server of somebody else; what it is asked for."""

    base: str = ""
    asked: list[str] = field(default_factory=list)


PAGES = {
    "/kettle.jpg": (200, {"Content-Type": "image/jpeg"}, KETTLE),
    "/bill.pdf": (200, {"Content-Type": "application/pdf"}, PDF),
    "/moved": (302, {"Location": "/kettle.jpg"}, b""),
    "/gone": (404, {}, b"not here"),
    "/endless": (200, {"Content-Length": str(200 * 1024 * 1024)}, b"x"),
}


@pytest.fixture
def site(settings) -> Iterator[Site]:
    """On this machine, which the operator has allowed."""
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            status, headers, body = PAGES[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.base = f"http://127.0.0.1:{server.server_port}"
        settings.OUTGOING_ALLOWED = ["127.0.0.1/32"]
        yield found
        server.shutdown()
