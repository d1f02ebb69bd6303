"""The message that is answered, above the answer."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from inbox import wording
from inbox.bubble_shapes import Quote
from inbox.markup import plain
from inbox.models import Message

QUOTED_LENGTH = 120


def quote_of(message: Message) -> Quote | None:
    """What it answers; None for a message that answers nothing. Of a deleted one no word."""
    if not message.reply_to_wamid:
        return None
    target = message.reply_to
    if target is None:
        return Quote("", _("An earlier message"), "")
    if target.deleted_at is not None:
        text, icon = _("This message was deleted."), "slash-circle"
    else:
        body = plain(str(target.content.get("body") or ""), longest=QUOTED_LENGTH)
        text = body or wording.kind_label(target.type)
        icon = wording.KIND_ICONS.get(target.type, "")
    return Quote(writer_of(target), text, address_of(target), icon)


def address_of(message: Message) -> str:
    """A link that opens the thread around this message, and jumps where it is on the page."""
    thread = reverse("inbox:thread", args=[message.conversation_id])
    return f"{thread}?message={message.pk}#m-{message.pk}"


def writer_of(message: Message) -> str:
    """Who wrote it, by name; for what has none, by the way it went."""
    if message.sender_name:
        return message.sender_name
    match message.sender_type:
        case "ai":
            return _("Assistant")
        case "device":
            return _("The phone app")
        case "contact":
            return _("Customer")
        case _:
            return _("API")
