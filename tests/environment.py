"""The environment of the tests: complete, private, and never that of the developer's `.env`.

Whatever is already set wins, so `DATABASE_URL=postgres://… pytest` tests another database.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

VALUES = {
    "BATON_ENV_FILE": "",
    "SECRET_KEY": "tests-only-oE5gq2WcXv7bJ1mZr9TfLk4HsYp8DnUa6iQxBw3G",
    "ENCRYPTION_KEYS": "3kzE4lXq0m1mSgG7v3nXw2Jp8b5cT9yQd6rLfHuKaVI=",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "META_APP_SECRET": "tests-only-app-secret",
    "WEBHOOK_VERIFY_TOKEN": "tests-only-verify-token-0123456789",
    # Port 9 discards: a test that forgets the simulator fails at once, and nothing leaves.
    "GRAPH_API_URL": "http://127.0.0.1:9",
    "EMAIL_URL": "memorymail://",
    "FAILPOINTS_ENABLED": "1",
}


def fill() -> None:
    """Set what is missing in `os.environ`; child processes inherit it."""
    for name, value in VALUES.items():
        os.environ.setdefault(name, value)
    _fill_paths()
    _part_workers()


def _fill_paths() -> None:
    if {"DATABASE_URL", "TEST_DATABASE", "MEDIA_ROOT"} <= os.environ.keys():
        return
    directory = Path(tempfile.mkdtemp(prefix="baton-tests-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    for name, value in paths(directory).items():
        os.environ.setdefault(name, value)


def _part_workers() -> None:
    """Each process of pytest-xdist its own cache and files: another's `clear` is not ours."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or os.environ.get("TEST_PARTED_FOR") == worker:
        return
    os.environ["TEST_PARTED_FOR"] = worker
    os.environ["MEDIA_ROOT"] = str(Path(os.environ["MEDIA_ROOT"]) / worker)
    if redis := os.environ.get("REDIS_URL", ""):
        server, _, _ = redis.rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{worker.removeprefix('gw')}"


def paths(directory: Path) -> dict[str, str]:
    """Where one run keeps its database and its files."""
    return {
        "DATABASE_URL": f"sqlite:///{directory / 'baton.sqlite3'}",
        "TEST_DATABASE": str(directory / "test.sqlite3"),
        "MEDIA_ROOT": str(directory / "media"),
    }
