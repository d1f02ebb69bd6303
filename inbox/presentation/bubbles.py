"""A message as a bubble."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from inbox import wording
from inbox.bubble_shapes import MessageView
from inbox.kind_shapes import NO_PARTS, Parts, ReactionView
from inbox.kinds import parts_of
from inbox.letters import letter_of
from inbox.media_presentation import media_view
from inbox.message_status import Status
from inbox.models import Media, Message, Reaction
from inbox.presentation.failing import failure
from inbox.presentation.naming import order_of
from inbox.presentation.placeholders import placeholder_of
from inbox.presentation.quotes import quote_of
from inbox.shapes import Variant
from whatsapp.phone import display

LONGEST_EMOJI = 24
NOT_ARRIVED = frozenset({Status.FAILED, Status.CANCELLED})
# Digits and signs count only as keycaps (1️⃣).
_EMOJI = re.compile(
    r"(?:[0-9#*]\ufe0f?\u20e3"
    r"|[\u200d\ufe0f\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f])+"
)


def message_view(message: Message, variant: Variant, *, at: datetime) -> MessageView:
    """One bubble. The message comes with reply_to, media and reactions."""
    content = message.content
    local = wording.local(message.at, variant.zone)
    text = _text(message)
    media = _media_of(message)
    placeholder = placeholder_of(message)
    outbound = message.direction == "outbound"
    return MessageView(
        id=message.pk,
        order=order_of(message.at, message.pk),
        day=local.date().isoformat(),
        day_label=wording.day_label(local.date(), today=wording.local(at, variant.zone).date()),
        kind=message.type,
        look=message.sender_type,
        outbound=outbound,
        sender_name=_sender(message),
        via=_via(message),
        text=text,
        header=str(content.get("header") or ""),
        footer=str(content.get("footer") or ""),
        buttons=tuple(str(button.get("text", "")) for button in content.get("buttons") or ()),
        template=message.template_name,
        media=media_view(media) if media and not message.deleted_at else None,
        details=message.details,
        quote=quote_of(message),
        reactions=tuple(_reaction(one, message) for one in message.reactions.all() if one.emoji),
        forwarded=message.forwarded,
        edited=message.edited_at is not None,
        deleted=message.deleted_at is not None,
        arrived_late=message.arrived_late,
        placeholder=placeholder.sentence if placeholder else "",
        hint=placeholder.hint if placeholder else "",
        parts=_parts(message, zone=variant.zone),
        only_emoji=message.type == "text" and _is_only_emoji(text),
        at=message.at,
        time=wording.clock(message.at, variant.zone),
        exact_time=wording.exact_time(message.at, variant.zone),
        tick=wording.tick(message, zone=variant.zone),
        failure=failure(message),
        unconfirmed=message.asks_a_person,
        conversation_id=message.conversation_id,
        token=str(message.form_token or ""),
        undo_until=_undo_until(message, at=at),
        can_edit=message.status == Status.QUEUED and message.type == "text",
    )


def _parts(message: Message, *, zone: str) -> Parts:
    if message.deleted_at:
        return NO_PARTS
    outbound = message.direction == "outbound"
    if message.type == "template":
        letter = letter_of(message.content, zone=zone)
        # The file has its own row, and is shown by that.
        return Parts(letter=replace(letter, file=None) if _media_of(message) else letter)
    return parts_of(message.type, message.details, outbound=outbound, zone=zone)


def _media_of(message: Message) -> Media | None:
    return getattr(message, "media", None)


def _undo_until(message: Message, *, at: datetime) -> datetime | None:
    until = message.undo_until
    waits = message.status == Status.QUEUED and until is not None and until > at
    return until if waits else None


def _text(message: Message) -> str:
    """The words below what the kind shows; none where the card or the table says them already."""
    is_form = bool((message.details.get("interactive") or {}).get("response_json"))
    is_said = is_form or message.type in ("location", "contacts")
    return "" if message.deleted_at or is_said else str(message.content.get("body") or "")


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


def _reaction(reaction: Reaction, message: Message) -> ReactionView:
    if reaction.by == "agent":
        return _own_reaction(reaction)
    if reaction.who:  # in a group anybody may have reacted
        name = getattr(reaction, "called", "") or display(reaction.who)
    else:
        name = message.sender_name if message.direction == "inbound" else ""
    who = _("by %(name)s") % {"name": name} if name else _("by the customer")
    return ReactionView(reaction.emoji, who)


def _own_reaction(reaction: Reaction) -> ReactionView:
    carrier = reaction.carrier
    if carrier is None or carrier.status not in NOT_ARRIVED:
        return ReactionView(reaction.emoji, _("by us"), is_ours=True)
    why = str((carrier.failure or {}).get("message") or _("Cancelled."))
    who = _("by us, not sent: %(why)s") % {"why": why}
    return ReactionView(reaction.emoji, who, is_missing=True, is_ours=True)


def _is_only_emoji(text: str) -> bool:
    return bool(text) and len(text) <= LONGEST_EMOJI and not _EMOJI.sub("", text).strip()
