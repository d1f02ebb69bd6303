"""Webhook bodies for tests: the example files as Meta would send them, and small ones by hand."""

import json
from pathlib import Path

from whatsapp.inbound import Item, parse

PAYLOADS = Path(__file__).parents[2] / "payloads"
INBOUND = sorted(path.stem for path in (PAYLOADS / "inbound").glob("*.json"))
OUTBOUND = sorted(path.stem for path in (PAYLOADS / "outbound").glob("*.json"))

NUMBER = "106540352242922"
DORA = "12025550143"
DORA_BSUID = "US.48213907716450285531"
NADIA_BSUID = "DE.35570918264401927786"
T0 = 1794992400  # 2026-11-18 09:00:00 UTC


def inbound_json(name):
    """The file as a Python object."""
    return json.loads((PAYLOADS / "inbound" / f"{name}.json").read_text())


def outbound_json(name):
    """The file as a Python object."""
    return json.loads((PAYLOADS / "outbound" / f"{name}.json").read_text())


def wire(body) -> bytes:
    """Compact JSON, everything outside ASCII escaped: the bytes Meta sends."""
    return json.dumps(body, separators=(",", ":")).encode()


def inbound_items(name) -> list[Item]:
    """What the parser makes of a file."""
    return parse(wire(inbound_json(name)))


def a_change(field="messages", **value):
    """One change with the number's metadata."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": NUMBER}
    return {"field": field, "value": {"metadata": metadata, **value}}


def a_body(*changes):
    """A body with these changes in one entry."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": list(changes)}],
    }


def a_message(wamid="wamid.A", **extra):
    """A text of Dora's; keywords replace or add keys, None removes them."""
    message = {
        "from": DORA,
        "id": wamid,
        "timestamp": str(T0),
        "type": "text",
        "text": {"body": "Hello"},
    }
    message.update({key.rstrip("_"): value for key, value in extra.items()})
    return {key: value for key, value in message.items() if value is not None}


def contents(*changes):
    """The contents of the items of these changes."""
    return [item.content for item in parse(wire(a_body(*changes)))]


def content_of(message):
    """The only content of a body with this one message."""
    (only,) = contents(a_change(messages=[message]))
    return only
