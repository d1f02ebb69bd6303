"""Stored files on their way out: safe headers and one range, in one place (S42, S58)."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Final, TypeVar

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from typing_extensions import override

from inbox.file_names import download_name
from inbox.file_types import ENDINGS, INLINE, UNKNOWN
from inbox.media_storage import Readable, store
from inbox.models import Media

log = logging.getLogger(__name__)

PIECE_BYTES: Final = 64 * 1024
LARGEST_THUMBNAIL: Final = 4 * 1024 * 1024
Answer = TypeVar("Answer", bound=HttpResponseBase)
# A browser says for what it asks. As code, as a style or inside a frame no file is given out (S46).
NEVER_FOR: Final = re.compile(
    "embed|frame|iframe|object|script|serviceworker|sharedworker|style|worker|xslt"
)
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def original(request: HttpRequest, media: Media) -> HttpResponseBase:
    """The file as it came, or the one part of it that the request asks for.

    `?download=1`: to be saved, whatever it is. 404 when the store does not have it.
    """
    shown = media.mime_type in INLINE and "download" not in request.GET
    answer = _answer(request, media.path, media.size or 0, etag=media.sha256)
    answer["Content-Type"] = media.mime_type if shown else UNKNOWN
    answer["Content-Disposition"] = _disposition(media, shown=shown)
    return answer


def download(request: HttpRequest, media: Media, *, mime_type: str) -> HttpResponseBase:
    """The file for a program: always to be saved, whole or the part asked for."""
    answer = _answer(request, media.path, media.size or 0, etag=media.sha256)
    answer["Content-Type"] = mime_type
    answer["Content-Disposition"] = _disposition(media, shown=False)
    return answer


def attachment(request: HttpRequest, key: str, *, size: int, filename: str) -> HttpResponseBase:
    """A stored file that is no message's, to be saved under this name; size in bytes."""
    answer = _answer(request, key, size, etag=key.rpartition("/")[2])
    answer["Content-Type"] = UNKNOWN
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def thumbnail(media: Media) -> HttpResponseBase:
    """The small picture that we made of it. 404 when none could be made, or it is gone."""
    if not media.thumbnail:
        return _guarded(HttpResponse(status=404))
    try:
        with closing(store().open(media.thumbnail, 0, LARGEST_THUMBNAIL)) as file:
            body = file.read(LARGEST_THUMBNAIL)
    except FileNotFoundError:
        return _missing(media.thumbnail)
    return _guarded(HttpResponse(body, content_type="image/webp"))


def _answer(request: HttpRequest, key: str, size: int, *, etag: str) -> HttpResponseBase:
    if NEVER_FOR.fullmatch(request.headers.get("Sec-Fetch-Dest", "")):
        return _guarded(HttpResponse(status=403))
    wanted = _wanted(request, size, etag)
    if wanted is None:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _guarded(refused)
    start, length = wanted
    try:
        file = store().open(key, start, length)
    except FileNotFoundError:
        return _missing(key)
    answer = Stream(Part(file, length), status=206 if length < size else 200)
    answer["Content-Length"] = str(length)
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{etag}"'
    if length < size:
        answer["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return _guarded(answer)


def _wanted(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Where to start and how much; None for a range that cannot be had, and for several."""
    asked = request.headers.get("Range", "")
    condition = request.headers.get("If-Range")
    if not asked.startswith("bytes=") or condition not in (None, f'"{etag}"'):
        return 0, size
    match = _RANGE.fullmatch(asked.replace(" ", ""))
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    return (start, end - start + 1) if start <= end else None


def _disposition(media: Media, *, shown: bool) -> str:
    ending = ENDINGS.get(media.mime_type, "bin")
    name = download_name(media.filename, otherwise=f"{media.kind}-{media.pk.hex[:8]}.{ending}")
    return content_disposition_header(not shown, name) or "attachment"


def _missing(key: str) -> HttpResponse:
    log.error("the file %s is not in the store", key)
    return _guarded(HttpResponse(status=404))


def _guarded(answer: Answer) -> Answer:
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


class Part:
    """So many bytes of an opened file, in pieces."""

    def __init__(self, file: Readable, length: int) -> None:
        self._file = file
        self._left = length

    def piece(self) -> bytes:
        """The next piece, at most 64 KB; b"" at the end."""
        piece = self._file.read(min(PIECE_BYTES, self._left))
        self._left -= len(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.piece, b"")

    def close(self) -> None:
        """Called by Django when the answer is sent, or its reader gone."""
        self._file.close()


class Stream(StreamingHttpResponse):
    """Hands out piece by piece under ASGI too, where Django 5.2 reads all of it into memory."""

    def __init__(self, part: Part, *, status: int) -> None:
        super().__init__(part, status=status)
        self._part = part

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        piece = sync_to_async(self._part.piece, thread_sensitive=False)
        while found := await piece():
            yield found
