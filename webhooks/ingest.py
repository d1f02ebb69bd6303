"""Verify, store, 200: the ASGI application that answers Meta's posts in front of Django.

Django's handler costs four fifths of the throughput and has ways of its own to refuse Meta (a body
limit of 2.5 MiB, redirects, hosts). What is stored is understood later, by the digest.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeAlias

from asgiref.typing import ASGI3Application

from webhooks import refused
from webhooks.secrets import AppSecrets
from webhooks.worker import wake
from webhooks.writer import DEADLINE_S, Writer

log = logging.getLogger(__name__)

Scope: TypeAlias = Any  # asgiref's typed dicts do not tell an http scope from the others
PATHS: Final = frozenset({"/webhooks/whatsapp", "/webhooks/whatsapp/"})
MOST_BYTES: Final = 4 * 1024 * 1024
BODY_WITHIN_S: Final = 10.0
SECRETS_WITHIN_S: Final = 2.0
LINGER_S: Final = 2.0
UNREAD: Final = frozenset({400, 408, 413, 415})  # answered before the body has arrived


class Refusal(Exception):
    """The answer to a post that is not stored. status 0: nobody is there to answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


# Of this process since its start, whatever loop it ran in; 0: nobody was there to answer.
_answered: Counter[int] = Counter()


def answers() -> dict[int, int]:
    """How many posts of Meta's this process has answered, by status."""
    return dict(_answered)


class Ingest:
    """Takes POSTs of the webhook path; everything else goes to `app`."""

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app
        self.secrets = AppSecrets()
        self._writer: Writer | None = None
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="ingest-secrets")
        self._reading: asyncio.Future[None] | None = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """The ASGI entry."""
        if not is_delivery(scope):
            await self.app(scope, receive, send)
            return
        try:
            status = await self._take(scope, receive)
        except Refusal as refusal:
            status = refusal.status
        _answered[status] += 1
        if status in UNREAD:
            await _answer_unread(receive, send, status)
        elif status:
            await _answer(send, status, more=False)

    def is_able(self) -> bool:
        """Whether what comes is stored, as far as this process has tried."""
        return self._writer is None or self._writer.is_able()

    def close(self) -> None:
        """Ends the threads; the next post starts new ones."""
        if self._writer:
            self._writer.close()
            self._writer = None

    async def _take(self, scope: Scope, receive: Any) -> int:
        headers = _headers(scope)
        _check(headers)
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await _body(receive)
        except TimeoutError as error:
            raise Refusal(408) from error
        deadline = time.monotonic() + DEADLINE_S
        fingerprint = await self._signer(headers.get(b"x-hub-signature-256", []), body)
        stored = await self._writer_here().put(fingerprint, body, deadline=deadline)
        return 200 if stored else 503

    async def _signer(self, signatures: list[bytes], body: bytes) -> str:
        header = signatures[0] if len(signatures) == 1 else None
        found = self.secrets.fingerprint_of_signer(header, body)
        if found is None and header is not None:
            await self._read_secrets_again()
            found = self.secrets.fingerprint_of_signer(header, body)
        if found is None:
            if header is not None:
                refused.remember(body)
            raise Refusal(403 if header is None or self.secrets.ever_read else 503)
        return found

    async def _read_secrets_again(self) -> None:
        if self._reading is None or self._reading.done():
            if not self.secrets.may_read_again():
                return
            loop = asyncio.get_running_loop()
            self._reading = loop.run_in_executor(self._reader, self.secrets.read_again)
        await asyncio.wait({self._reading}, timeout=SECRETS_WITHIN_S)

    def _writer_here(self) -> Writer:
        # Daphne sends no lifespan events: the first post starts the writer.
        loop = asyncio.get_running_loop()
        if self._writer is None or self._writer.loop is not loop:
            self.close()
            self._writer = Writer(loop, on_stored=_wake_the_digest)
        return self._writer


def is_delivery(scope: Scope) -> bool:
    """Whether this is a post that Meta may have sent."""
    return scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in PATHS


def _wake_the_digest() -> None:
    wake("digest")


def _headers(scope: Scope) -> dict[bytes, list[bytes]]:
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    return headers


def _check(headers: dict[bytes, list[bytes]]) -> None:
    encodings = headers.get(b"content-encoding", [b"identity"])
    kinds = headers.get(b"content-type", [b""])
    if encodings != [b"identity"] or kinds[0].lower().startswith(b"multipart/"):
        raise Refusal(415)  # no unpacking: a megabyte of gzip is a gigabyte of zeros
    length = headers.get(b"content-length", [b"0"])[0]
    if not length.isdigit():
        raise Refusal(400)
    if int(length) > MOST_BYTES:
        raise Refusal(413)


async def _body(receive: Any) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(0)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MOST_BYTES:
            raise Refusal(413)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _answer(send: Any, status: int, *, more: bool) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    if more:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": more})


async def _answer_unread(receive: Any, send: Any, status: int) -> None:
    await _answer(send, status, more=True)
    # Closing while the sender still writes would reset the connection before it reads the answer.
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b""})
