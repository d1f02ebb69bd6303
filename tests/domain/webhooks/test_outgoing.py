"""The client for addresses that callers name: where it connects, and when it gives up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from webhooks.addresses import AddressRefused
from webhooks.outgoing import FetchFailed, fetched

NAME = "files.internal"
NAMES = (NAME, "10.0.0.1.nip.example")


class Handler(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers["Host"])
        self.send_response(200)
        self.end_headers()
        for _ in range(40 if self.path == "/slow" else 1):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def port(settings) -> Iterator[int]:
    """A server on this machine, under a name that the operator allows."""
    settings.OUTGOING_ALLOWED = [NAME]
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def answers(monkeypatch) -> list[str]:
    """What the resolver says, one after the other; it answers as often as it is asked."""
    said: list[str] = []

    def resolver(host: str, port: int, *_: object, **__: object) -> list[tuple]:
        address = said.pop(0) if host in NAMES else host  # an address is its own answer
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr("webhooks.outgoing.socket.getaddrinfo", resolver)
    return said


def read(url: str, **more) -> bytes:
    with fetched(url, max_bytes=100, **more) as answer:
        return b"".join(answer.chunks)


@pytest.mark.case("S65")
def test_a_name_is_looked_up_once_and_keeps_its_name(port, answers):
    answers += ["127.0.0.1"]
    assert read(f"http://{NAME}:{port}/") == b"x"
    assert Handler.asked == [f"{NAME}:{port}"]
    assert answers == []


@pytest.mark.case("S64")
def test_a_name_that_leads_inside_is_refused_before_anything_connects(port, answers):
    answers += ["10.0.0.1"]
    with pytest.raises(AddressRefused):
        read("https://10.0.0.1.nip.example/")
    assert Handler.asked == []


@pytest.mark.case("S71")
def test_proxies_of_the_environment_are_ignored(port, monkeypatch, settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.1/32"]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert read(f"http://127.0.0.1:{port}/") == b"x"


def test_an_answer_that_drips_is_cut(port, settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.1/32"]
    begun = time.monotonic()
    with pytest.raises(FetchFailed):
        read(f"http://127.0.0.1:{port}/slow", total_s=0.3)
    assert time.monotonic() - begun < 1.5


def test_too_much_is_cut_though_nobody_announced_it(port, settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.1/32"]
    with (
        pytest.raises(FetchFailed) as failure,
        fetched(f"http://127.0.0.1:{port}/slow", max_bytes=3) as answer,
    ):
        b"".join(answer.chunks)
    assert failure.value.reason == "too_large"
