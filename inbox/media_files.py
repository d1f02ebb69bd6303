"""Stored files on their way out: safe headers in one place (S42)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import FileResponse

from inbox.models import Media

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


def opened(media: Media) -> FileResponse:
    """The file with its sniffed type and its name; nothing in it can run."""
    inline = media.mime_type in INLINE
    response = FileResponse(
        (Path(settings.MEDIA_ROOT) / media.path).open("rb"),
        as_attachment=not inline,
        filename=media.filename or str(media.pk),
        content_type=media.mime_type if inline else "application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
