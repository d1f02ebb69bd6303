"""uvicorn, without its signal handling."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from typing_extensions import override

BACKLOG: Final = 1024
KEEP_ALIVE_S: Final = 75  # with the default of 5, proxies saw aborted requests
SOCKET_MESSAGE_BYTES: Final = 64 * 1024


class UvicornServer(uvicorn.Server):
    """A server that can stop listening without ending."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                lifespan="off",
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=5,
                ws_max_size=SOCKET_MESSAGE_BYTES,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # TRUSTED_PROXIES alone says whose word counts
            )
        )
        self._ready: Callable[[asyncio.AbstractEventLoop], None] = lambda _loop: None

    def serve_until_told(self, ready: Callable[[asyncio.AbstractEventLoop], None]) -> bool:
        """Runs until `quit()`; False when the address could not be taken."""
        self._ready = ready
        try:
            self.run()
        except SystemExit:  # its way to say that the address is taken
            return False
        return True

    @override
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        """No handlers of its own: it would raise the signal again before workers are joined."""
        return contextlib.nullcontext()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens, then says so."""
        await super().startup(sockets)
        self._ready(asyncio.get_running_loop())

    def stop_listening(self) -> None:
        """Refuses new connections; keeps the open ones."""
        for server in self.servers:
            server.close()

    def quit(self) -> None:
        """Ends the loop within a tenth of a second."""
        self.should_exit = True
