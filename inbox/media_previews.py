"""Thumbnail, size, length and outline of a file: asked of a child process that may die of it."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inbox import media_child

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 5.0
VOICE_TIMEOUT_S: Final = 45.0
LONGEST_MS: Final = 100_000_000  # what a header says beyond a day is a lie
# Two at most look at the same time, however many files are fetched.
_turns: Final = threading.BoundedSemaphore(2)
# A decoder is named for each type: ffmpeg left to guess would also read playlists, which lead to
# other files of the disk.
DEMUXERS: Final = {
    "video/mp4": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "audio/aac": "aac",
    "audio/mpeg": "mp3",
    "audio/amr": "amr",
    "audio/ogg": "ogg",
}
LOOKS: Final = {"image": "picture", "video": "video", "audio": "sound"}


@dataclass(frozen=True, slots=True)
class Preview:
    """What the look found. thumbnail: a WebP file in the folder given, or None.

    width, height: pixels as shown. peaks: 64 numbers of 0 to 31, or none.
    """

    width: int | None = None
    height: int | None = None
    animated: bool = False
    duration_ms: int | None = None
    peaks: tuple[int, ...] = ()
    thumbnail: Path | None = None


def preview(source: Path, *, mime_type: str, folder: Path) -> Preview:
    """What can be known of a file of this (proven) type. Never raises for what the file is.

    folder: an empty one of the caller's, for the thumbnail. Takes at most five seconds.
    """
    look = LOOKS.get(mime_type.split("/")[0])
    if look is None or (look != "picture" and mime_type not in DEMUXERS):
        return Preview()
    with _turns:
        ended = _look(look, source, folder, DEMUXERS.get(mime_type, "-"))
    if not ended:
        log.info("no preview of %s, a file of type %s", source.parent.name, mime_type)
        return Preview()
    return _told(folder)


def voice_note(source: Path, *, demuxer: str, folder: Path) -> Path | None:
    """A recording as Opus in Ogg, one channel; None when it cannot be made, or ffmpeg is missing.

    Takes at most 45 seconds; at most its first 15 minutes are kept.
    """
    with _turns:
        ended = _look("voice", source, folder, demuxer, timeout_s=VOICE_TIMEOUT_S)
    made = folder / "voice.ogg"
    return made if ended and made.is_file() and made.stat().st_size else None


def _look(
    look: str, source: Path, folder: Path, demuxer: str, *, timeout_s: float = TIMEOUT_S
) -> bool:
    """Runs the child; whether it came to its end."""
    program = str(Path(media_child.__file__).resolve())
    child = subprocess.Popen(  # noqa: S603 - our own program, names of our own making
        [sys.executable, "-I", program, look, str(source), str(folder), demuxer],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath)},  # no secret of ours
        start_new_session=True,  # so that its ffmpeg ends with it
    )
    try:
        return child.wait(timeout_s) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _told(folder: Path) -> Preview:
    """The child's words, believed as little as the file it read."""
    try:
        facts = json.loads((folder / "facts.json").read_bytes()[:10_000])
    except (OSError, ValueError):
        return Preview()
    if not isinstance(facts, dict):
        return Preview()
    peaks = [one for one in facts.get("peaks") or () if isinstance(one, int | float)]
    return Preview(
        width=_number(facts.get("width"), most=media_child.LONGEST_SIDE),
        height=_number(facts.get("height"), most=media_child.LONGEST_SIDE),
        animated=facts.get("animated") is True,
        duration_ms=_number(facts.get("duration_ms"), most=LONGEST_MS),
        peaks=tuple(min(abs(int(one)), media_child.HIGHEST_PEAK) for one in peaks)
        if len(peaks) == media_child.PEAKS
        else (),
        thumbnail=_thumbnail(folder / "thumbnail"),
    )


def _number(value: Any, *, most: int) -> int | None:
    return value if isinstance(value, int) and 0 < value <= most else None


def _thumbnail(path: Path) -> Path | None:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return None
    return path if head[:4] == b"RIFF" and head[8:] == b"WEBP" else None
