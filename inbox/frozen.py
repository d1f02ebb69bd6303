"""What an inbound message shows and keeps: plain JSON made from the webhook's dataclasses."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from whatsapp.inbound import (
    ButtonTap,
    ContactCards,
    Edit,
    InboundMessage,
    Interactive,
    Location,
    MediaRef,
    Order,
    Referral,
    Revoke,
    Text,
    UnsupportedContent,
)

RAW_MOST: Final = 64 * 1024


def content_of(message: InboundMessage) -> dict[str, Any]:
    """The common shape of every message: header, media, body, footer, buttons."""
    body = message.text
    if isinstance(message.content, Text):
        body = message.content.body
    media = None
    if isinstance(message.content, MediaRef):
        media = {"type": message.kind}
    return {"header": None, "media": media, "body": body, "footer": None, "buttons": []}


def details_of(message: InboundMessage) -> dict[str, Any]:
    """What only this kind has, under the name of the kind; referral and errors beside it.

    context: what a forwarded message or a question about a product says of itself. group: Meta's
    id of the group it was written in. summary: of Meta's assistant. edit, revoke: `original`.
    """
    details: dict[str, Any] = {}
    match message.content:
        case UnsupportedContent(unsupported_type, reason):
            details["unsupported"] = {"unsupported_type": unsupported_type, "reason": reason}
        case Location() | Interactive() | ButtonTap():
            details[message.kind] = as_json(message.content)
        case ContactCards(cards):
            details["contacts"] = [as_json(card) for card in cards]
        case Order() as order:
            details["order"] = as_json(order) | {
                "totals": {currency: str(total) for currency, total in order.totals().items()}
            }
        case Edit(original) | Revoke(original):
            details[message.kind] = {"original": original}
        case _:
            pass
    if isinstance(message.referral, Referral):
        details["referral"] = as_json(message.referral)
    if message.errors:
        details["errors"] = [as_json(error) for error in message.errors]
    return details | _around(message)


def _around(message: InboundMessage) -> dict[str, Any]:
    found: dict[str, Any] = {}
    context = message.context
    if context and context.frequently_forwarded:
        found["context"] = {"frequently_forwarded": True}
    if context and context.product_retailer_id:
        found["context"] = {**found.get("context", {}), "product": context.product_retailer_id}
    if message.group_id:
        found["group"] = message.group_id
    if message.conversation_summary:
        found["summary"] = message.conversation_summary
    return found


def raw_of(message: InboundMessage) -> Any:
    """Meta's JSON of a message that cannot be shown, for admins; None for all others.

    Above 64 KiB only its beginning, as text.
    """
    if not isinstance(message.content, UnsupportedContent) or message.content.raw is None:
        return None
    text = json.dumps(message.content.raw, ensure_ascii=False)
    return message.content.raw if len(text) <= RAW_MOST else {"beginning": text[:RAW_MOST]}


def as_json(value: Any) -> Any:
    """A dataclass as plain JSON values: decimals as strings, times in ISO form."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def preview_of(message: InboundMessage) -> str:
    """One line for the list; empty for kinds whose name says it all (the list adds it)."""
    return message.text or ""
