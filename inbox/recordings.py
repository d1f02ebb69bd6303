"""What a browser or a caller recorded: how it is read, and whether it is a voice note already."""

from __future__ import annotations

from typing import Final

OPUS: Final = b"OpusHead"
# The ninth byte after the mark: its version, then the channels (RFC 7845, section 5.1).
CHANNELS_AT: Final = len(OPUS) + 1


def demuxer_of(head: bytes) -> str | None:
    """ffmpeg's reader for these first bytes; None for what is no recording that we know."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[4:8] == b"ftyp":
        return "mov"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"#!AMR"):
        return "amr"
    if head.startswith(b"ID3"):
        return "mp3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "aac" if head[1] & 0xF6 == 0xF0 else "mp3"
    return None


def is_voice_note(head: bytes) -> bool:
    """Whether WhatsApp shows it as a voice note as it is: Opus in Ogg, one channel."""
    place = head.find(OPUS) if head.startswith(b"OggS") else -1
    return place >= 0 and head[place + CHANNELS_AT : place + CHANNELS_AT + 1] == b"\x01"
