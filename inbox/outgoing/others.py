"""Places, contact cards, reactions, and payloads that somebody else has built."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.frozen import as_json
from inbox.outgoing.shape import Outgoing, checked, frozen_content
from whatsapp import outbound
from whatsapp.inbound.cards import contact_cards
from whatsapp.inbound.reading import Broken
from whatsapp.limits import length

LONGEST_RAW: Final = 64 * 1024
LONGEST_EMOJI: Final = 32
# The longest name of a type that a message row can keep.
LONGEST_TYPE: Final = 16


def location(latitude: float, longitude: float, *, name: str = "", address: str = "") -> Outgoing:
    """A place, in degrees. Refuses: VALIDATION_ERROR."""
    with checked():
        payload = outbound.location(latitude, longitude, name=name or None, address=address or None)
    place = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    return Outgoing(
        type="location",
        content=frozen_content(name or address or None),
        payload=payload,
        preview=name or address,
        details={"location": place},
    )


def contacts(cards: Sequence[Mapping[str, Any]]) -> Outgoing:
    """Contact cards in Meta's shape, at most 257. Refuses: VALIDATION_ERROR."""
    with checked():
        payload = outbound.contacts(cards)
    try:
        shown = contact_cards(payload["contacts"]).cards
    except Broken as error:
        raise Refused(
            "VALIDATION_ERROR", _("This is no contact card."), field="contacts"
        ) from error
    names = ", ".join(card.name for card in shown if card.name)
    return Outgoing(
        type="contacts",
        content=frozen_content(names or None),
        payload=payload,
        preview=names[:200],
        details={"contacts": [as_json(card) for card in shown]},
    )


def reaction(target_wamid: str, emoji: str) -> Outgoing:
    """An emoji below a message; "" takes it back. Refuses: VALIDATION_ERROR."""
    words = any(one.isspace() or one.isalpha() for one in emoji) or (emoji and emoji.isascii())
    if length(emoji) > LONGEST_EMOJI or words:
        raise Refused(
            "VALIDATION_ERROR", _("One emoji, or nothing to take it back."), field="reaction.emoji"
        )
    with checked():
        payload = outbound.reaction(target_wamid, emoji)
    return Outgoing(
        type="reaction",
        content=frozen_content(emoji or None),
        payload=payload,
        preview=emoji,
        details={"reaction": {"target": target_wamid, "emoji": emoji}},
    )


def raw(text: str, *, version: str = "") -> Outgoing:
    """Meta's own JSON, as somebody else has built it: only its type and content are taken.

    Receiver, number and label are ours whatever it says. version: of the Graph API it was made
    for; kept, and not used. Refuses: VALIDATION_ERROR.
    """
    whole = _object_of(text)
    kind = whole.get("type")
    if not isinstance(kind, str) or not 0 < len(kind) <= LONGEST_TYPE or not kind.isidentifier():
        raise _bad_raw(_("`type` names the content."))
    given = whole.get(kind)
    if not isinstance(given, dict | list) or not given:
        raise _bad_raw(_("The content stands under the name of its type."))
    if kind == "reaction":
        raise _bad_raw(_("Reactions have a type of their own."))
    payload: dict[str, Any] = {"type": kind, kind: given}
    if isinstance(whole.get("context"), dict):
        payload["context"] = whole["context"]
    body = _words(given)
    template = given if kind == "template" and isinstance(given, dict) else {}
    language = template.get("language")
    code = language.get("code") if isinstance(language, dict) else ""
    return Outgoing(
        type=kind,
        content=frozen_content(body or None),
        payload=payload,
        preview=body,
        free_form=not template,
        details={"raw": {"version": version[:16]}},
        template_name=str(template.get("name") or "")[:512],
        template_language=str(code or "")[:12],
    )


def _object_of(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_RAW:
        raise _bad_raw(_("At most 64 KB."))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad_raw(_("This is no JSON object.")) from error
    if not isinstance(found, dict):
        raise _bad_raw(_("This is no JSON object."))
    return found


def _bad_raw(sentence: str) -> Refused:
    return Refused("VALIDATION_ERROR", sentence, field="raw.payload")


def _words(content: Any) -> str:
    """What a reader would see of it: the text, the caption, the body of an interactive message."""
    if not isinstance(content, dict):
        return ""
    body = content.get("body")
    found = body.get("text") if isinstance(body, dict) else body or content.get("caption")
    return found if isinstance(found, str) else ""
