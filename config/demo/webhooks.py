"""The stories' inbound lines as Meta would have posted them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from config.demo.story import Customer, Line

MIME_TYPES = {
    "image": "image/jpeg",
    "voice": "audio/ogg; codecs=opus",
    "document": "application/pdf",
}


def body(
    customer: Customer, line: Line, *, at: datetime, wamid: str, phone_number_id: str, waba_id: str
) -> bytes:
    """One signed-to-be webhook body with one message."""
    profile = {"name": customer.name} | (
        {"username": customer.username} if customer.username else {}
    )
    contact: dict[str, Any] = {"profile": profile, "user_id": customer.bsuid}
    message: dict[str, Any] = {
        "from_user_id": customer.bsuid,
        "id": wamid,
        "timestamp": str(int(at.timestamp())),
    } | _content(line)
    if customer.wa_id:
        contact["wa_id"] = message["from"] = customer.wa_id
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": phone_number_id},
        "contacts": [contact],
        "messages": [message],
    }
    entry = {"id": waba_id, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def _content(line: Line) -> dict[str, Any]:
    match line.kind:
        case "text":
            return {"type": "text", "text": {"body": line.text}}
        case "location":
            place = {
                "latitude": 41.3874,
                "longitude": 2.1686,
                "name": "Mercat del Born",
                "address": "Plaça Comercial 12, Barcelona",
            }
            return {"type": "location", "location": place}
        case kind:
            media: dict[str, Any] = {"id": "", "mime_type": MIME_TYPES[kind], "sha256": ""}
            media["id"] = f"demo-{line.file}"
            if kind == "voice":
                media["voice"] = True
                return {"type": "audio", "audio": media}
            media["caption"] = line.text
            if kind == "document":
                media["filename"] = line.file
            return {"type": kind, kind: media}
