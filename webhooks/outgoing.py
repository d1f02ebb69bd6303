"""The one client for addresses that callers name: resolved once, checked, and only then connected.

No redirects, no proxies of the environment, no cookies; a cap on size and on time.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import urllib3
from django.conf import settings
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from webhooks.addresses import AddressRefused, Place, check_resolved, place_of

CONNECT_S: Final = 5.0
READ_S: Final = 20.0
TOTAL_S: Final = 60.0
PIECE_BYTES: Final = 64 * 1024
AGENT: Final = "Baton"


class FetchFailed(Exception):
    """It did not answer, not in time, not with 200, or with too much. reason: one word."""

    def __init__(self, reason: str, http_status: int | None = None) -> None:
        super().__init__(f"{reason} {http_status or ''}".strip())
        self.reason = reason
        self.http_status = http_status


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose head has come. content_type: without its parameters, lower case."""

    content_type: str
    chunks: Iterator[bytes]


class _Pinned(HTTPConnection):
    """Connects to an address that was checked, whatever the name says now (S65)."""

    @override
    def _new_conn(self) -> socket.socket:
        allowed = settings.OUTGOING_ALLOWED
        place = Place("", self._dns_host, self.port, "")
        address = check_resolved(place, _resolved(self._dns_host, self.port), allowed=allowed)
        return socket.create_connection((address, self.port), CONNECT_S)

    @override
    def connect(self) -> None:
        super().connect()
        if _current.watch is not None and self.sock is not None:
            _current.watch.opened(self.sock)


class _PinnedTls(_Pinned, HTTPSConnection):
    pass


class _Watch:
    """Ends an answer that drips: the time-outs of the library are per read."""

    def __init__(self, total_s: float) -> None:
        self.was_cut = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(total_s, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def opened(self, sock: socket.socket) -> None:
        self._socket = sock
        if self.was_cut:
            self._cut()

    def _cut(self) -> None:
        self.was_cut = True
        if self._socket is not None:
            with suppress(OSError):
                # Not SSLSocket.shutdown: that drops the TLS layer under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def end(self) -> None:
        self._timer.cancel()


class _Current(threading.local):
    watch: _Watch | None = None


_current = _Current()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Pinned


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedTls


def _resolved(host: str, port: int) -> list[str]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("no such name") from error
    return [str(row[4][0]) for row in rows]


@contextmanager
def fetched(url: str, *, max_bytes: int, total_s: float = TOTAL_S) -> Iterator[Answer]:
    """What is at an address, in pieces; the whole of it within `total_s` seconds.

    Raises: AddressRefused (nothing was asked), FetchFailed; also while it is read.
    """
    place = place_of(url, allowed=settings.OUTGOING_ALLOWED)
    kind = _TlsPool if place.scheme == "https" else _Pool
    pool = kind(place.host, place.port, maxsize=1, retries=False)
    watch = _current.watch = _Watch(total_s)
    response: urllib3.BaseHTTPResponse | None = None
    try:
        response = pool.urlopen(
            "GET",
            urllib3.util.parse_url(place.url).request_uri,
            headers={"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S),
        )
        _check(response, max_bytes)
        kind_told = (response.headers.get("Content-Type") or "").split(";")[0].strip().lower()
        yield Answer(kind_told, _pieces(response, max_bytes, watch))
    except (HTTPError, OSError) as error:
        raise FetchFailed("no_answer") from error
    finally:
        _current.watch = None
        watch.end()
        if response is not None:
            response.close()
        pool.close()


def _check(response: urllib3.BaseHTTPResponse, max_bytes: int) -> None:
    if 300 <= response.status < 400:
        raise FetchFailed("redirect", response.status)
    if response.status != 200:
        raise FetchFailed("http", response.status)
    size = response.headers.get("Content-Length", "")
    if size.isdigit() and int(size[:18]) > max_bytes:
        raise FetchFailed("too_large")


def _pieces(response: urllib3.BaseHTTPResponse, max_bytes: int, watch: _Watch) -> Iterator[bytes]:
    seen = 0
    for piece in response.stream(PIECE_BYTES, decode_content=False):
        seen += len(piece)
        if seen > max_bytes:
            raise FetchFailed("too_large")
        yield piece
    if watch.was_cut:
        raise FetchFailed("too_slow")
