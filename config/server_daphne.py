"""Daphne, with our body caps, our queue of connections and our way to end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import daphne.server  # first of all: it installs the asyncio reactor
from daphne import http_protocol
from twisted.internet import reactor as installed

from config.requests_in_flight import MOST_BYTES
from webhooks import ingest

reactor: Any = installed  # its type is an interface whose methods have no self

BACKLOG: Final = 1024  # with Twisted's 50, 200 sockets took 2 seconds to open
KEEP_ALIVE_S: Final = 75
SOCKET_MESSAGE_BYTES: Final = 64 * 1024


class CappedRequest(http_protocol.WebRequest):  # type: ignore[misc] # daphne has no types
    """Refuses a body that is too large or too slow before it has arrived.

    Daphne calls the application only when the body is complete: by then 300 MB were in a file.
    """

    cap = MOST_BYTES
    seen = 0
    refused = False
    clock: Any = None

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """The headers are here. length: None when the body comes in chunks."""
        path = self.channel._path.partition(b"?")[0].decode("latin-1")
        delivery = path in ingest.PATHS
        self.cap = ingest.MOST_BYTES if delivery else MOST_BYTES
        if length and length > self.cap:
            self.content = BytesIO()
            self._refuse(b"413 Content Too Large")
        elif delivery:
            self.content = BytesIO()
            self.clock = reactor.callLater(
                ingest.BODY_WITHIN_S, self._refuse, b"408 Request Timeout"
            )
        else:
            super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """A piece of the body."""
        self.seen += len(data)
        if self.refused:
            return
        if self.seen > self.cap:
            self._refuse(b"413 Content Too Large")
        else:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """The body is complete."""
        self._stop_clock()
        if self.refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        """The sender has gone."""
        self._stop_clock()
        super().connectionLost(reason)

    def _stop_clock(self) -> None:
        if self.clock and self.clock.active():
            self.clock.cancel()

    def _refuse(self, status: bytes) -> None:
        self._stop_clock()
        self.refused = True
        self.channel.transport.write(
            b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        # Closing while the sender still writes would reset the connection before it reads this.
        self.clock = reactor.callLater(ingest.LINGER_S, self.channel.loseConnection)


class CappedFactory(http_protocol.HTTPFactory):  # type: ignore[misc] # daphne has no types
    """Makes connections whose requests are capped and that are kept alive as long as a proxy's."""

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.timeOut = KEEP_ALIVE_S

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        """A connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = CappedRequest
        protocol.timeOut = KEEP_ALIVE_S
        return protocol


class DaphneServer(daphne.server.Server):  # type: ignore[misc] # daphne has no types
    """A server that can stop listening without ending."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        interface = host.replace(":", r"\:")
        super().__init__(
            app,
            endpoints=[f"tcp:port={port}:interface={interface}:backlog={BACKLOG}"],
            signal_handlers=False,
            request_buffer_size=64 * 1024,
            websocket_max_message_size=SOCKET_MESSAGE_BYTES,
            websocket_max_frame_size=SOCKET_MESSAGE_BYTES,
            server_name="",
        )
        self._ports: list[Any] = []

    def serve_until_told(self, ready: Callable[[asyncio.AbstractEventLoop], None]) -> bool:
        """Runs until `quit()`; False when the address could not be taken."""
        # No parameter of Daphne's reaches the factory: 4.2 makes it by this name in run().
        daphne.server.HTTPFactory = CappedFactory
        self.ready_callable = lambda: ready(reactor._asyncioEventloop)
        self.run()
        return bool(self._ports)

    def listen_success(self, port: Any) -> None:
        """A port is open."""
        self._ports.append(port)
        super().listen_success(port)

    def stop_listening(self) -> None:
        """Refuses new connections; keeps the open ones."""
        for port in self._ports:
            port.stopListening()

    def quit(self) -> None:
        """Ends the reactor."""
        self.stop()
