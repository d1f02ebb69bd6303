"""A file that people or callers give us, on its way into the store: checked, whole, as it will go.

Reads and writes files only; the row is made by `inbox.actions.attachments`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.file_types import HEAD_BYTES
from inbox.media_download import checksum_of, type_of
from inbox.media_previews import Preview, preview, voice_note
from inbox.outgoing.files import kind_for, largest, too_large
from inbox.recordings import demuxer_of, is_voice_note
from whatsapp import limits

LARGEST_BYTES: Final = limits.MEDIA_BYTES["document"]
SOUND: Final = limits.MIME_TYPES["audio"]


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives us. wish: as what it is to go, "" for what it is.

    declared: the type its giver names; believed only where the bytes prove nothing.
    """

    chunks: Iterable[bytes]
    filename: str = ""
    declared: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file in a work folder, ready to be kept. sha256: hex. size: bytes."""

    path: Path
    kind: str
    mime_type: str
    size: int
    sha256: str
    seen: Preview


def taken(given: Given, folder: Path) -> Taken:
    """Writes the file into `folder` and decides as what it goes.

    Refuses: MEDIA_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, VALIDATION_ERROR (nothing in it).
    Raises: OSError of the disk.
    """
    path = folder / "file"
    size = _written(given, path)
    wish = given.wish
    if wish == "voice":
        path, wish = _as_voice_note(path, given.declared, folder)
        size = path.stat().st_size
    mime_type = type_of(path, given.declared)
    if wish == "audio" and mime_type == "video/mp4":
        mime_type = "audio/mp4"  # the container of both: who recorded it knows
    kind = kind_for(mime_type, size=size, wish=wish, animated=True)
    seen = preview(path, mime_type=mime_type, folder=folder)
    if kind == "sticker":
        _check_sticker(seen, size)
    return Taken(path, kind, mime_type, size, checksum_of(path), seen)


def _written(given: Given, path: Path) -> int:
    size = 0
    most = largest(given.wish, animated=True) if given.wish else LARGEST_BYTES
    with path.open("wb") as file:
        for chunk in given.chunks:
            size += file.write(chunk)
            if size > most:
                raise too_large(given.wish or "document", most)
    if not size:
        raise Refused("VALIDATION_ERROR", _("This file is empty."), field="file", detail="required")
    return size


def _as_voice_note(path: Path, declared: str, folder: Path) -> tuple[Path, str]:
    """The file to send, and as what: without ffmpeg a recording goes as a sound, if it can."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if is_voice_note(head):
        return path, "voice"
    demuxer = demuxer_of(head)
    made = voice_note(path, demuxer=demuxer, folder=folder) if demuxer else None
    if made is not None:
        return made, "voice"
    found = type_of(path, declared)
    if found in SOUND or (found == "video/mp4" and declared.startswith("audio/")):
        return path, "audio"
    raise Refused(
        "MEDIA_TYPE_UNSUPPORTED",
        _("This recording cannot be made a voice note here. Attach a sound file instead."),
        field="file",
        allowed=sorted(SOUND),
    )


def _check_sticker(seen: Preview, size: int) -> None:
    side = limits.STICKER_SIDE_PX
    if (seen.width, seen.height) != (side, side):
        raise Refused(
            "MEDIA_TYPE_UNSUPPORTED",
            _("A sticker is a WebP picture of %(side)s by %(side)s pixels.") % {"side": side},
            field="file",
            allowed=["image/webp"],
        )
    most = largest("sticker", animated=seen.animated)
    if size > most:
        raise too_large("sticker", most)
