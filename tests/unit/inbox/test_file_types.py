"""What a file is, by its bytes: only what they prove is shown in a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox.file_types import INLINE, stored_type

SAMPLES = Path("simulator/samples")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("kettle.jpg", "image/jpeg"),
        ("kettle.mp4", "video/mp4"),
        ("song.mp3", "audio/mpeg"),
        ("sticker.webp", "image/webp"),
        ("voice.ogg", "audio/ogg"),
    ],
)
def test_the_bytes_decide_whatever_was_declared(name: str, found: str) -> None:
    head = (SAMPLES / name).read_bytes()[:512]
    assert stored_type(head, declared="text/html", guessed="") == found


@pytest.mark.case("S44", "S45", "S46", "S47", "S48")
@pytest.mark.parametrize("declared", ["image/jpeg", "IMAGE/PNG", "audio/ogg; codecs=opus", ""])
@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='x'?><a/>",
        b"alert(document.cookie)//",
        b"%PDF-1.7 <script>alert(1)</script>",
        b"MIME-Version: 1.0\r\nContent-Type: text/html",
        b"\0asm\x01\0\0\0",
        b"\xff\xfe<\0h\0t\0m\0l\0>\0",
        b"RIFF....AVI LIST",
        b"OggS" + bytes(24) + b"\x80theora",
        b"....ftypheic",
        b"",
    ],
)
def test_what_the_bytes_do_not_prove_is_never_shown(declared: str, content: bytes) -> None:
    for guessed in ("", "text/html", "image/jpeg", "video/ogg"):
        assert stored_type(content, declared=declared, guessed=guessed) not in INLINE


@pytest.mark.parametrize(
    ("brand", "declared", "found"),
    [
        (b"isom", "video/mp4", "video/mp4"),
        (b"isom", "audio/mp4", "audio/mp4"),
        (b"M4A ", "video/mp4", "audio/mp4"),
        (b"3gp4", "", "video/3gpp"),
        (b"qt  ", "video/mp4", "application/octet-stream"),
    ],
)
def test_a_brand_tells_sound_from_picture(brand: bytes, declared: str, found: str) -> None:
    assert stored_type(b"\0\0\0\x20ftyp" + brand, declared=declared, guessed="") == found


@pytest.mark.parametrize(
    ("head", "found"),
    [(b"\xff\xf1\x50", "audio/aac"), (b"\xff\xfb\x90", "audio/mpeg"), (b"ID3\x04", "audio/mpeg")],
)
def test_frames_tell_aac_from_mp3(head: bytes, found: str) -> None:
    assert stored_type(head, declared="", guessed="") == found
