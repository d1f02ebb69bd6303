"""Where files are kept: by our own ids, whole or not at all, on this disk or in a bucket (S3)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from typing_extensions import override

WORK: Final = ".incoming"


class Readable(Protocol):
    """An opened file: read it, then close it."""

    def read(self, amount: int, /) -> bytes: ...

    def close(self) -> None: ...


class Store(Protocol):
    """One place for files. A key is `organization/uuid`, made by us and never by a customer.

    Raises: FileNotFoundError for an unknown key, OSError for every other trouble.
    """

    def keep(self, key: str, source: Path) -> None:
        """Takes a file over; from then on all of it is there under its key. Replaces another."""

    def open(self, key: str, start: int, length: int, /) -> Readable:
        """A part of the file, from byte `start` on."""

    def delete(self, key: str) -> None:
        """Forgets it; one that is not there is no error."""

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every key, and since when it is there."""


def store() -> Store:
    """The one that the settings name (`MEDIA_STORE`)."""
    made: Store = import_string(settings.MEDIA_STORE)()
    return made


class Disk:
    """Files below `MEDIA_ROOT`."""

    def __init__(self) -> None:
        self.root = Path(settings.MEDIA_ROOT)

    def keep(self, key: str, source: Path) -> None:
        place = self.root / key
        place.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as file:
            os.fsync(file.fileno())
        source.replace(place)
        _sync_folder(place.parent)  # else a power cut forgets the name of what the row promises

    def open(self, key: str, start: int, _length: int, /) -> Readable:
        file = (self.root / key).open("rb")
        file.seek(start)
        return file

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        for folder in self.root.iterdir() if self.root.is_dir() else ():
            if folder.name == WORK or not folder.is_dir():
                continue
            for file in folder.iterdir():
                with suppress(FileNotFoundError):
                    since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                    yield f"{folder.name}/{file.name}", since

    @override
    def __repr__(self) -> str:
        return f"<Disk {self.root}>"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- where files are made ---


def work_root() -> Path:
    """The folder of what is not whole yet. On the disk of `Disk`, so that taking over is a name."""
    return Path(settings.MEDIA_ROOT) / WORK


@contextmanager
def work_folder(name: str) -> Iterator[Path]:
    """A folder of one attempt's own; gone at its end. A killed worker's is swept by `sweep`."""
    folder = work_root() / name
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(*, before: datetime) -> int:
    """Removes what attempts left that began before `before` and were killed; how many."""
    root, swept = work_root(), 0
    for left in root.iterdir() if root.is_dir() else ():
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(left.stat().st_mtime, UTC) < before:
                shutil.rmtree(left, ignore_errors=True)
                swept += 1
    return swept
