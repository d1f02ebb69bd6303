"""Meta's side of the webhook: signed posts on several connections, repeated until a 200.

What is acknowledged is written to a file and flushed to the disk before the next post: that file,
and no database of ours, says what was acked.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from tests.faults.installation import APP_SECRET, PHONE_NUMBER_ID, WABA_ID
from whatsapp.signature import sign

REPEAT_AFTER_S = 0.02  # days at Meta
PAUSE_S = 0.02  # so that the digest of the check afterwards is a matter of seconds


def a_text(text: str) -> bytes:
    """A delivery with one new message."""
    return a_body(f"wamid.{uuid4().hex}", text=text)


def a_body(*wamids: str, text: str = "Is the blue kettle back?") -> bytes:
    """A delivery with one text message for each wamid."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"profile": {"name": "Dora"}, "wa_id": "12025550143"}],
        "messages": [
            {
                "from": "12025550143",
                "id": wamid,
                "timestamp": str(int(time.time())),
                "type": "text",
                "text": {"body": text},
            }
            for wamid in wamids
        ],
    }
    entry = {"id": WABA_ID, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def post(port: int, body: bytes, *, timeout: float = 20) -> int:
    """The status of one post on a connection of its own; 0 when there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        return _post(connection, body)
    finally:
        connection.close()


def _post(connection: http.client.HTTPConnection, body: bytes) -> int:
    headers = {"X-Hub-Signature-256": sign(body, APP_SECRET)}
    try:
        connection.request("POST", "/webhooks/whatsapp/", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0


class Deliverer:
    """Posts unique messages until it is stopped; then what is begun is brought to its 200.

    slowest_s: the longest time an answer took. statuses: every status seen.
    """

    def __init__(self, port: int, acked: Path, *, connections: int = 4) -> None:
        self.port = port
        self.slowest_s = 0.0
        self.statuses: set[int] = set()
        self._acked = acked
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._deliver, daemon=True) for _ in range(connections)
        ]
        self._file = os.open(acked, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()

    def finish(self, timeout: float = 60) -> None:
        """Begins nothing new and waits for the rest. Raises: TimeoutError."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout)
            if thread.is_alive():
                raise TimeoutError("a delivery was never acknowledged")
        os.close(self._file)

    def acked(self) -> list[str]:
        """The wamids that were acknowledged, from the file."""
        return self._acked.read_text().split()

    def _deliver(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        for wamid in self._wamids():
            body = a_body(wamid)
            while (status := self._timed(connection, body)) != 200:
                self.statuses.add(status)
                time.sleep(REPEAT_AFTER_S)
            self._write_down(wamid)
            time.sleep(PAUSE_S)
        connection.close()

    def _wamids(self) -> Iterator[str]:
        while not self._stop.is_set():
            yield f"wamid.{next(self._numbers):06}"

    def _timed(self, connection: http.client.HTTPConnection, body: bytes) -> int:
        began = time.monotonic()
        status = _post(connection, body)
        if status:
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        return status

    def _write_down(self, wamid: str) -> None:
        with self._lock:
            os.write(self._file, f"{wamid}\n".encode())
            os.fsync(self._file)
