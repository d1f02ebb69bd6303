"""Fetching the files that came with messages: claimed, checked, stored whole or not at all."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import puremagic
from django.conf import settings
from django.db.models import F, Q

from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.graph import NoToken, client_for
from inbox.actions.changes import announce_change
from inbox.models import Media, MediaState
from whatsapp.client import CloudApi, MediaFacts, MediaRefused
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

log = logging.getLogger(__name__)

LARGEST_BYTES: Final = 100 * 1024 * 1024
LEASE: Final = timedelta(minutes=6)
KEPT_BY_META: Final = timedelta(days=7)
UNKNOWN_ID: Final = (100, 33)


class Corrupt(Exception):
    """What arrived is not what the webhook announced."""


def fetch_next(stop: threading.Event) -> bool:
    """Fetches the next due file; whether there was one."""
    media = None if stop.is_set() else _claim()
    if media is None:
        return False
    try:
        _store(media, *_fetch(media))
    except (
        CloudApiError,
        NotSent,
        OutcomeUnknown,
        MediaRefused,
        NoToken,
        Corrupt,
        OSError,
    ) as error:
        _missed(media, error)
    return True


def _claim() -> Media | None:
    at = database_now()
    with unit_of_work(durable=True):
        media = (
            Media.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=MediaState.PENDING)
            .filter(Q(not_before=None) | Q(not_before__lte=at))
            .filter(Q(lease_until=None) | Q(lease_until__lt=at))
            .select_related("phone_number__account", "message")
            .order_by("id")
            .first()
        )
        if media is None:
            return None
        token = uuid4()
        Media.objects.filter(pk=media.pk).update(
            claim_token=token, lease_until=at + LEASE, attempts=F("attempts") + 1
        )
        media.claim_token = token
        media.attempts += 1
        return media


def _fetch(media: Media) -> tuple[Path, MediaFacts, str]:
    """The file below a temporary name, what Meta says of it, and its SHA-256 in hex."""
    client = client_for(media.phone_number.account)
    facts = client.media_facts(
        media.meta_media_id, phone_number_id=media.phone_number.meta_phone_number_id
    )
    path = _folder(media) / f".{media.pk}.{media.claim_token}.part"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        digest = _write(client, facts, path)
        _check(media, facts, digest, path.stat().st_size)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, facts, digest


def _folder(media: Media) -> Path:
    return Path(settings.MEDIA_ROOT) / str(media.organization_id)


def _write(client: CloudApi, facts: MediaFacts, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in client.fetch_media(facts.url, max_bytes=LARGEST_BYTES):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _check(media: Media, facts: MediaFacts, digest: str, size: int) -> None:
    if facts.file_size is not None and facts.file_size != size:
        raise Corrupt(f"{size} bytes came, {facts.file_size} were announced")
    for announced in (media.declared_sha256, facts.sha256 or ""):
        if announced and as_hex(announced) not in ("", digest):
            raise Corrupt("the checksum does not fit")


def as_hex(checksum: str) -> str:
    """A SHA-256 in hex, from hex or base64 (Meta writes both); "" when it is neither."""
    if len(checksum) == 64:
        return checksum.lower()
    try:
        raw = base64.b64decode(checksum, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def _store(media: Media, part: Path, facts: MediaFacts, digest: str) -> None:
    place = _folder(media) / str(media.pk)
    size = part.stat().st_size
    part.replace(place)  # whole or not at all
    with unit_of_work(durable=True):
        moved = Media.objects.filter(pk=media.pk, claim_token=media.claim_token).update(
            state=MediaState.READY,
            path=f"{media.organization_id}/{media.pk}",
            size=size,
            sha256=digest,
            mime_type=sniffed(place, facts.mime_type or media.declared_mime_type),
            error="",
            lease_until=None,
            claim_token=None,
        )
        if moved and media.message is not None:
            announce_change(media.message, at=database_now(), what="media")


def checksum_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sniffed(path: Path, declared: str) -> str:
    """The type by the first bytes; what was declared only where the bytes say nothing."""
    try:
        found = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError, OSError):
        return declared[:120]
    types = [one.mime_type for one in found if one.mime_type]
    if declared in types or not types:
        return declared[:120]  # several types share their first bytes (ogg audio and video)
    return str(types[0])[:120]


def _missed(media: Media, error: Exception) -> None:
    at = database_now()
    gone = isinstance(error, CloudApiError) and (error.code, error.subcode) == UNKNOWN_ID
    too_old = at - media.created_at > KEPT_BY_META
    state = MediaState.EXPIRED if gone or too_old else MediaState.PENDING
    if isinstance(error, MediaRefused) and error.reason == "too_large":
        state = MediaState.FAILED
    log.info("media %s was not fetched: %s", media.pk, type(error).__name__)
    with unit_of_work(durable=True):
        Media.objects.filter(pk=media.pk, claim_token=media.claim_token).update(
            state=state,
            error=type(error).__name__,
            not_before=_next_attempt(media.attempts, at=at),
            lease_until=None,
            claim_token=None,
        )
        if state != MediaState.PENDING and media.message is not None:
            announce_change(media.message, at=at, what="media")


def _next_attempt(attempts: int, *, at: datetime) -> datetime:
    """5 s, 20 s, 80 s … at most every 6 hours, for the 7 days Meta keeps it."""
    return at + min(timedelta(seconds=5 * 4 ** min(attempts - 1, 7)), timedelta(hours=6))
