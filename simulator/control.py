"""`/control`: throw switches, play customers, post statuses, and look at what was accepted."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from simulator import inbound, media, statuses, template_paths, templates, tokens
from simulator.graph_errors import webhook_error
from simulator.settings import BusinessNumber
from simulator.setup import Setup
from simulator.switches import Switchboard
from simulator.view import changes_since
from simulator.webhooks import Change, Sender, compact, message_change
from simulator.wire import TYPE_JSON, Json, Request, Response, as_json
from simulator.world import Number, World

BAD: Final = (KeyError, TypeError, ValueError, AttributeError, binascii.Error)
WORLD_KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "clock_offset_s": float,
    "access_token": str,
    "app_secret": str,
    "webhook_url": lambda value: str(value) if value else None,
}

Action = Callable[[World, Sender, Json], Json]


def answer(world: World, sender: Sender, request: Request) -> Response:
    """One call to `/control...`. Only JSON bodies, which a foreign web page cannot send unasked."""
    path = request.path.removeprefix("/control").strip("/")
    if request.method == "GET":
        return _look(world, sender, path, request)
    if not request.headers.get("content-type", "").startswith(TYPE_JSON):
        return as_json({"error": "send JSON"}, 415)
    action = _ACTIONS.get(path)
    if action is None:
        return as_json({"error": f"no such control: {path}"}, 404)
    wanted = request.json() if request.body else {}
    try:
        return as_json(action(world, sender, wanted))
    except BAD as error:
        return as_json({"error": f"{type(error).__name__}: {error}"}, 400)


def _look(world: World, sender: Sender, path: str, request: Request) -> Response:
    if path == "accepts":
        return as_json({"accepts": list(world.accepts)})
    if path in ("", "state"):
        since = request.query.get("since", "0")
        return as_json(changes_since(world, sender, int(since) if since.isdigit() else 0))
    if path == "templates":
        return as_json({"templates": [row.as_json() for row in world.templates]})
    return as_json({"error": f"no such control: {path}"}, 404)


def _switch(world: World, sender: Sender, wanted: Json) -> Json:
    known = set(Switchboard.names()) | set(WORLD_KEYS) | {"number_status", "allowed", "setup"}
    if unknown := set(wanted) - known:
        raise ValueError(f"unknown switch: {', '.join(sorted(unknown))}")
    was_holding = world.switches.webhooks.hold
    if "setup" in wanted:
        world.change_setup(wanted["setup"])
    world.switches.apply(wanted)
    for key in WORLD_KEYS.keys() & wanted.keys():
        setattr(world, key, WORLD_KEYS[key](wanted[key]))
    for number_id, status in wanted.get("number_status", {}).items():
        world.numbers[number_id].status = str(status)
    if "allowed" in wanted:
        world.allowed = set(wanted["allowed"])
    if was_holding and not world.switches.webhooks.hold:
        sender.release()
    sender.flow()
    world.seq += 1
    world.wake()
    return _state(world)


def _state(world: World) -> Json:
    own = {key: getattr(world, key) for key in WORLD_KEYS}
    facts = {"now": world.now(), "setup": world.setup.as_json()}
    return own | world.switches.as_json() | facts


def _reset(world: World, sender: Sender, wanted: Json) -> Json:
    """`{"only": "switches"}` keeps people, messages and the clock."""
    if wanted.get("only") == "switches":
        fresh = Switchboard()
        fresh.apply(dict(world.settings.switches))
        world.switches = fresh
        world.change_setup(Setup().as_json())
        sender.release()
        sender.flow()
    else:
        sender.forget()
        world.restart()
    world.seq += 1
    world.wake()
    return _state(world)


def _customer_message(world: World, sender: Sender, wanted: Json) -> Json:
    message = inbound.send(world, sender, wanted)
    return {"wamid": message.wamid, "customer": message.customer, "raw": message.raw}


def _customer(world: World, _sender: Sender, wanted: Json) -> Json:
    """`{"name", "phone"?, "bsuid"?, "username"?}`: somebody new, who has not written yet."""
    if not (wanted.get("phone") or wanted.get("bsuid")):
        raise ValueError("a customer needs a phone number or a user id")
    return {"customer": inbound.person_of(world, wanted).key}


def _upload(world: World, _sender: Sender, wanted: Json) -> Json:
    """`{"base64", "mime_type", "filename"}`: a file from the customer's phone."""
    number_id = str(wanted.get("phone_number_id") or world.default_number())
    data, mime_type = b64decode(wanted["base64"], validate=True), str(wanted["mime_type"])
    name = wanted.get("filename")
    medium = media.store(world, data, mime_type, number_id, filename=name, inbound=True)
    return {"media_id": medium.id}


def _status(world: World, sender: Sender, wanted: Json) -> Json:
    """`{"wamid" | "opaque", "status", "code"?, "force"?}`; `force` posts what would not rise."""
    message = world.messages.get(str(wanted.get("wamid"))) or next(
        found
        for found in world.messages.values()
        if found.opaque is not None and found.opaque == wanted.get("opaque")
    )
    error = webhook_error(int(wanted["code"])) if wanted.get("code") else None
    status = str(wanted["status"])
    if wanted.get("force"):
        world.raise_status(message, status)
        statuses.post_status(world, sender, message, status, error=error)
    else:
        statuses.report(world, sender, message, status, error=error)
    return {"wamid": message.wamid, "status": message.status}


def _webhook(world: World, sender: Sender, wanted: Json) -> Json:
    """`{"body": any}`, `{"base64": …}` byte for byte, or `{"field", "value"}` in a frame."""
    if "field" in wanted:
        number_id = str(wanted.get("phone_number_id") or world.default_number())
        frame = message_change(world, number_id, dict(wanted["value"]), ())
        field = str(wanted["field"])
        sender.put(
            Change(frame.waba_id, field, frame.value if field == "messages" else wanted["value"])
        )
        return {"queued": True}
    body = b64decode(wanted["base64"]) if "base64" in wanted else compact(wanted["body"])
    return {"id": sender.put_body(body, "as given").id}


def _template(world: World, sender: Sender, wanted: Json) -> Json:
    """`{"name", "language", "status"?, "reason"?, "quality"?}`; each change with its webhook."""
    template = templates.find(world, str(wanted["name"]), str(wanted["language"]))
    if template is None:
        raise ValueError("no such template")
    if "status" in wanted:
        reason, status = str(wanted.get("reason", "PROMOTIONAL")), str(wanted["status"])
        template_paths.set_status(world, sender, template, status, reason=reason)
    if "quality" in wanted:
        waba_id = next(iter(world.numbers.values())).facts.waba_id
        template_paths.set_quality(sender, template, str(wanted["quality"]), waba_id)
    return template.as_json()


def _code(world: World, _sender: Sender, wanted: Json) -> Json:
    """`{"phone_number_id"?}`: what Embedded Signup hands to the page when it is finished."""
    number_id = str(wanted.get("phone_number_id") or world.default_number())
    ids = {"phone_number_id": number_id, "waba_id": world.numbers[number_id].facts.waba_id}
    return {"code": tokens.new_code(world), "business_id": "2729063490586005"} | ids


def _token(world: World, _sender: Sender, _wanted: Json) -> Json:
    """What an admin makes at Meta when the present token is no good."""
    made = tokens.renew(world)
    world.seq += 1
    world.wake()
    return {"access_token": made}


def _number(world: World, _sender: Sender, wanted: Json) -> Json:
    """`{"id", "waba_id"?, "display"?, "verified_name"?, "status"?}`: new, or moved and renamed."""
    status = str(wanted.get("status", "CONNECTED"))
    given = {key: str(value) for key, value in wanted.items() if key != "status"}
    known = world.numbers.get(given["id"])
    if known is None:
        known = world.numbers[given["id"]] = Number(BusinessNumber(**given))
    known.facts, known.status = replace(known.facts, **given), status
    if known.facts.waba_id not in world.accounts:  # Meta subscribes nobody by itself
        world.accounts.add(known.facts.waba_id)
        world.setup.unsubscribed.append(known.facts.waba_id)
    world.seq += 1
    world.wake()
    return asdict(known.facts) | {"status": status}


def _release(_world: World, sender: Sender, _wanted: Json) -> Json:
    return {"released": sender.release()}


def _read(world: World, sender: Sender, wanted: Json) -> Json:
    """`{"customer", "phone_number_id"?}`: the customer opens the chat for a moment."""
    person = inbound.person_of(world, wanted["customer"])
    number_id = str(wanted.get("phone_number_id") or world.default_number())
    statuses.read_chat(world, sender, number_id, person.key)
    return {"success": True}


_ACTIONS: Final[Mapping[str, Action]] = {
    "": _switch,
    "reset": _reset,
    "customer-message": _customer_message,
    "customer": _customer,
    "upload": _upload,
    "status": _status,
    "webhook": _webhook,
    "template": _template,
    "code": _code,
    "token": _token,
    "number": _number,
    "release": _release,
    "read": _read,
}
