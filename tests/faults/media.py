"""What the media faults share: a Baton, a Meta with files, and customers who send them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.faults.installation import Installation
from tests.faults.sending import TOKEN, Meta

WITH_TOKEN = f"""
from accounts.models import BusinessAccount, NumberStatus, PhoneNumber
account = BusinessAccount.objects.get()
account.access_token = "{TOKEN}"
account.save()
PhoneNumber.objects.update(status=NumberStatus.ACTIVE)
"""
STATES = "SELECT state, count(*) FROM inbox_media GROUP BY state"


@contextmanager
def metas_files(baton: Installation, directory: Path) -> Iterator[Meta]:
    """A Meta that delivers to this Baton; the number has the token it takes."""
    meta = Meta(directory, webhook_url=f"http://127.0.0.1:{baton.port}/webhooks/whatsapp/")
    meta.start()
    baton.environment["GRAPH_API_URL"] = meta.url
    baton.manage("shell", "--verbosity=0", "--command", WITH_TOKEN)
    try:
        yield meta
    finally:
        meta.stop()


def send(meta: Meta, kind: str = "image", *, count: int = 1) -> None:
    """A customer sends files; their webhooks are repeated until Baton takes them."""
    for _ in range(count):
        body = {"customer": "dora", "kind": kind}
        address = f"{meta.url}/control/customer-message"
        requests.post(address, json=body, timeout=10).raise_for_status()


def states(baton: Installation) -> dict[str, int]:
    """How many files are in which state."""
    return dict(baton.rows(STATES))


def wait_for(baton: Installation, count: int, state: str = "ready", timeout: float = 60) -> None:
    """Waits until so many files are in this state. Raises: TimeoutError."""
    deadline = time.monotonic() + timeout
    while states(baton).get(state, 0) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{states(baton)}\n{baton.log.read_text()[-3000:]}")
        time.sleep(0.1)


def let_leases_end(baton: Installation) -> None:
    """What waiting does to the claims of a killed worker, and to waits between attempts."""
    baton.rows("UPDATE inbox_media SET lease_until = created_at, not_before = NULL")


def damaged(baton: Installation) -> list[str]:
    """Files under a final name whose bytes are not what their row promises."""
    root = Path(baton.environment["MEDIA_ROOT"])
    promised = baton.rows("SELECT path, sha256 FROM inbox_media WHERE state = 'ready'")
    return [path for path, sha256 in promised if checksum(root / path) != sha256]


def finals(baton: Installation) -> list[Path]:
    """Every file that has its final name."""
    root = Path(baton.environment["MEDIA_ROOT"])
    return [path for path in root.glob("*/*") if path.is_file() and ".incoming" not in path.parts]


def unfinished(baton: Installation) -> list[str]:
    """What attempts have in hand, or left behind."""
    work = Path(baton.environment["MEDIA_ROOT"]) / ".incoming"
    return os.listdir(work) if work.is_dir() else []


def checksum(path: Path) -> str:
    """SHA-256 in hex; "" for a file that is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
