"""What a sample of a header is by its first bytes, and how large it may be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from whatsapp import limits

# By header: what Meta takes as its sample, as the browser's `accept` writes it.
ACCEPT: Final[Mapping[str, str]] = {
    "IMAGE": "image/jpeg,image/png",
    "VIDEO": "video/mp4",
    "DOCUMENT": "application/pdf",
}
MOST: Final[Mapping[str, int]] = {
    "IMAGE": limits.MEDIA_BYTES["image"],
    "VIDEO": limits.MEDIA_BYTES["video"],
    "DOCUMENT": limits.MEDIA_BYTES["document"],
}
MP4_BRAND_AT: Final = 4


def type_of(data: bytes) -> str:
    """The media type of a JPEG, PNG, MP4 or PDF; "" for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[MP4_BRAND_AT : MP4_BRAND_AT + 4] == b"ftyp":
        return "video/mp4"
    return "application/pdf" if data.startswith(b"%PDF-") else ""


def fault_of(header: str, *, first: bytes, size: int) -> str:
    """EMPTY, TOO_LARGE or WRONG_TYPE; "" for a sample that this header takes."""
    if not size:
        return "EMPTY"
    if type_of(first) not in ACCEPT.get(header, "").split(","):
        return "WRONG_TYPE"
    return "TOO_LARGE" if size > MOST[header] else ""
