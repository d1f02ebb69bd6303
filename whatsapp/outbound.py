"""Builders of request bodies for POST /{phone number id}/messages. They know no network.

Every builder returns a new dict with the content of one type; `message` puts an address on it.
Bad values raise BadPayload.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whatsapp import limits
from whatsapp.ids import is_bsuid
from whatsapp.interactive import check_interactive
from whatsapp.payload_checks import (
    BadPayload,
    list_of,
    mapping_of,
    one_of,
    refused,
    text_of,
    within,
    word_of,
)
from whatsapp.template_parts import check_template

__all__ = [
    "BadPayload",
    "Recipient",
    "contacts",
    "interactive",
    "location",
    "mark_as_read",
    "media",
    "message",
    "reaction",
    "template",
    "text",
]

Payload = dict[str, Any]

MEDIA_KINDS = frozenset({"image", "video", "audio", "voice", "document", "sticker"})
KINDS_WITH_CAPTION = frozenset({"image", "video", "document"})


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a message. With both, the phone wins.

    phone: E.164, or the digits of a `wa_id` (the plus sign is added). bsuid: for a person whose
    number is not known; a parent id works too.
    """

    phone: str | None = None
    bsuid: str | None = None

    def address(self) -> dict[str, str]:
        """`to` or `recipient`. Without the plus sign Meta would add *our* country code."""
        if self.phone:
            digits = self.phone.removeprefix("+")
            if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 20):
                raise refused("to", "WRONG_KIND")
            return {"to": "+" + digits}
        if not self.bsuid:
            raise refused("to", "REQUIRED")
        if not is_bsuid(self.bsuid):
            raise refused("recipient", "WRONG_KIND")
        return {"recipient": self.bsuid}


def text(body: str, *, preview_url: bool = False) -> Payload:
    """A text of at most 4,096 UTF-16 units."""
    text_of("text.body", body, limits.TEXT_BODY)
    return {"type": "text", "text": {"body": body, "preview_url": preview_url}}


def media(
    kind: str,
    *,
    media_id: str | None = None,
    link: str | None = None,
    caption: str | None = None,
    filename: str | None = None,
    voice: bool = False,
) -> Payload:
    """A file by Meta's id (better) or by a link that Meta fetches.

    kind: image, video, audio, voice, document or sticker. Voice is audio shown as a voice note;
    it has to be ogg/opus mono. Captions exist for image, video and document only, file names for
    documents only.
    """
    word_of("type", kind, MEDIA_KINDS)
    if kind == "voice":
        kind, voice = "audio", True
    _check_media(kind, caption, filename, voice=voice)
    source = {"id": media_id, "link": link}
    one_of(kind, source, "id", "link")
    file: Payload = {key: value for key, value in source.items() if value}
    if filename:
        file["filename"] = filename
    if caption:
        file["caption"] = caption
    if voice:
        file["voice"] = True
    return {"type": kind, kind: file}


def location(
    latitude: float, longitude: float, *, name: str | None = None, address: str | None = None
) -> Payload:
    """A place, in degrees."""
    _check_degrees("location.latitude", latitude, 90)
    _check_degrees("location.longitude", longitude, 180)
    place: Payload = {"latitude": latitude, "longitude": longitude}
    if name:
        place["name"] = name
    if address:
        place["address"] = address
    return {"type": "location", "location": place}


def contacts(cards: Sequence[Mapping[str, Any]]) -> Payload:
    """Contact cards in Meta's shape, at most 257.

    Each needs `name.formatted_name` and at least one more part of the name.
    """
    list_of("contacts", cards, most=limits.CONTACTS)
    for index, card in enumerate(cards):
        _check_card(f"contacts[{index}]", card)
    return {"type": "contacts", "contacts": [dict(card) for card in cards]}


def reaction(message_wamid: str, emoji: str) -> Payload:
    """A reaction to a message at most 30 days old. emoji "" takes the reaction back."""
    text_of("reaction.message_id", message_wamid, 512)
    within("reaction.emoji", emoji, 64)
    return {"type": "reaction", "reaction": {"message_id": message_wamid, "emoji": emoji}}


def interactive(obj: Mapping[str, Any]) -> Payload:
    """Buttons, lists, links, flows and the like, in Meta's shape, checked against its limits."""
    check_interactive(obj)
    return {"type": "interactive", "interactive": dict(obj)}


def template(
    name: str, language: str, components: Sequence[Mapping[str, Any]] | None = None
) -> Payload:
    """A template with its values. components: only those with variables or media."""
    check_template(name, language, components)
    body: Payload = {"name": name, "language": {"code": language}}
    if components:
        body["components"] = [dict(component) for component in components]
    return {"type": "template", "template": body}


def message(
    content: Mapping[str, Any],
    *,
    to: Recipient,
    opaque: str | None,
    reply_to: str | None = None,
) -> Payload:
    """The whole request body.

    opaque: our own id, at most 512 units; every status brings it back. reply_to: the message
    quoted; reactions cannot quote.
    """
    body: Payload = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    body |= to.address()
    body |= content
    if reply_to is not None:
        if content.get("type") == "reaction":
            raise refused("context", "NOT_ALLOWED")
        body["context"] = {"message_id": reply_to}
    if opaque is not None:
        body["biz_opaque_callback_data"] = text_of(
            "biz_opaque_callback_data", opaque, limits.OPAQUE_DATA
        )
    return body


def mark_as_read(wamid: str, *, typing: bool = False) -> Payload:
    """The read receipt for this message and all before it; with `typing` for up to 25 seconds.

    There is no typing indicator without a read receipt.
    """
    body: Payload = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    if typing:
        body["typing_indicator"] = {"type": "text"}
    return body


def _check_media(kind: str, caption: str | None, filename: str | None, *, voice: bool) -> None:
    if caption and kind not in KINDS_WITH_CAPTION:
        raise refused(f"{kind}.caption", "NOT_ALLOWED")
    if caption:
        within(f"{kind}.caption", caption, limits.CAPTION)
    if filename and kind != "document":
        raise refused(f"{kind}.filename", "NOT_ALLOWED")
    if voice and kind != "audio":
        raise refused(f"{kind}.voice", "NOT_ALLOWED")


def _check_degrees(field: str, value: float, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused(field, "WRONG_KIND")
    if not math.isfinite(value) or abs(value) > most:
        raise refused(field, "OUT_OF_RANGE", least=-most, most=most)


def _check_card(field: str, card: object) -> None:
    name = mapping_of(f"{field}.name", mapping_of(field, card).get("name"))
    text_of(f"{field}.name.formatted_name", name.get("formatted_name"), limits.TEXT_BODY)
    parts = ("first_name", "last_name", "middle_name", "prefix", "suffix")
    if not any(name.get(part) for part in parts):
        raise refused(f"{field}.name.first_name", "REQUIRED")
