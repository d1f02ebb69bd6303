"""HTTP under a watchdog: a session per thread, whether the request left, and an end in time.

`requests` times out per read: an answer that drips a byte a second never ends. So a timer shuts
the socket down from another thread. That reader then may see a clean end of file, therefore a
call that was cut is never taken for an answer, whatever came back.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.poolmanager import PoolManager

from whatsapp.errors import NotSent, OutcomeUnknown

# ValueError: a socket that was shut down under the reader, and addresses that are no addresses.
FAULTS = (requests.RequestException, HTTPError, OSError, ValueError)


# A connection that was idle for longer is not used again. Servers give theirs up after 5 s and
# more: a request that meets that end is one of which nobody knows whether it was read.
IDLE_S: Final = 4.0


class Watch:
    """One call: its socket, whether anything can have left, whether it was cut."""

    def __init__(self) -> None:
        self.left = False
        self.was_cut = False
        self._socket: socket.socket | None = None

    def opened(self, sock: socket.socket | None) -> None:
        """The connection stands; from here on the request may have left."""
        self.left = True
        self._socket = sock
        if self.was_cut:
            self.cut()

    def cut(self) -> None:
        """End the call now, from any thread."""
        self.was_cut = True
        if self._socket is not None:
            with suppress(OSError):
                # Not SSLSocket.shutdown: that drops the TLS layer under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Current(threading.local):
    watch: Watch | None = None


_current = _Current()


class _WatchedConnection(HTTPConnection):
    @override
    def connect(self) -> None:
        super().connect()
        _report(self.sock)

    @override
    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # kept alive from an earlier call
            _report(self.sock)
        super().request(*args, **kwargs)


class _WatchedTlsConnection(_WatchedConnection, HTTPSConnection):
    pass


def _report(sock: socket.socket | None) -> None:
    if _current.watch is not None:
        _current.watch.opened(sock)


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _WatchedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTlsConnection


class _WatchedAdapter(HTTPAdapter):
    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _WatchedPool, "https": _WatchedTlsPool}


class Exchange:
    """An answer whose head has arrived."""

    def __init__(self, response: requests.Response, watch: Watch) -> None:
        self.response = response
        self._watch = watch

    def chunks(self, size: int, *, decode: bool) -> Iterator[bytes]:
        """The body in pieces. Raises: OutcomeUnknown when the watchdog ended it."""
        yield from self.response.raw.stream(size, decode_content=decode)
        if self._watch.was_cut:
            raise OutcomeUnknown("total time-out", self.response.status_code)


class Transport:
    """Sends requests. Many threads may use one: each gets its own session, kept alive."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self._sessions = threading.local()
        self._given = _prepared(session) if session is not None else None

    @contextmanager
    def exchange(self, method: str, url: str, *, total_s: float, **how: Any) -> Iterator[Exchange]:
        """Send a request and hand over the answer, its body unread.

        Raises: NotSent when nothing can have left, OutcomeUnknown for every fault after that, in
        the `with` block too.
        """
        watch = Watch()
        timer = threading.Timer(total_s, watch.cut)
        timer.daemon = True
        timer.start()
        response = None
        try:
            response = self._send(watch, method, url, how)
            yield Exchange(response, watch)
        except FAULTS as fault:
            status = None if response is None else response.status_code
            raise _outcome(watch, fault, status) from fault
        finally:
            timer.cancel()
            if response is not None:
                response.close()

    def _send(self, watch: Watch, method: str, url: str, how: dict[str, Any]) -> requests.Response:
        _current.watch = watch
        try:
            return self._session().request(method, url, stream=True, allow_redirects=False, **how)
        finally:
            _current.watch = None

    def _session(self) -> requests.Session:
        if self._given is not None:
            return self._given
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = self._sessions.session = _prepared(requests.Session())
        elif time.monotonic() - self._sessions.used_at > IDLE_S:
            session.close()  # its connections, that is: it makes new ones
        self._sessions.used_at = time.monotonic()
        return session


def _outcome(watch: Watch, fault: BaseException, status: int | None) -> NotSent | OutcomeUnknown:
    # Only the class: texts of these errors hold addresses, and with them ids and tokens of files.
    reason = type(fault).__name__
    if watch.was_cut:
        reason = "total time-out"
    return OutcomeUnknown(reason, status) if watch.left else NotSent(reason)


def _prepared(session: requests.Session) -> requests.Session:
    session.trust_env = False  # no proxies and no .netrc from the environment: our token
    for scheme in ("http://", "https://"):
        session.mount(scheme, _WatchedAdapter(max_retries=0, pool_maxsize=4))
    return session
