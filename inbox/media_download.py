"""One file from Meta into a folder of ours, checked: all of it, or an error. Writes no row."""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import puremagic

from inbox.file_types import HEAD_BYTES, stored_type
from webhooks.failpoints import hit
from whatsapp.client import CloudApi, MediaFacts, MediaRefused

LARGEST_BYTES: Final = 100 * 1024 * 1024
# The address of a file lives five minutes, and dies early when Meta moves it.
ADDRESS_IS_DEAD: Final = frozenset({403, 404, 410})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as the webhook named it. sha256: hex or base64, or ""."""

    media_id: str
    phone_number_id: str
    sha256: str


class Corrupt(Exception):
    """What arrived is not what the webhook announced."""


class Interrupted(Exception):
    """The worker ends: the file is fetched by the next one."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file in the work folder. sha256: in hex."""

    path: Path
    facts: MediaFacts
    size: int
    sha256: str


def downloaded(client: CloudApi, wanted: Wanted, folder: Path, stop: threading.Event) -> Fetched:
    """The file, in `folder`.

    Raises: CloudApiError, NotSent, OutcomeUnknown, MediaRefused; Corrupt; Interrupted when `stop`
    is set meanwhile; OSError of the disk.
    """
    try:
        return _download(client, wanted, folder, stop)
    except MediaRefused as refusal:
        if refusal.http_status not in ADDRESS_IS_DEAD:
            raise
    return _download(client, wanted, folder, stop)  # with the address that Meta names now


def _download(client: CloudApi, wanted: Wanted, folder: Path, stop: threading.Event) -> Fetched:
    facts = client.media_facts(wanted.media_id, phone_number_id=wanted.phone_number_id)
    path, digest, size = folder / "file", hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in _chunks(client, facts, stop):
            digest.update(chunk)
            size += file.write(chunk)
    _check(wanted, facts, digest.hexdigest(), size)
    return Fetched(path, facts, size, digest.hexdigest())


def _chunks(client: CloudApi, facts: MediaFacts, stop: threading.Event) -> Iterator[bytes]:
    half, seen = (facts.file_size or 0) / 2, 0
    for chunk in client.fetch_media(facts.url, max_bytes=LARGEST_BYTES):
        if stop.is_set():
            raise Interrupted
        yield chunk
        if seen < half <= (seen := seen + len(chunk)):
            hit("media.half_written")


def _check(wanted: Wanted, facts: MediaFacts, digest: str, size: int) -> None:
    if facts.file_size is not None and facts.file_size != size:
        raise Corrupt(f"{size} bytes came, {facts.file_size} were announced")
    for announced in (wanted.sha256, facts.sha256 or ""):
        if announced and as_hex(announced) not in ("", digest):
            raise Corrupt("the checksum does not fit")


def as_hex(checksum: str) -> str:
    """A SHA-256 in hex, from hex or base64 (Meta writes both); "" when it is neither."""
    if len(checksum) == 64:
        return checksum.lower()
    try:
        raw = base64.b64decode(checksum, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def checksum_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def type_of(path: Path, declared: str) -> str:
    """The type to keep for a file: see `stored_type`."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return stored_type(head, declared=declared, guessed=_guessed(path))


def _guessed(path: Path) -> str:
    try:
        found = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError, OSError):
        return ""
    return next((one.mime_type for one in found if one.mime_type), "")
