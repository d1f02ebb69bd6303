"""Looks at one file, as a process of its own that may neither grow, nor linger, nor write much.

`python -I media_child.py picture|video|sound|voice SOURCE FOLDER DEMUXER`: a program run by its
path. It gets no settings, no environment and no network address, so whoever breaks a decoder finds
nothing.
It leaves `facts.json` in FOLDER and, where it could make one, `thumbnail` (WebP without metadata);
of a recording `voice.ogg`.
"""

from __future__ import annotations

import array
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

from PIL import Image, ImageOps

MEMORY_BYTES: Final = 300 * 1024 * 1024
SECONDS: Final = 5
SECONDS_OF_VOICE: Final = 45
LARGEST_OUTPUT: Final = 4 * 1024 * 1024
# Judged from the header, before a single pixel is unpacked.
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 20_000
THUMBNAIL: Final = (720, 720)
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
PEAKS: Final = 64
HIGHEST_PEAK: Final = 31
RATE: Final = 8_000  # samples a second: enough for the outline of a voice
BLOCK: Final = 800  # samples: a tenth of a second
LONGEST_SOUND_S: Final = 2 * 60 * 60
LONGEST_VOICE_S: Final = 15 * 60
VOICE_BITS_A_SECOND: Final = "32k"


def limit_myself(seconds: int) -> None:
    """No more memory, time and output than the work needs. Children inherit it."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def picture(source: Path, folder: Path, _demuxer: str = "") -> dict[str, Any]:
    """Size as it is shown, whether it moves, and its thumbnail. Raises: what Pillow raises."""
    with Image.open(source, formats=FORMATS) as image:
        width, height = image.size
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise ValueError(f"{width} x {height} pixels are too many")
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        facts = {
            "width": height if turned else width,
            "height": width if turned else height,
            "animated": bool(getattr(image, "is_animated", False)),
        }
        image.draft("RGB", THUMBNAIL)
        # A photo in colour is made small where it lies: a copy of it would not fit the memory.
        small: Image.Image = image if image.mode in ("RGB", "RGBA") else _in_colour(image)
        small.thumbnail(THUMBNAIL)
        small = ImageOps.exif_transpose(small)
    # A fresh picture knows nothing of where and with what it was taken (S54).
    clean = Image.new(small.mode, small.size)
    clean.paste(small)
    clean.save(folder / "thumbnail", format="WEBP", quality=78)
    return facts


def _in_colour(image: Image.Image) -> Image.Image:
    clear = image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def video(source: Path, folder: Path, demuxer: str) -> dict[str, Any]:
    """Size, length and a poster, by ffmpeg. Raises: OSError, ValueError, CalledProcessError."""
    told = json.loads(
        _output(
            *("ffprobe", "-v", "error", "-protocol_whitelist", "file", "-f", demuxer),
            *("-select_streams", "v:0", "-show_entries"),
            *("stream=width,height:stream_side_data=rotation:format=duration", "-of", "json"),
            str(source),
        )
    )
    stream = told["streams"][0]
    width, height = int(stream["width"]), int(stream["height"])
    rotation = sum(int(side.get("rotation", 0)) for side in stream.get("side_data_list", ()))
    if rotation % 180:
        width, height = height, width
    frame = folder / "frame.jpg"
    _output(
        *("ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-protocol_whitelist", "file"),
        *("-f", demuxer, "-i", str(source), "-map", "0:v:0", "-frames:v", "1", "-an"),
        *("-vf", "scale='min(720,iw)':-2", "-c:v", "mjpeg", "-q:v", "4"),
        *("-map_metadata", "-1", "-threads", "1", "-f", "image2", "-update", "1", str(frame)),
    )
    picture(frame, folder)
    duration_ms = round(float(told["format"].get("duration", 0)) * 1000)
    return {"width": width, "height": height, "duration_ms": duration_ms}


def _output(*command: str) -> bytes:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout  # noqa: S603


def sound(source: Path, _folder: Path, demuxer: str) -> dict[str, Any]:
    """Length and outline (64 peaks, each 0 to 31), by ffmpeg. Raises: OSError, ValueError."""
    command = [
        *("ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-protocol_whitelist", "file,pipe"),
        *("-f", demuxer, "-i", str(source), "-map", "0:a:0", "-vn", "-t", str(LONGEST_SOUND_S)),
        *("-ac", "1", "-ar", str(RATE), "-f", "s16le", "pipe:1"),
    ]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as ffmpeg:  # noqa: S603
        if ffmpeg.stdout is None:
            raise OSError("ffmpeg has no output")
        blocks, samples = _loudest_of_blocks(ffmpeg.stdout)
    if ffmpeg.returncode or not samples:
        raise ValueError("this cannot be heard")
    return {"duration_ms": round(samples * 1000 / RATE), "peaks": outline(blocks)}


def _loudest_of_blocks(samples: IO[bytes]) -> tuple[list[int], int]:
    blocks, count = [], 0
    while piece := samples.read(BLOCK * 2):
        values = array.array("h", piece[: len(piece) // 2 * 2])
        count += len(values)
        blocks.append(max(max(values, default=0), -min(values, default=0)))
    return blocks, count


def outline(blocks: list[int]) -> list[int]:
    """64 peaks of 0 to 31 from any number of blocks; the loudest is 31."""
    loudest = max(blocks, default=0) or 1
    found = []
    for n in range(PEAKS):
        start = n * len(blocks) // PEAKS
        end = max(start + 1, (n + 1) * len(blocks) // PEAKS)
        found.append(round(max(blocks[start:end], default=0) * HIGHEST_PEAK / loudest))
    return found


def voice(source: Path, folder: Path, demuxer: str) -> dict[str, Any]:
    """A recording as WhatsApp takes a voice note: Opus in Ogg, one channel, nothing else in it."""
    _output(
        *("ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-protocol_whitelist", "file"),
        *("-f", demuxer, "-i", str(source), "-map", "0:a:0", "-vn", "-t", str(LONGEST_VOICE_S)),
        *("-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", VOICE_BITS_A_SECOND),
        *("-application", "voip", "-map_metadata", "-1", "-f", "ogg", str(folder / "voice.ogg")),
    )
    return {}


LOOKS: Final[dict[str, Callable[[Path, Path, str], dict[str, Any]]]] = {
    "picture": picture,
    "video": video,
    "sound": sound,
    "voice": voice,
}


def main(kind: str, source: str, folder: str, demuxer: str) -> None:
    """Writes the facts when the look came to its end: what is half known is not known."""
    limit_myself(SECONDS_OF_VOICE if kind == "voice" else SECONDS)
    facts = LOOKS[kind](Path(source), Path(folder), demuxer)
    (Path(folder) / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main(*sys.argv[1:5])
