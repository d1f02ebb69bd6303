"""What an inbound message shows and keeps: plain JSON made from the webhook's dataclasses."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal
from typing import Any

from whatsapp.inbound import (
    ButtonTap,
    ContactCards,
    InboundMessage,
    Interactive,
    Location,
    MediaRef,
    Order,
    Referral,
    Text,
    UnsupportedContent,
)


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
    """What only this kind has, under the name of the kind; referral and errors beside it."""
    details: dict[str, Any] = {}
    match message.content:
        case Location() | Interactive() | ButtonTap() | UnsupportedContent():
            details[_name(message)] = as_json(message.content)
        case ContactCards(cards):
            details["contacts"] = [as_json(card) for card in cards]
        case Order() as order:
            details["order"] = as_json(order) | {
                "totals": {currency: str(total) for currency, total in order.totals().items()}
            }
        case _:
            pass
    if isinstance(message.referral, Referral):
        details["referral"] = as_json(message.referral)
    if message.errors:
        details["errors"] = [as_json(error) for error in message.errors]
    return details


def _name(message: InboundMessage) -> str:
    return "unsupported" if message.unsupported_type is not None else message.kind


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
