"""Contents of messages other than text and template, as callers give them (section 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from accounts.api.bodies import Body
from accounts.refusals import Refused
from inbox import outgoing
from inbox.outgoing import Outgoing

FILE_KINDS: Final = ("image", "video", "audio", "voice", "document", "sticker")
# What `type: "media"` may name.
GENERIC_KINDS: Final = ("image", "video", "audio", "document")


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file to send. kind: "" for whatever the file is. Exactly one of file_id and link."""

    kind: str
    file_id: str = ""
    link: str = ""
    caption: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class ReactionContent:
    """An emoji for a message, named by our id or its wamid."""

    message_id: str
    emoji: str


@dataclass(frozen=True, slots=True)
class RawContent:
    """Meta's own JSON."""

    payload: str
    version: str


@dataclass(frozen=True, slots=True)
class Built:
    """Content that needs nothing but itself; `make` checks it."""

    make: Callable[[], Outgoing]


@dataclass(frozen=True, slots=True)
class InteractiveContent:
    """Meta's interactive object; its headers may name files by our ids."""

    given: Mapping[str, Any]


class MediaIn(Body):
    """`{"id" or "link", "caption", "filename"}`; `type` only for the generic kind `media`."""

    ALIASES: ClassVar[Mapping[str, str]] = {"url": "link", "media_id": "id"}

    type: str | None = None
    id: str | None = None
    link: str | None = None
    caption: str = ""
    filename: str = ""
    voice: bool = False


class LocationIn(Body):
    """A place, in degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class ReactionIn(Body):
    """One emoji; "" takes it back."""

    message_id: str
    emoji: str


class RawIn(Body):
    """A payload of Meta's as a string, for keys with `messages:send_raw`."""

    payload: str
    version: str = ""


def file_content(kind: str, given: MediaIn) -> FileContent:
    """A file by its kind ("media": the kind stands in the object, or is that of the file).

    Refuses: VALIDATION_ERROR, UNSUPPORTED_TYPE.
    """
    named = given.type or ""
    if named and named not in FILE_KINDS:
        raise Refused(
            "UNSUPPORTED_TYPE",
            _("Unsupported type '%(name)s'") % {"name": named},
            field="media.type",
            allowed=list(GENERIC_KINDS),
        )
    if kind != "media" and named and named != kind:
        raise Refused(
            "VALIDATION_ERROR",
            _("Two different types are given."),
            field="media.type",
            detail="conflict",
        )
    kind = named if kind == "media" else kind
    if given.voice:
        if kind not in ("audio", "voice", ""):
            raise Refused(
                "VALIDATION_ERROR",
                _("Only a sound can be a voice note."),
                field="media.voice",
                detail="not_allowed",
            )
        kind = "voice"
    file_id, link = _source(given.id or "", given.link or "")
    return FileContent(kind, file_id, link, given.caption, given.filename)


def _source(file_id: str, link: str) -> tuple[str, str]:
    """An id that is an address is one (`media_id` may hold a link)."""
    if file_id.startswith(("https://", "http://")) and not link:
        file_id, link = "", file_id
    if bool(file_id) == bool(link):
        raise Refused(
            "VALIDATION_ERROR",
            _("Give exactly one of `id` and `link`."),
            field="media.id",
            detail="conflict" if file_id else "required",
        )
    return file_id, link


def location_content(given: LocationIn) -> Built:
    """A place."""
    return Built(
        lambda: outgoing.location(
            given.latitude, given.longitude, name=given.name, address=given.address
        )
    )


def contacts_content(given: list[Any]) -> Built:
    """Contact cards in Meta's shape."""
    return Built(lambda: outgoing.contacts(given))


Content = FileContent | ReactionContent | RawContent | Built | InteractiveContent
