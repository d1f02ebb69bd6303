"""The guarded child: what it finds, and that nothing it is given does any harm."""

from __future__ import annotations

import os
import random
import struct
import threading
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from inbox.media_child import outline
from inbox.media_previews import TIMEOUT_S, Preview, preview
from tests.conftest import program
from tests.services import ffmpeg_binary

SAMPLES = Path("simulator/samples")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    return made


def looked(path: Path, folder: Path, mime_type: str = "image/png") -> Preview:
    return preview(path, mime_type=mime_type, folder=folder)


def test_a_picture_has_its_size_and_a_thumbnail(folder: Path) -> None:
    seen = looked(SAMPLES / "kettle.jpg", folder, "image/jpeg")
    assert (seen.width, seen.height, seen.animated) == (720, 540, False)
    with Image.open(str(seen.thumbnail)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (720, 540))


@pytest.mark.case("S54")
def test_a_thumbnail_knows_nothing_of_where_it_was_taken(tmp_path: Path, folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)  # GPS latitude
    source = tmp_path / "holiday.jpg"
    comment = b"icc profile or xmp: secret-place"
    Image.new("RGB", (900, 600), "red").save(source, exif=exif, icc_profile=comment, xmp=comment)
    seen = looked(source, folder, "image/jpeg")
    assert (seen.width, seen.height) == (600, 900)
    with Image.open(str(seen.thumbnail)) as thumbnail:
        assert not thumbnail.getexif()
        assert not {"exif", "icc_profile", "xmp"} & thumbnail.info.keys()
    assert b"secret-place" not in seen.thumbnail.read_bytes()


def test_a_moving_sticker_is_known_to_move(tmp_path: Path, folder: Path) -> None:
    frames = [Image.new("RGBA", (512, 512), colour) for colour in ("red", "blue")]
    source = tmp_path / "sticker.webp"
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=100)
    seen = looked(source, folder, "image/webp")
    assert (seen.width, seen.height, seen.animated) == (512, 512, True)


def a_bomb(path: Path, width: int, height: int) -> Path:
    """A PNG whose header says so many pixels; its rows are zeros that pack to almost nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(min((width * 3 + 1) * height, 30_000_000)), 9)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


@pytest.mark.case("S51")
@pytest.mark.parametrize(("width", "height"), [(13_300, 13_300), (60_000, 1), (1, 60_000)])
def test_too_many_pixels_are_refused_by_the_header(
    tmp_path: Path, folder: Path, width: int, height: int
) -> None:
    began = time.monotonic()
    assert looked(a_bomb(tmp_path / "bomb.png", width, height), folder) == Preview()
    assert time.monotonic() - began < TIMEOUT_S
    assert list(folder.iterdir()) == []


@pytest.mark.case("S51")
def test_a_large_photo_that_is_allowed_fits_into_the_memory(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "large.png"
    Image.new("RGB", (7_000, 5_600), "green").save(source, compress_level=1)
    assert looked(source, folder).thumbnail is not None


@pytest.mark.case("S51")
def test_ten_thousand_frames_are_not_unpacked(tmp_path: Path, folder: Path) -> None:
    frames = [Image.new("P", (64, 64), n % 2) for n in range(10_000)]
    source = tmp_path / "many.gif"
    frames[0].save(source, save_all=True, append_images=frames[1:])
    began = time.monotonic()
    looked(source, folder, "image/gif")
    assert time.monotonic() - began < TIMEOUT_S + 1


NOISE = random.Random(7).randbytes(20_000)


@pytest.mark.case("S44", "S45", "S47", "S51")
@pytest.mark.parametrize(
    "content",
    {
        "cut": (SAMPLES / "kettle.jpg").read_bytes()[:4000],
        "page": b"<!doctype html><script>alert(1)</script>",
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n{ } loop",
        "noise after a head": b"\xff\xd8\xff\xe0" + NOISE,
        "nothing": b"",
    }.items(),
    ids=lambda pair: pair[0],
)
def test_what_is_no_picture_has_no_preview(tmp_path: Path, folder: Path, content) -> None:
    source = tmp_path / "kitten.jpg"
    source.write_bytes(content[1])
    assert looked(source, folder, "image/jpeg") == Preview()


@pytest.mark.case("S47")
def test_what_hangs_on_a_picture_is_not_in_its_thumbnail(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "polyglot.jpg"
    source.write_bytes((SAMPLES / "kettle.jpg").read_bytes() + b"<script>alert(1)</script>")
    seen = looked(source, folder, "image/jpeg")
    assert b"script" not in seen.thumbnail.read_bytes()


@pytest.mark.parametrize("mime_type", ["application/pdf", "text/html", "image/svg+xml", ""])
def test_other_types_are_not_looked_at_or_not_understood(folder: Path, mime_type: str) -> None:
    assert looked(SAMPLES / "receipt.pdf", folder, mime_type) == Preview()


def test_a_child_that_hangs_is_ended(tmp_path: Path, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("inbox.media_previews.TIMEOUT_S", 0.5)
    pipe = tmp_path / "endless.png"
    os.mkfifo(pipe)  # nobody writes: to open it waits for ever
    began = time.monotonic()
    assert looked(pipe, folder) == Preview()
    assert time.monotonic() - began < 3


def test_the_child_learns_no_secret(tmp_path: Path, folder: Path) -> None:
    pipe = tmp_path / "waits.png"
    os.mkfifo(pipe)
    looker = threading.Thread(target=looked, args=(pipe, folder))
    looker.start()
    environment = a_childs_environment(pipe)
    with pipe.open("wb") as end:
        end.write(b"not a picture")
    looker.join(10)
    assert b"PATH=" in environment
    assert b"SECRET" not in environment
    assert b"DATABASE" not in environment


def a_childs_environment(source: Path) -> bytes:
    deadline = time.monotonic() + 4
    while time.monotonic() < deadline:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str(source).encode() in (process / "cmdline").read_bytes():
                    return (process / "environ").read_bytes()
            except OSError:
                continue
        time.sleep(0.02)
    raise AssertionError("there is no child")


# --- with ffmpeg ---


def test_a_voice_note_has_a_length_and_an_outline(folder: Path) -> None:
    program(ffmpeg_binary)
    seen = looked(SAMPLES / "voice.ogg", folder, "audio/ogg")
    assert seen.duration_ms is not None
    assert 4_500 < seen.duration_ms < 5_500
    assert (len(seen.peaks), max(seen.peaks)) == (64, 31)


def test_a_video_has_a_size_a_length_and_a_poster(folder: Path) -> None:
    program(ffmpeg_binary)
    seen = looked(SAMPLES / "kettle.mp4", folder, "video/mp4")
    assert (seen.width, seen.height) == (360, 270)
    assert seen.duration_ms == 3_000
    assert seen.thumbnail is not None


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n", "video/mp4"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "audio/mpeg"),
        (NOISE, "audio/ogg"),
        (NOISE, "video/mp4"),
    ],
)
def test_a_playlist_leads_nowhere(tmp_path: Path, folder: Path, content, mime_type) -> None:
    program(ffmpeg_binary)
    source = tmp_path / "list"
    source.write_bytes(content)
    assert looked(source, folder, mime_type) == Preview()


def test_without_ffmpeg_there_is_simply_no_outline(folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert looked(SAMPLES / "voice.ogg", folder, "audio/ogg") == Preview()


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 36_000])
def test_an_outline_has_64_peaks_of_any_length(length: int) -> None:
    peaks = outline([n % 1000 for n in range(length)])
    assert len(peaks) == 64
    assert max(peaks, default=0) in (0, 31)
