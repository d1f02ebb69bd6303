"""Files in a bucket that speaks S3: Amazon's, MinIO, Ceph and others. Needs the extra `s3`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from storages.backends.s3 import S3Storage

from inbox.media_storage import Readable


class Bucket:
    """The bucket `MEDIA_BUCKET`. Private: nobody gets an address of it, we read and serve."""

    def __init__(self) -> None:
        self._files = _files(tuple(sorted(settings.MEDIA_BUCKET_OPTIONS.items())))

    def keep(self, key: str, source: Path) -> None:
        with _as_os_errors(key), source.open("rb") as file:
            self._files.save(key, File(file))

    def open(self, key: str, start: int, length: int, /) -> Readable:
        if not length:
            raise FileNotFoundError(key)  # a range of nothing cannot be asked for
        with _as_os_errors(key):
            answer = self._files.bucket.Object(key).get(Range=f"bytes={start}-{start + length - 1}")
            body: Readable = answer["Body"]
            return body

    def delete(self, key: str) -> None:
        with _as_os_errors(key):
            self._files.delete(key)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        with _as_os_errors("the bucket's list"):
            for one in self._files.bucket.objects.all():
                yield one.key, one.last_modified


@cache
def _files(options: tuple[tuple[str, Any], ...]) -> Any:
    # One for each thread is made inside: making a client costs a tenth of a second.
    return S3Storage(**dict(options), file_overwrite=True, default_acl=None, querystring_auth=False)


@contextmanager
def _as_os_errors(what: str) -> Iterator[None]:
    """Several families of exceptions, of a library that need not be installed, become one."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        response = getattr(error, "response", None) or {}
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404:
            raise FileNotFoundError(what) from error
        raise OSError(f"S3 refuses {what}: {type(error).__name__}") from error
