"""A server on this machine that answers as it is told, also the way broken servers do."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int = 0  # from where

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Graph:
    """Answers to give in turn, the last for ever, and the requests that came."""

    address: str
    answers: list[Answer] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def will(self, *answers: Answer) -> None:
        """Set what comes next."""
        self.answers = list(answers)


class Handler(BaseHTTPRequestHandler):
    """Reads the whole request, then does what the graph was told."""

    protocol_version = "HTTP/1.1"
    graph: Graph

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        port = self.client_address[1]
        said = Seen(self.command, self.path, dict(self.headers.items()), body, port)
        self.graph.requests.append(said)
        answers = self.graph.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - names of http.server

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class QuietServer(ThreadingHTTPServer):
    """Does not print the resets that tests make on purpose."""

    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def handle_error(self, *args: Any) -> None:
        """Say nothing."""

    def finish_request(self, request: Any, client_address: Any) -> None:
        # TLS in the thread of the connection, so that a failed handshake stops nobody.
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)


@contextmanager
def running_graph(tls: ssl.SSLContext | None = None) -> Iterator[Graph]:
    """A server for the length of the block."""
    handler: type[Handler] = type("GraphHandler", (Handler,), {})
    server = QuietServer(("127.0.0.1", 0), handler)
    server.tls = tls
    scheme = "https" if tls else "http"
    graph = handler.graph = Graph(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield graph
    finally:
        graph.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def replies(body: Any, status: int = 200, **headers: str) -> Answer:
    """A whole answer: JSON, or bytes as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def refuses(code: int, status: int = 400, **extra: Any) -> Answer:
    """A Graph error object."""
    error = {"message": f"(#{code}) Refused", "type": "OAuthException", "code": code, **extra}
    return replies({"error": error}, status)


def resets(handler: BaseHTTPRequestHandler) -> None:
    """Drop the connection with a TCP reset."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.connection.close()


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """Close without a word."""
    handler.close_connection = True


def says(raw: bytes) -> Answer:
    """Write these bytes, whatever they are, and close."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(raw)
        handler.close_connection = True

    return answer


def is_silent(graph: Graph) -> Answer:
    """Never answer, until the test is over."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        graph.over.wait(30)
        handler.close_connection = True

    return answer


def drips(graph: Graph, head: bytes, drop: bytes = b" ") -> Answer:
    """Write `head`, then a drop every 50 ms without end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        while not graph.over.wait(0.05):
            handler.wfile.write(drop)

    return answer
