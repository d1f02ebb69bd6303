"""Files as callers name them: by our id, by Meta's, or by a link that is fetched here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import is_bound, numbers_of
from accounts.api.finding import as_uuid
from accounts.api.requests import Caller
from accounts.models import ApiKey, PhoneNumber
from accounts.refusals import Refused
from inbox import outgoing
from inbox.access import visible_conversations
from inbox.actions.attachments import attach
from inbox.api.contents import FileContent
from inbox.api.finding import limited_reader
from inbox.media_storage import store
from inbox.models import Media, MediaState, MetaUpload, UploadState
from inbox.outgoing import FileFacts, Outgoing
from inbox.outgoing.file_ids import file_id
from inbox.outgoing.files import too_large
from inbox.taking_in import LARGEST_BYTES, Given
from webhooks.addresses import AddressRefused
from webhooks.outgoing import FetchFailed, fetched

PIECE_BYTES: Final = 64 * 1024
WITH_FILES: Final = frozenset({"image", "video", "document"})


def media_rows(key: ApiKey) -> QuerySet[Media]:
    """Every file the key reaches: of messages that are not deleted, and those given to send."""
    rows = Media.objects.filter(organization_id=key.organization_id, message__deleted_at=None)
    if is_bound(key):
        rows = rows.filter(phone_number__in=numbers_of(key))
    if reader := limited_reader(key):
        threads = visible_conversations(reader)
        rows = rows.filter(
            Q(message__conversation__in=threads)
            | Q(message=None, conversation__in=threads)
            | Q(message=None, conversation=None, uploaded_by_id__in=(key.pk, reader.pk))
        )
    return rows.select_related("message")


def media_of(key: ApiKey, name: str) -> Media | None:
    """A file by our id or Meta's; None for one that is not here."""
    own_id = as_uuid(name)
    rows = media_rows(key)
    if own_id is not None:
        return rows.filter(pk=own_id).first()
    if not name:
        return None
    upload = MetaUpload.objects.filter(
        meta_media_id=name, phone_number__in=numbers_of(key), state=UploadState.READY
    ).first()
    which = Q(meta_media_id=name)
    if upload is not None:
        which |= Q(sha256=upload.sha256, mime_type=upload.mime_type, direction="outbound")
    return rows.filter(which).order_by("-created_at").first()


def media_or_404(key: ApiKey, name: str) -> Media:
    """The same for a file that has to be here whole.

    Refuses: MEDIA_NOT_FOUND (data: state), MEDIA_NOT_READY.
    """
    media = media_of(key, name)
    if media is not None and media.state == MediaState.PENDING:
        raise Refused("MEDIA_NOT_READY", _("This file is still on its way."), state=media.state)
    if media is None or media.state != MediaState.READY:
        state = {"state": media.state} if media is not None else {}
        raise Refused("MEDIA_NOT_FOUND", _("There is no such file."), field="media.id", **state)
    return media


def outgoing_file(key: ApiKey, content: FileContent, brought: Media | None) -> Outgoing:
    """The message with this file. brought: what `bring` made of a link.

    An id of digits that nobody here knows is taken as Meta's own and sent as it is.
    Refuses: MEDIA_NOT_FOUND, MEDIA_NOT_READY, MEDIA_TYPE_UNSUPPORTED, MEDIA_TOO_LARGE.
    """
    if brought is None and content.file_id.isdigit() and media_of(key, content.file_id) is None:
        return outgoing.file_of_meta(
            content.kind or "document",
            content.file_id,
            caption=content.caption,
            filename=content.filename,
        )
    media = brought or media_or_404(key, content.file_id)
    wish = content.kind or media.kind
    kind = outgoing.kind_for(
        media.mime_type, size=media.size or 0, wish=wish, animated=media.animated
    )
    facts = FileFacts(media.pk, kind, media.mime_type, media.filename)
    return outgoing.file(facts, caption=content.caption, filename=content.filename)


def with_our_files(key: ApiKey, given: Any) -> Any:
    """An interactive object in which headers name files by our ids, ready to be built."""
    if isinstance(given, Mapping):
        return {name: _header(key, name, inner) for name, inner in given.items()}
    if isinstance(given, list):
        return [with_our_files(key, one) for one in given]
    return given


def _header(key: ApiKey, name: str, inner: Any) -> Any:
    named = inner.get("id") if name in WITH_FILES and isinstance(inner, Mapping) else None
    if isinstance(named, str) and as_uuid(named) is not None:
        return {**inner, "id": file_id(media_or_404(key, named).pk)}
    return with_our_files(key, inner)


# --- before the transaction of the send ---


def bring(
    caller: Caller, content: FileContent, number: PhoneNumber, *, at: datetime
) -> Media | None:
    """Fetches what stands behind a link, and makes a voice note of what is none yet.

    None where the file is here as it is. Refuses: URL_NOT_ALLOWED, MEDIA_FETCH_FAILED,
    MEDIA_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED.
    """
    if content.link:
        return _fetch(caller, content, number, at=at)
    if content.kind != "voice":
        return None
    media = media_of(caller.key, content.file_id)
    if media is None or media.state != MediaState.READY or media.kind == "voice":
        return None
    given = Given(_stored(media), media.filename, media.mime_type, "voice")
    made = attach(given, number=number, by=caller.actor, at=at, upload_now=False)
    if made.kind != "voice":
        raise Refused(
            "MEDIA_TYPE_UNSUPPORTED",
            _("A voice note is OGG with Opus, one channel. ffmpeg, which makes one, is missing."),
            field="media",
            allowed=["audio/ogg"],
        )
    return made


def _stored(media: Media) -> Iterator[bytes]:
    with closing(store().open(media.path, 0, media.size or 0)) as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _fetch(caller: Caller, content: FileContent, number: PhoneNumber, *, at: datetime) -> Media:
    name = content.filename or _name_in(content.link)
    try:
        with fetched(content.link, max_bytes=LARGEST_BYTES) as answer:
            given = Given(answer.chunks, name, answer.content_type, content.kind)
            return attach(given, number=number, by=caller.actor, at=at, upload_now=False)
    except AddressRefused as error:
        raise Refused(
            "URL_NOT_ALLOWED", _("This address is not allowed."), field="media.link"
        ) from error
    except FetchFailed as error:
        if error.reason == "too_large":
            raise too_large(content.kind or "document", LARGEST_BYTES) from error
        raise Refused(
            "MEDIA_FETCH_FAILED",
            _("The file could not be fetched from this address."),
            field="media.link",
            http_status=error.http_status,
        ) from error


def _name_in(link: str) -> str:
    return PurePosixPath(unquote(urlsplit(link).path)).name


def known_at_meta(media: Iterable[Media]) -> dict[UUID, MetaUpload]:
    """Where Meta has these files, by our id. One query."""
    rows = list(media)
    found = MetaUpload.objects.filter(
        state=UploadState.READY,
        phone_number__organization_id__in={one.organization_id for one in rows},
        sha256__in={one.sha256 for one in rows if one.direction == "outbound"},
    ).order_by("uploaded_at")
    by_content = {(one.sha256, one.mime_type): one for one in found}
    return {
        one.pk: by_content[one.sha256, one.mime_type]
        for one in rows
        if (one.sha256, one.mime_type) in by_content
    }
