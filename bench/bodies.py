"""Signed posts as Meta makes them: one item each, about 1 KB."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.faults.installation import APP_SECRET, PHONE_NUMBER_ID, WABA_ID
from whatsapp.signature import sign

TOKEN = "simulator-token"  # the one the simulator takes
PATH = "/webhooks/whatsapp/"
BODY_BYTES = 1024
PEOPLE = 200


def text_message(number: int, text: str, *, padded: bool = True) -> bytes:
    """A delivery with one text message, from one of `PEOPLE` people in turn."""
    sender = f"1202555{number % PEOPLE:04}"
    message = {
        "from": sender,
        "id": f"wamid.bench{number:08}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    contact = {"profile": {"name": f"Dora {number % PEOPLE}"}, "wa_id": sender}
    plain = _delivery(contacts=[contact], messages=[message])
    if padded and len(plain) < BODY_BYTES:
        message["text"] = {"body": text + " " + "." * (BODY_BYTES - len(plain) - 1)}
        return _delivery(contacts=[contact], messages=[message])
    return plain


def status(wamid: str, word: str, sender: str) -> bytes:
    """A delivery with one status of a message of ours."""
    reported = {
        "id": wamid,
        "status": word,
        "timestamp": str(int(time.time())),
        "recipient_id": sender,
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "service"},
    }
    return _delivery(statuses=[reported])


def request(body: bytes) -> bytes:
    """The whole signed HTTP request."""
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: {sign(body, APP_SECRET)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _delivery(**content: Any) -> bytes:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
        **content,
    }
    entry = {"id": WABA_ID, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
