"""Fetching the files that came with messages: claimed, checked, stored whole or not at all."""

from __future__ import annotations

import errno
import logging
import threading
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.actors import CONTACT, Actor
from accounts.clock import database_now
from accounts.events import announce, transactional, unit_of_work
from accounts.graph import NoToken, client_for
from accounts.refusals import Refused
from inbox import fetching
from inbox.fetching import GiveUp, TryAgain
from inbox.media_download import Corrupt, Fetched, Interrupted, Wanted, downloaded, type_of
from inbox.media_previews import Preview, preview
from inbox.media_storage import store, work_folder
from inbox.models import Media, MediaState, Message
from webhooks.failpoints import hit
from webhooks.worker import wake
from whatsapp.client import MediaRefused
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

log = logging.getLogger(__name__)

# More than the 300 s a download may take, and what follows it.
LEASE: Final = timedelta(minutes=7)
UNKNOWN_ID: Final = (100, 33)
DISK_IS_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def fetch_next(stop: threading.Event) -> bool:
    """Fetches the next due file; whether there was one."""
    media = None if stop.is_set() else claim()
    if media is not None:
        fetch(media, stop)
    return media is not None


def claim() -> Media | None:
    """The next file that is due, for this caller alone until its lease ends.

    Fresh ones come first: what failed before may fail long.
    """
    at = database_now()
    with unit_of_work(durable=True):
        media = (
            Media.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=MediaState.PENDING)
            .filter(Q(not_before=None) | Q(not_before__lte=at))
            .filter(Q(lease_until=None) | Q(lease_until__lt=at))
            .select_related("phone_number__account", "message")
            .order_by("attempts", "id")
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


def fetch(media: Media, stop: threading.Event) -> None:
    """Fetches a claimed file. Whatever happens is written on its row; one faulty file stops nobody.

    Raises: the database's errors; the lease then gives the file back.
    """
    try:
        with work_folder(f"{media.pk}.{media.claim_token}") as folder:
            client = client_for(media.phone_number.account)
            fetched = downloaded(client, wanted_of(media), folder, stop)
            mime_type = type_of(fetched.path, fetched.facts.mime_type or media.declared_mime_type)
            seen = preview(fetched.path, mime_type=mime_type, folder=folder)
            _store(media, fetched, mime_type, seen)
    except Interrupted:
        _give_back(media)
    except DatabaseTrouble:
        raise
    except Exception as error:  # noqa: BLE001 - the outer edge of a file
        _missed(media, error)


def wanted_of(media: Media) -> Wanted:
    """What the webhook said of a file."""
    return Wanted(
        media.meta_media_id, media.phone_number.meta_phone_number_id, media.declared_sha256
    )


def _store(media: Media, fetched: Fetched, mime_type: str, seen: Preview) -> None:
    values = kept(media, fetched.path, seen)
    hit("media.kept_before_commit", about=str(media.pk))
    with unit_of_work(durable=True):
        moved = Media.objects.filter(pk=media.pk, claim_token=media.claim_token).update(
            state=MediaState.READY,
            size=fetched.size,
            sha256=fetched.sha256,
            mime_type=mime_type,
            error="",
            not_before=None,
            lease_until=None,
            claim_token=None,
            **values,
        )
        if moved:
            _announce(media, by=CONTACT)


def kept(media: Media, file: Path, seen: Preview) -> dict[str, object]:
    """Puts a file and its thumbnail into the store; the fields of the row that follow from it.

    Raises: OSError; then what is in the store already is replaced by the next attempt.
    """
    key = f"{media.organization_id}/{media.pk}"
    place, thumbnail = store(), f"{key}.thumbnail" if seen.thumbnail else ""
    place.keep(key, file)
    if seen.thumbnail:
        place.keep(thumbnail, seen.thumbnail)
    return {
        "path": key,
        "thumbnail": thumbnail,
        "width": seen.width,
        "height": seen.height,
        "animated": seen.animated or media.animated,
        "duration_ms": seen.duration_ms,
        "peaks": list(seen.peaks),
    }


def _give_back(media: Media) -> None:
    with unit_of_work(durable=True):
        Media.objects.filter(pk=media.pk, claim_token=media.claim_token).update(
            attempts=F("attempts") - 1, lease_until=None, claim_token=None
        )


def _missed(media: Media, error: Exception) -> None:
    at, fault = database_now(), fault_of(error)
    sent_at = media.message.at if media.message else media.created_at
    fate = fetching.after(
        fault,
        before=media.error,
        attempts=media.attempts,
        until=fetching.kept_until(sent_at, media.created_at),
        at=at,
    )
    _report(media, error, fault)
    with unit_of_work(durable=True):
        moved = Media.objects.filter(pk=media.pk, claim_token=media.claim_token).update(
            state=_state_after(fate),
            error=fault,
            not_before=fate.moment if isinstance(fate, TryAgain) else None,
            lease_until=None,
            claim_token=None,
        )
        # The second miss shows: the first is mostly mended before anybody has read "loading".
        if moved and (isinstance(fate, GiveUp) or media.attempts == 2):
            _announce(media, by=CONTACT)


def _state_after(fate: TryAgain | GiveUp) -> MediaState:
    if isinstance(fate, TryAgain):
        return MediaState.PENDING
    return MediaState.EXPIRED if fate.expired else MediaState.FAILED


def fault_of(error: Exception) -> str:
    """The word of `inbox.fetching` for what went wrong."""
    match error:
        case CloudApiError() if (error.code, error.subcode) == UNKNOWN_ID:
            return fetching.GONE
        case MediaRefused(reason="too_large"):
            return fetching.TOO_LARGE
        case CloudApiError() | MediaRefused():
            return fetching.REFUSED
        case NotSent() | OutcomeUnknown():
            return fetching.UNREACHABLE
        case NoToken():
            return fetching.NO_TOKEN
        case Corrupt():
            return fetching.CORRUPT
        case OSError():
            return fetching.DISK
        case _:
            return fetching.UNFORESEEN


def _report(media: Media, error: Exception, fault: str) -> None:
    if isinstance(error, OSError) and fault == fetching.DISK:
        full = "the disk is full" if error.errno in DISK_IS_FULL else "the store refuses files"
        log.error("%s: media %s waits (%s)", full, media.pk, type(error).__name__)
        return
    if fault == fetching.UNFORESEEN:
        log.error("media %s: an error that nobody foresaw", media.pk, exc_info=error)
        return
    log.info("media %s was not fetched: %s (%s)", media.pk, fault, type(error).__name__)


def _announce(media: Media, *, by: Actor) -> None:
    if media.message is None:
        return
    announce(
        "message.changed",
        media.organization_id,
        by=by,
        at=database_now(),
        conversation_id=media.message.conversation_id,
        ids=[media.message.pk],
        what="media",
    )


@transactional
def retry_fetch(media_id: UUID, *, by: Actor) -> Message:
    """A person asks for a file again, now; also one that Meta is said to have lost.

    The message it came with. One that is there, or on its way just now, stays as it is.
    Refuses: MEDIA_NOT_FOUND when there is nothing to ask Meta for.
    """
    media = Media.objects.select_related("message").get(pk=media_id)
    if not media.meta_media_id or media.message is None:
        raise Refused("MEDIA_NOT_FOUND", _("WhatsApp sent no file. Ask the customer for it again."))
    moved = Media.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=database_now()),
        pk=media_id,
        state__in=[MediaState.PENDING, MediaState.FAILED, MediaState.EXPIRED],
    ).update(state=MediaState.PENDING, attempts=0, error="", not_before=None)
    if moved:
        _announce(media, by=by)
        transaction.on_commit(lambda: wake("media"), robust=True)
    return media.message
