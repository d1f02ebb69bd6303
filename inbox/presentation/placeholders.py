"""What stands for a message that cannot be shown: a sentence, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from inbox.kind_shapes import Placeholder
from inbox.models import Message

SHOWN = {
    *("text", "template", "button", "interactive", "order", "system", "edit", "revoke"),
    *("image", "video", "audio", "voice", "document", "sticker", "location", "contacts"),
}
NOT_THERE = 131060  # Meta has the message and may not hand it on


def placeholder_of(message: Message) -> Placeholder | None:
    """The card for it; None for what shows itself. A kind of a later release is named."""
    if message.deleted_at is not None:
        return None
    if message.type.startswith("media_placehold"):  # the column is shorter than the word
        return Placeholder(
            _("A file from before this number was connected."),
            _("The phone app has not sent it yet."),
        )
    if message.type == "unsupported":
        return _unsupported(message)
    if message.type not in SHOWN:
        told = _("A message of the kind “%(kind)s”.") % {"kind": message.type}
        return Placeholder(told, _hint(message))
    return None


def _unsupported(message: Message) -> Placeholder:
    unsupported = message.details.get("unsupported") or {}
    what = str(unsupported.get("unsupported_type") or "")
    if what == "request_welcome":
        return Placeholder(_("The customer opened the chat and has not written anything yet."))
    if message.direction == "outbound":
        told = _("Something was sent from the phone that cannot be shown here%(what)s.")
        return Placeholder(told % {"what": _named(what)}, _hint(message))
    if what == "edit":
        return Placeholder(
            _("The customer edited an earlier message. The new text cannot be shown here."),
            _("WhatsApp does not pass it on. Ask for it if it matters."),
        )
    if NOT_THERE in _codes(message.details):
        return Placeholder(
            _("This message can only be seen on the customer's phone."),
            _("Ask the customer to send it again."),
        )
    if what in ("interactive", "button"):
        return Placeholder(_("The customer's answer came without its content."), _hint(message))
    told = _("The customer sent something that cannot be shown here%(what)s.")
    return Placeholder(told % {"what": _named(what)}, _hint(message))


def _named(what: str) -> str:
    words = {
        "poll": _("a poll"),
        "poll_update": _("a vote in a poll"),
        "event": _("an event"),
        "list": _("a list"),
        "product": _("a product"),
        "video_note": _("a video note"),
        "unsupported": "",
        "unknown": "",
    }
    named = words.get(what, f"“{what}”" if what else "")
    return f": {named}" if named else ""


def _hint(message: Message) -> str:
    if message.direction == "outbound":
        return _("It is visible on the phone only.")
    return _("Ask the customer to send it another way.")


def _codes(details: Mapping[str, Any]) -> set[int]:
    errors = details.get("errors")
    rows = errors if isinstance(errors, list) else []
    return {int(one.get("code") or 0) for one in rows if isinstance(one, Mapping)}
