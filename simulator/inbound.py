"""What customers send: webhook messages of every kind, from a short description.

A description is ``{"customer", "kind", ...}``: `customer` is a key, a number, a BSUID, or an object
``{"name", "phone", "bsuid", "username"}`` for somebody new. `kind` is a word of `KINDS`. The rest
depends on the kind: text, caption, filename, media_id, emoji, wamid_of (reaction, edit, revoke),
id and title (button_reply, list_reply), payload (button), latitude, longitude, name, address,
contacts, code and what (unsupported), message (raw). Everywhere: reply_to, forwarded,
phone_number_id, timestamp (Unix seconds), wamid.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from simulator import bubbles, media
from simulator.graph_errors import webhook_error
from simulator.people import Customer, as_meta_writes
from simulator.webhooks import Sender, inbound_change
from simulator.wire import Json
from simulator.world import Message, World, new_wamid

SAMPLES: Final = Path(__file__).with_name("samples")
SAMPLE_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "image": ("kettle.jpg", "image/jpeg"),
    "video": ("kettle.mp4", "video/mp4"),
    "voice": ("voice.ogg", "audio/ogg; codecs=opus"),
    "audio": ("song.mp3", "audio/mpeg"),
    "document": ("receipt.pdf", "application/pdf"),
    "sticker": ("sticker.webp", "image/webp"),
}
SILENT: Final = ("reaction", "edit", "revoke", "system")


def send(world: World, sender: Sender, wanted: Json) -> Message:
    """Let a customer send something; raises ValueError or KeyError for a bad description."""
    person = person_of(world, wanted.get("customer", "dora"))
    number_id = str(wanted.get("phone_number_id") or world.default_number())
    message = _message(world, world.numbers[number_id].facts.id, person, wanted)
    world.keep(message)
    if message.kind == "reaction":
        _react(world, message.raw["reaction"])
    if message.kind not in SILENT:
        world.wrote_at[number_id, person.key] = message.at
    if (message.bubble.get("text") or "").strip().upper() == "STOP":
        person.opted_out = True
    sender.put(inbound_change(world, message))
    return message


def person_of(world: World, who: Any) -> Customer:
    """The customer who writes; a new one is taken in."""
    if isinstance(who, dict):
        return _newcomer(world, who)
    if known := world.customer(str(who)):
        return known
    digits = as_meta_writes(str(who))
    if not digits:
        raise ValueError(f"no such customer: {who}")
    return _newcomer(world, {"name": f"+{digits}", "phone": digits})


def _newcomer(world: World, who: Json) -> Customer:
    wa_id = as_meta_writes(str(who.get("phone") or "")) or None
    bsuid = who.get("bsuid")
    known = world.customer(wa_id or bsuid or "")
    if known:
        return known
    key = str(who.get("key") or f"c{wa_id or bsuid}")
    person = Customer(key, str(who.get("name", "")), wa_id, bsuid, who.get("username"))
    return world.add(person)


def _message(world: World, number_id: str, person: Customer, wanted: Json) -> Message:
    wamid = str(wanted.get("wamid") or new_wamid(person.wa_id, outbound=False))
    at = float(wanted.get("timestamp") or world.now())
    raw: Json = person.ids("from", "from_user_id") | {"id": wamid, "timestamp": str(int(at))}
    raw |= _content(world, number_id, person, wanted) | _context(world, number_id, wanted)
    return Message(
        wamid=wamid,
        number_id=number_id,
        customer=person.key,
        direction="inbound",
        kind=str(raw["type"]),
        at=at,
        bubble=bubbles.of_message(raw),
        raw=raw,
        status="sent",
    )


def _content(world: World, number_id: str, person: Customer, wanted: Json) -> Json:
    kind = str(wanted.get("kind", "text"))
    if kind in SAMPLE_FILES:
        return _file(world, number_id, kind, wanted)
    if kind not in KINDS:
        raise ValueError(f"no such kind: {kind}")
    return KINDS[kind](person, wanted)


def _context(world: World, number_id: str, wanted: Json) -> Json:
    context: Json = {}
    if wanted.get("forwarded"):
        context["forwarded"] = True
    if quoted := wanted.get("reply_to"):
        known = world.messages.get(quoted)
        display = world.numbers[number_id].facts.display
        author = world.customers[known.customer].wa_id if known and _is_own(known) else display
        context |= {"from": author, "id": quoted}
    return {"context": context} if context else {}


def _is_own(message: Message) -> bool:
    return message.direction == "inbound"


def _file(world: World, number_id: str, kind: str, wanted: Json) -> Json:
    name, mime_type = SAMPLE_FILES[kind]
    medium = world.media.get(str(wanted.get("media_id")))
    if medium is None:
        data = (SAMPLES / name).read_bytes()
        medium = media.store(world, data, mime_type, number_id, filename=name, inbound=True)
    kind_on_wire = "audio" if kind == "voice" else kind
    content = media.webhook_object(world, medium)
    if wanted.get("caption") and kind in ("image", "video", "document"):
        content["caption"] = wanted["caption"]
    if kind == "document":
        content["filename"] = wanted.get("filename") or medium.filename or "file"
    if kind_on_wire == "audio":
        content["voice"] = kind == "voice"
    if kind == "sticker":
        content["animated"] = False
    return {"type": kind_on_wire, kind_on_wire: content}


def _react(world: World, reaction: Json) -> None:
    if target := world.messages.get(reaction["message_id"]):
        target.reactions["customer"] = reaction.get("emoji") or ""
        world.touch(target)


def _text(_person: Customer, wanted: Json) -> Json:
    content: Json = {"type": "text", "text": {"body": str(wanted.get("text", "Hello"))}}
    if wanted.get("referral"):
        content["referral"] = wanted["referral"]
    return content


def _location(_person: Customer, wanted: Json) -> Json:
    place = {
        "latitude": float(wanted.get("latitude", -1.2921)),
        "longitude": float(wanted.get("longitude", 36.8219)),
    }
    named = {key: wanted[key] for key in ("name", "address", "url") if wanted.get(key)}
    return {"type": "location", "location": place | named}


def _contacts(_person: Customer, wanted: Json) -> Json:
    name = {"formatted_name": "Ben Otieno", "first_name": "Ben", "last_name": "Otieno"}
    phone = {"phone": "+1 202 555 0111", "wa_id": "12025550111", "type": "MOBILE"}
    return {
        "type": "contacts",
        "contacts": wanted.get("contacts") or [{"name": name, "phones": [phone]}],
    }


def _shared_number(person: Customer, wanted: Json) -> Json:
    number = str(wanted.get("phone") or person.wa_id or "4915112345678").lstrip("+")
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{person.name}\nTEL;waid={number}:+{number}\nEND:VCARD"
    phone = {"phone": f"+{number}", "wa_id": number, "type": "CELL"}
    entry = {"phones": [phone], "vcard": card, "origin": "contact_request"}
    return {"type": "contacts", "contacts": [entry]}


def _reaction(_person: Customer, wanted: Json) -> Json:
    target, emoji = str(wanted["wamid_of"]), wanted.get("emoji", "👍")
    return {
        "type": "reaction",
        "reaction": {"message_id": target} | ({"emoji": emoji} if emoji else {}),
    }


def _button(_person: Customer, wanted: Json) -> Json:
    text = str(wanted.get("text", "Confirm"))
    return {"type": "button", "button": {"payload": str(wanted.get("payload", text)), "text": text}}


def _reply(kind: str) -> Callable[[Customer, Json], Json]:
    def build(_person: Customer, wanted: Json) -> Json:
        answer = {"id": str(wanted["id"]), "title": str(wanted["title"])}
        if kind == "list_reply" and wanted.get("description"):
            answer["description"] = str(wanted["description"])
        return {"type": "interactive", "interactive": {"type": kind, kind: answer}}

    return build


def _flow(_person: Customer, wanted: Json) -> Json:
    answer = wanted.get("response_json", '{"flow_token":"unused","answer":"yes"}')
    reply = {"name": "flow", "body": "Sent", "response_json": answer}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}


def _unsupported(_person: Customer, wanted: Json) -> Json:
    error = webhook_error(int(wanted.get("code", 131051)), wanted.get("details"))
    what = {"type": str(wanted.get("what", "poll"))}
    return {"type": "unsupported", "errors": [error], "unsupported": what}


def _order(_person: Customer, wanted: Json) -> Json:
    item = {"product_retailer_id": "kettle-blue-17", "quantity": 2, "item_price": 39.9}
    items = wanted.get("items") or [item | {"currency": "EUR"}]
    order = {"catalog_id": "538462017", "text": str(wanted.get("text", "")), "product_items": items}
    return {"type": "order", "order": order}


def _edit(_person: Customer, wanted: Json) -> Json:
    new = {"context": {"id": "M0"}, "type": "text", "text": {"body": str(wanted["text"])}}
    return {"type": "edit", "edit": {"original_message_id": wanted["wamid_of"], "message": new}}


def _revoke(_person: Customer, wanted: Json) -> Json:
    return {"type": "revoke", "revoke": {"original_message_id": wanted["wamid_of"]}}


def _raw(_person: Customer, wanted: Json) -> Json:
    return dict(wanted["message"])


KINDS: Final[Mapping[str, Callable[[Customer, Json], Json]]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "contact_request": _shared_number,
    "reaction": _reaction,
    "button": _button,
    "button_reply": _reply("button_reply"),
    "list_reply": _reply("list_reply"),
    "flow_reply": _flow,
    "unsupported": _unsupported,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
    "raw": _raw,
}
