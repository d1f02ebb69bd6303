"""Amina and Ben in front of their browsers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Person
from tests.cast import Cast, a_cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast(db) -> Cast:
    return a_cast()


@pytest.fixture
def browser() -> Callable[..., Client]:
    """A logged-in browser; `htmx=True` asks for parts."""

    def opened(person: Person, *, htmx: bool = False) -> Client:
        client = Client(headers=HTMX if htmx else None)
        client.force_login(person)
        return client

    return opened


@pytest.fixture
def recorded(ffmpeg: Path, tmp_path: Path) -> Callable[[str, str], bytes]:
    """What a browser's recorder gives: one second of a tone, by codec and container."""

    def made(codec: str, ending: str) -> bytes:
        path = tmp_path / f"recorded.{ending}"
        tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"]
        command = [str(ffmpeg), "-v", "error", "-y", *tone, "-ac", "2", "-c:a", codec, str(path)]
        subprocess.run(command, check=True)
        return path.read_bytes()

    return made
