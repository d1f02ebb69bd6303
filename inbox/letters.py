"""From the frozen content of a template to what its bubble and its preview show. Pure.

The preview in the picker and the bubble in the thread come from here: they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from inbox.kind_shapes import HeaderFile, Letter, LetterButton, Offer
from inbox.kinds import place_of, urlsplit_host, web_address
from inbox.times import exact_time

Content = Mapping[str, Any]

FILES: Final[Mapping[str, tuple[str, str]]] = {
    "image": ("image", noop("Picture")),
    "video": ("video", noop("Video")),
    "document": ("document", noop("Document")),
}
BUTTON_ICONS: Final[Mapping[str, str]] = {
    "quick_reply": "reply",
    "url": "external-link",
    "phone_number": "phone",
    "copy_code": "copy",
    "one_time_code": "copy",
    "flow": "file-text",
}


def letter_of(content: Content, *, zone: str) -> Letter:
    """A template as the customer sees it. content: as the compiler froze it, whenever that was."""
    location = content.get("location")
    place = place_of(location) if isinstance(location, Mapping) else None
    no_place = HeaderFile("location", "location", _("Place"), _("Not chosen yet"))
    return Letter(
        header=_text(content, "header"),
        file=no_place if location and not place else _file(content.get("media")),
        place=place,
        offer=_offer(content["offer"], zone=zone) if _is_object(content.get("offer")) else None,
        body=_text(content, "body"),
        footer=_text(content, "footer"),
        buttons=tuple(_button(one) for one in _objects(content.get("buttons"))),
        cards=tuple(letter_of(one, zone=zone) for one in _objects(content.get("cards"))),
    )


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


def _objects(value: object) -> Sequence[Content]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(content: Content, name: str) -> str:
    found = content.get(name)
    return found if isinstance(found, str) else ""


def _file(media: object) -> HeaderFile | None:
    if not isinstance(media, Mapping):
        return None
    kind = _text(media, "type")
    icon, label = FILES.get(kind, ("document", noop("File")))
    name, link = _text(media, "filename"), _text(media, "link")
    title = name or _(label)
    if own := _own(media):
        return HeaderFile(kind, icon, title, "", url=f"/media/{own}/")
    if link:
        href = web_address(link)
        return HeaderFile(kind, icon, title, urlsplit_host(link), href=href)
    if media.get("meta_media_id"):
        return HeaderFile(kind, icon, title, _("Kept by WhatsApp"))
    return HeaderFile(kind, icon, title, _("Not chosen yet"))


def _own(media: Content) -> UUID | None:
    try:
        return UUID(_text(media, "id"))
    except ValueError:
        return None


def _offer(offer: Content, *, zone: str) -> Offer:
    at = offer.get("expires_at_ms")
    try:
        moment = datetime.fromtimestamp(at / 1000, UTC) if isinstance(at, int | float) else None
    except (OverflowError, OSError, ValueError):
        moment = None
    return Offer(_text(offer, "text"), exact_time(moment, zone))


def _button(button: Content) -> LetterButton:
    url = _text(button, "url").removeprefix("https://")
    does = url or _text(button, "phone_number") or _text(button, "code")
    icon = BUTTON_ICONS.get(_text(button, "type"), "")
    return LetterButton(_text(button, "text"), icon, does)
