"""Files: as what WhatsApp takes one, and the message that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.outgoing.file_ids import file_id
from inbox.outgoing.shape import Outgoing, checked, frozen_content
from whatsapp import limits, outbound

# What a type becomes that nobody asked to be anything else.
BY_ITSELF: Final = ("image", "video", "audio")
WISHES: Final = frozenset({"image", "video", "audio", "voice", "document", "sticker"})
LONGEST_NAME: Final = 240


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A stored file, as far as sending it goes.

    kind: image, video, audio, voice, document or sticker. mime_type: as its bytes prove it.
    """

    id: UUID
    kind: str
    mime_type: str
    filename: str = ""


def kind_for(mime_type: str, *, size: int, wish: str = "", animated: bool = False) -> str:
    """As what a file goes. Source: Meta's table of media types, read 2026-09 (`whatsapp.limits`).

    wish: a kind, or "" to let the type decide: what is no picture, video or sound of WhatsApp's
    goes as a document. size: bytes. Refuses: MEDIA_TYPE_UNSUPPORTED, MEDIA_TOO_LARGE.
    """
    kind = wish or _own_kind(mime_type)
    allowed = limits.MIME_TYPES.get(kind, frozenset())
    if kind != "document" and mime_type not in allowed:
        raise Refused(
            "MEDIA_TYPE_UNSUPPORTED",
            _("WhatsApp takes no %(type)s as %(kind)s. It takes: %(allowed)s.")
            % {"type": mime_type, "kind": kind, "allowed": ", ".join(sorted(allowed))},
            field="file",
            allowed=sorted(allowed),
        )
    most = largest(kind, animated=animated)
    if size > most:
        raise too_large(kind, most)
    return kind


def _own_kind(mime_type: str) -> str:
    return next((kind for kind in BY_ITSELF if mime_type in limits.MIME_TYPES[kind]), "document")


def largest(kind: str, *, animated: bool = False) -> int:
    """The most bytes a kind may have."""
    if kind == "sticker" and not animated:
        return limits.STATIC_STICKER_BYTES
    return limits.MEDIA_BYTES[kind]


def too_large(kind: str, most: int) -> Refused:
    """The refusal of a file with too many bytes; what would help is in the sentence."""
    amount = (
        _("%(n)s MB") % {"n": most // limits.MB}
        if most >= limits.MB
        else _("%(n)s KB") % {"n": most // limits.KB}
    )
    names = {
        "image": _("A picture may have at most %(size)s. Send it as a document instead."),
        "video": _("A video may have at most %(size)s. Send it as a document instead."),
        "audio": _("A sound may have at most %(size)s. Send it as a document instead."),
        "voice": _("A voice note may have at most %(size)s. Record a shorter one."),
        "sticker": _("A sticker may have at most %(size)s."),
    }
    sentence = names.get(kind, _("A file may have at most %(size)s."))
    return Refused(
        "MEDIA_TOO_LARGE", sentence % {"size": amount}, field="file", limit_bytes=most, kind=kind
    )


def file(facts: FileFacts, *, caption: str = "", filename: str = "") -> Outgoing:
    """A message with one file. caption: picture, video and document only.

    filename: what the customer reads on a document, in place of the file's own name.
    Refuses: VALIDATION_ERROR (caption, filename).
    """
    kind = facts.kind
    _check_words(kind, caption, filename)
    shown = (filename or facts.filename) if kind == "document" else ""
    return Outgoing(
        type=kind,
        content=frozen_content(caption or None, media={"id": str(facts.id), "type": kind}),
        payload=_payload(kind, file_id(facts.id), caption, shown),
        preview=caption or shown,
        file_id=facts.id,
    )


def file_of_meta(kind: str, meta_id: str, *, caption: str = "", filename: str = "") -> Outgoing:
    """A file that somebody else has uploaded to Meta: sent as it is, not shown here.

    Refuses: VALIDATION_ERROR (caption, filename).
    """
    _check_words(kind, caption, filename)
    return Outgoing(
        type=kind,
        content=frozen_content(caption or None, media={"type": kind}),
        payload=_payload(kind, meta_id, caption, filename),
        preview=caption or filename,
    )


def _payload(kind: str, name: str, caption: str, filename: str) -> dict[str, Any]:
    with checked(**{f"{one}__caption": "caption" for one in outbound.KINDS_WITH_CAPTION}):
        return outbound.media(
            kind,
            media_id=name,
            caption=caption or None,
            filename=filename[:LONGEST_NAME] or None,
        )


def _check_words(kind: str, caption: str, filename: str) -> None:
    if filename and kind != "document":
        raise _not_for(kind, "filename", _("Only documents have a file name."))
    if caption and kind not in outbound.KINDS_WITH_CAPTION:
        raise _not_for(kind, "caption", _("Only pictures, videos and documents have a caption."))


def file_shown(content: Mapping[str, Any]) -> UUID | None:
    """Our id of the file in frozen content; None where there is none."""
    media = content.get("media")
    found = media.get("id") if isinstance(media, Mapping) else None
    return UUID(found) if found else None


def _not_for(kind: str, field: str, sentence: str) -> Refused:
    return Refused("VALIDATION_ERROR", sentence, field=field, detail="not_allowed", kind=kind)
