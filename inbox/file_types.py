"""What a file is, by its first bytes: only what they prove may be shown in a page (S44). Pure."""

from __future__ import annotations

from typing import Final

# Enough for every signature below.
HEAD_BYTES: Final = 512
UNKNOWN: Final = "application/octet-stream"
# What a browser may show in the page. Everything else is a download.
INLINE: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "video/mp4",
        "video/3gpp",
        "audio/aac",
        "audio/mp4",
        "audio/mpeg",
        "audio/amr",
        "audio/ogg",
    }
)
_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
)
ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "audio/aac": "aac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/amr": "amr",
    "audio/ogg": "ogg",
    "application/pdf": "pdf",
    "text/plain": "txt",
}


def proven(head: bytes, *, declared: str) -> str | None:
    """One of `INLINE` when the first bytes prove it, else None.

    declared: decides only between types that share their first bytes (sound or picture in MP4).
    """
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12], declared)
    if head[:4] == b"OggS":
        sound = b"OpusHead" in head or b"\x01vorbis" in head or b"Speex   " in head
        return "audio/ogg" if sound else None
    return _of_frame(head)


def stored_type(head: bytes, *, declared: str, guessed: str) -> str:
    """The type to keep: what is proven; else a guess that no browser would show in the page.

    guessed: what a library says of the bytes, "" when it does not know.
    """
    found = proven(head, declared=declared)
    if found:
        return found
    for other in (guessed, declared.split(";")[0].strip().lower()):
        if other and other not in INLINE:
            return other[:120]
    return UNKNOWN


def _of_brand(brand: bytes, declared: str) -> str | None:
    if brand in (b"M4A ", b"M4B ", b"M4P "):
        return "audio/mp4"
    if brand[:3] in (b"3gp", b"3g2"):
        return "video/3gpp"
    if brand in (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash"):
        return "audio/mp4" if declared.startswith("audio/") else "video/mp4"
    if brand in (b"M4V ", b"M4VH", b"M4VP", b"MSNV"):
        return "video/mp4"
    return None


def _of_frame(head: bytes) -> str | None:
    """The frames of AAC (ADTS) and of MP3 (layer III) start with eleven ones."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 0b11
    if layer == 0 and head[1] & 0xF0 == 0xF0:
        return "audio/aac"
    return "audio/mpeg" if layer == 1 else None
