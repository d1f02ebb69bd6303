"""A message as a bubble."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext as _

from inbox import wording
from inbox.message_status import Status
from inbox.models import Message
from inbox.presentation.failing import failure
from inbox.presentation.media import media_view
from inbox.presentation.naming import order_of
from inbox.shapes import MessageView, Quote, Variant

_EMOJI = re.compile(
    r"[\u200d\ufe0f\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)


def message_view(message: Message, variant: Variant, *, at: datetime) -> MessageView:
    """One bubble. The message comes with reply_to, media and reactions."""
    content = message.content
    local = wording.local(message.at, variant.zone)
    text = "" if message.deleted_at else str(content.get("body") or "")
    media = getattr(message, "media", None)
    return MessageView(
        id=message.pk,
        order=order_of(message.at, message.pk),
        day=local.date().isoformat(),
        day_label=wording.day_label(local.date(), today=wording.local(at, variant.zone).date()),
        kind=message.type,
        look=message.sender_type,
        outbound=message.direction == "outbound",
        sender_name=_sender(message),
        via=_via(message),
        text=text,
        header=str(content.get("header") or ""),
        footer=str(content.get("footer") or ""),
        buttons=tuple(str(button.get("text", "")) for button in content.get("buttons") or ()),
        template=message.template_name,
        media=media_view(media) if media and not message.deleted_at else None,
        details=message.details,
        quote=_quote(message),
        reactions=tuple(one.emoji for one in message.reactions.all() if one.emoji),
        forwarded=message.forwarded,
        edited=message.edited_at is not None,
        deleted=message.deleted_at is not None,
        arrived_late=message.arrived_late,
        placeholder=_placeholder(message),
        only_emoji=bool(text) and len(text) <= 24 and not _EMOJI.sub("", text).strip(),
        at=message.at,
        time=wording.clock(message.at, variant.zone),
        exact_time=wording.exact_time(message.at, variant.zone),
        tick=wording.tick(message, zone=variant.zone),
        failure=failure(message),
        unconfirmed=message.status == Status.UNCONFIRMED,
        conversation_id=message.conversation_id,
        token=str(message.form_token or ""),
    )


def _sender(message: Message) -> str:
    if message.sender_type == "ai":
        return message.sender_name or _("Assistant")
    return message.sender_name


def _via(message: Message) -> str:
    match message.sender_type:
        case "api":
            return _("via API")
        case "device":
            return _("from the phone")
        case "campaign":
            return _("Campaign")
        case _:
            return ""


def _quote(message: Message) -> Quote | None:
    if not message.reply_to_wamid:
        return None
    target = message.reply_to
    if target is None:
        return Quote("", _("An earlier message"), "")
    text = str(target.content.get("body") or wording.kind_label(target.type))
    return Quote(target.sender_name, text[:120], f"#m-{target.pk}")


def _placeholder(message: Message) -> str:
    if message.deleted_at is not None:
        return _("This message was deleted.")
    if message.type == "unsupported":
        what = (message.details.get("unsupported") or {}).get("unsupported_type") or ""
        if what == "edit":
            return _("The customer edited an earlier message. The new text cannot be shown here.")
        if what:
            return _("The customer sent something that cannot be shown here (%(kind)s).") % {
                "kind": what
            }
        return _("The customer sent something that cannot be shown here. Ask for it another way.")
    if message.type in ("edit", "revoke"):
        return wording.kind_label(message.type)
    return ""
