"""Files: given to be sent, their facts, their bytes (section 4.12)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from accounts.access import numbers_of
from accounts.api.answers import answered
from accounts.api.auth import needs
from accounts.api.bodies import Body
from accounts.api.envelopes import One
from accounts.api.finding import sending_number
from accounts.api.requests import PREFIX, Caller, caller_of
from accounts.models import PhoneNumber
from accounts.refusals import Refused
from inbox import media_files
from inbox.actions.at_meta import FRESH
from inbox.actions.attachments import attach
from inbox.api import shapes
from inbox.api.files import known_at_meta, media_of, media_or_404
from inbox.file_types import UNKNOWN
from inbox.models import Media
from inbox.outgoing.files import too_large
from inbox.taking_in import LARGEST_BYTES, Given
from whatsapp import limits

router = Router(tags=["Media"])
LARGEST_IN_JSON: Final = 25 * limits.MB
# Base64 takes four bytes for three; the rest is for the other fields.
LARGEST_JSON: Final = LARGEST_IN_JSON // 3 * 4 + 64 * limits.KB
AT_META: Final = timedelta(seconds=limits.UPLOADED_MEDIA_LIFE_S)
INBOUND_AT_META: Final = timedelta(seconds=limits.INBOUND_MEDIA_LIFE_S)


class FileIn(Body):
    """The JSON form of POST /media; also the text fields of the multipart form."""

    ALIASES = {"source": "sender", "from": "sender"}

    file: str = ""
    filename: str = ""
    mime_type: str = ""
    sender: str | None = None


class Where(BaseModel):
    """The number may stand in the address too."""

    sender: str | None = Field(None, alias="from")
    source: str | None = None


class Named(BaseModel):
    """Which file, as older integrations ask for it."""

    media_id: str
    source: str | None = None


def post_media(request: HttpRequest, where: Query[Where]) -> HttpResponse:
    """Keeps a file and gives an id to send with; the kind is read from its bytes."""
    caller = caller_of(request)
    given, sender = _given(request)
    sender = sender or where.sender or where.source
    media = attach(
        given,
        number=sending_number(caller.key, sender) if sender else _any_number(caller),
        by=caller.actor,
        at=timezone.now(),
        upload_now=sender is not None,
    )
    return answered(request, facts_out(media), status=201, location=f"{PREFIX}/media/{media.pk}")


post_media.reads_files = True  # type: ignore[attr-defined]
router.post("/media", auth=needs("media:write"), response={201: One[shapes.MediaFactsOut]})(
    post_media
)


def _any_number(caller: Caller) -> PhoneNumber:
    """Where a file stands until a number sends it."""
    number = numbers_of(caller.key).order_by("created_at").first()
    if number is None:
        raise Refused("NO_CONNECTED_ACCOUNT", _("No WhatsApp number is connected yet."))
    return number


def _given(request: HttpRequest) -> tuple[Given, str | None]:
    if request.content_type == "multipart/form-data":
        return _of_form(request)
    body = FileIn(**_json(request))
    return _decoded(body), body.sender


def _of_form(request: HttpRequest) -> tuple[Given, str | None]:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > LARGEST_BYTES + limits.MB:
        raise too_large("document", LARGEST_BYTES)
    body = FileIn(**{name: request.POST[name] for name in request.POST})
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _decoded(body), body.sender
    return Given(
        chunks=file.chunks(),
        filename=body.filename or file.name or "",
        declared=(body.mime_type or file.content_type or "").lower(),
    ), body.sender


def _json(request: HttpRequest) -> dict[str, Any]:
    raw = request.read(LARGEST_JSON + 1)
    if len(raw) > LARGEST_JSON:
        raise too_large("document", LARGEST_IN_JSON)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused("BAD_REQUEST", _("The body is not a JSON object in UTF-8.")) from error
    if not isinstance(found, dict):
        raise Refused("BAD_REQUEST", _("The body is not a JSON object in UTF-8."))
    return found


def _decoded(body: FileIn) -> Given:
    try:
        data = base64.b64decode("".join(body.file.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("VALIDATION_ERROR", _("This is no base64."), field="file") from error
    if not data:
        raise Refused("VALIDATION_ERROR", _("Give a file."), field="file", detail="required")
    if len(data) > LARGEST_IN_JSON:
        raise too_large("document", LARGEST_IN_JSON)
    return Given(_once(data), body.filename, body.mime_type.lower())


def _once(data: bytes) -> Iterator[bytes]:
    yield data


@router.get("/media", auth=needs("media:read"), response={200: bytes})
def bytes_of_named(request: HttpRequest, named: Query[Named]) -> HttpResponseBase:
    """The bytes of a file by `media_id`, as a download without a type."""
    media = media_or_404(caller_of(request).key, named.media_id)
    return media_files.download(request, media, mime_type=UNKNOWN)


@router.get("/media/{media_id}", auth=needs("media:read"), response=One[shapes.MediaFactsOut])
def media_facts(request: HttpRequest, media_id: str) -> HttpResponse:
    """What is known of a file, by our id or Meta's."""
    media = media_of(caller_of(request).key, media_id)
    if media is None:
        raise Refused("MEDIA_NOT_FOUND", _("There is no such file."))
    return answered(request, facts_out(media))


@router.get("/media/{media_id}/content", auth=needs("media:read"), response={200: bytes})
def media_content(request: HttpRequest, media_id: str) -> HttpResponseBase:
    """The bytes of a file, with its type; a range may be asked for."""
    media = media_or_404(caller_of(request).key, media_id)
    return media_files.download(request, media, mime_type=media.mime_type or UNKNOWN)


def facts_out(media: Media) -> shapes.MediaFactsOut:
    """A file as its own thing. One query."""
    meta_media_id, until = _at_meta(media)
    return shapes.MediaFactsOut(
        id=media.pk,
        media_id=media.pk,
        meta_media_id=meta_media_id or None,
        direction=media.direction,
        kind=media.kind,
        mime_type=media.mime_type or media.declared_mime_type or None,
        size=media.size,
        sha256=media.sha256 or None,
        filename=media.filename or None,
        state=media.state,
        url=f"{PREFIX}/media/{media.pk}/content",
        meta_expires_at=until,
        message_id=media.message_id,
        created_at=media.created_at,
    )


def _at_meta(media: Media) -> tuple[str, datetime | None]:
    if media.direction == "inbound":
        return media.meta_media_id, media.created_at + INBOUND_AT_META
    upload = known_at_meta([media]).get(media.pk)
    if upload is None or upload.uploaded_at is None:
        return "", None
    if upload.uploaded_at + FRESH < timezone.now():
        return "", None
    return upload.meta_media_id, upload.uploaded_at + AT_META
