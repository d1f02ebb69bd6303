"""Numbers and accounts at Graph: facts, registration, profile, blocking, subscriptions."""

from typing import Final

from simulator import callbacks
from simulator.graph_errors import Refusal, unknown_object
from simulator.paging import page, projected
from simulator.people import Customer
from simulator.wire import Json, Request
from simulator.world import Message, Number, World

REGISTRATIONS_ALLOWED: Final = 10
REGISTRATIONS_WITHIN_S: Final = 72 * 60 * 60
NUMBER_DEFAULTS: Final = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
)
PROFILE_LIMITS: Final = {"about": 139, "address": 256, "description": 512, "email": 128}
ACCOUNT_DEFAULTS: Final = ("name", "timezone_id", "currency", "message_template_namespace")


def display(digits: str) -> str:
    """A number as Graph shows it in reads: +1 555-078-3881."""
    if digits.startswith("1") and len(digits) == 11:
        return f"+1 {digits[1:4]}-{digits[4:7]}-{digits[7:]}"
    return f"+{digits}"


def facts(world: World, number: Number) -> Json:
    """Every field of a number that can be asked for."""
    connected = number.status == "CONNECTED"
    return {
        "id": number.facts.id,
        "display_phone_number": display(number.facts.display),
        "verified_name": number.facts.verified_name,
        "status": number.status,
        "quality_rating": world.setup.quality,
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "platform_type": "CLOUD_API" if connected else "NOT_APPLICABLE",
        "throughput": {"level": "STANDARD" if connected else "NOT_APPLICABLE"},
        "is_on_biz_app": number.facts.id in world.setup.on_phone_app,
        "is_official_business_account": False,
        "account_mode": "SANDBOX",
        "whatsapp_business_manager_messaging_limit": world.setup.limit,
        "health_status": world.setup.health(number.facts.id, "PHONE_NUMBER"),
        "webhook_configuration": callbacks.configuration(world, number.facts.id),
    }


def answer(world: World, number: Number, request: Request, rest: list[str]) -> Json:
    """Everything below a number but messages and media."""
    match request.method, rest:
        case "GET", []:
            return projected(request, facts(world, number), NUMBER_DEFAULTS)
        case "POST", ["register"]:
            return _register(world, number, request)
        case "POST", ["deregister"]:
            return _deregister(world, number)
        case "POST", []:
            return _configure(world, number, request.json() or {})
        case "POST", ["request_code"] | ["verify_code"] | ["settings"]:
            return {"success": True}
        case "GET", ["whatsapp_business_profile"]:
            return {"data": [{"messaging_product": "whatsapp"} | number.profile]}
        case "POST", ["whatsapp_business_profile"]:
            number.profile |= _profile(request.json())
            return {"success": True}
        case (("GET" | "POST" | "DELETE"), ["block_users"]):
            return _block(world, number, request)
        case "GET", ["message_history"]:
            return _history(world, request)
    raise unknown_object("/".join([number.facts.id, *rest]))


def _configure(world: World, number: Number, wanted: Json) -> Json:
    if "webhook_configuration" in wanted:
        callbacks.configure_number(world, number.facts.id, wanted["webhook_configuration"])
    if "pin" in wanted:
        number.pin = _six_digits(wanted["pin"])
    return {"success": True}


def _six_digits(pin: object) -> str:
    if not (isinstance(pin, str) and pin.isdigit() and len(pin) == 6):
        raise Refusal(100, "Param pin must be a string of 6 digits.")
    return pin


def _register(world: World, number: Number, request: Request) -> Json:
    _count_registration(world, number)
    if (request.json() or {}).get("pin") != (number.pin or world.settings.pin):
        raise Refusal(133005)
    number.status = "CONNECTED"
    return {"success": True}


def _deregister(world: World, number: Number) -> Json:
    _count_registration(world, number)
    number.status = "DISCONNECTED"
    return {"success": True}


def _count_registration(world: World, number: Number) -> None:
    if number.facts.id in world.setup.on_phone_app:
        raise Refusal(
            100, "A number of the WhatsApp Business app is neither registered nor taken off."
        )
    since = world.now() - REGISTRATIONS_WITHIN_S
    number.registered_at = [at for at in number.registered_at if at > since]
    if len(number.registered_at) >= REGISTRATIONS_ALLOWED:
        raise Refusal(133016)
    number.registered_at.append(world.now())


def _profile(changes: Json) -> Json:
    for name, most in PROFILE_LIMITS.items():
        if len(str(changes.get(name) or "")) > most:
            raise Refusal(100, f"Param {name} must be at most {most} characters long.")
    if len(changes.get("websites") or []) > 2:
        raise Refusal(100, "Param websites must have at most 2 elements.")
    return {name: value for name, value in changes.items() if name != "messaging_product"}


def _block(world: World, number: Number, request: Request) -> Json:
    if request.method == "GET":
        people = [world.customers[key] for key in sorted(number.blocked)]
        return page(
            request, [{"messaging_product": "whatsapp"} | _ids(person) for person in people]
        )
    asked = [str(row.get("user") or row.get("user_id")) for row in request.json()["block_users"]]
    found = [(who, world.customer(who)) for who in asked]
    keys = {person.key for _who, person in found if person}
    adds = request.method == "POST"
    number.blocked = number.blocked | keys if adds else number.blocked - keys
    done = [{"input": who} | _ids(person) for who, person in found if person]
    word = "added_users" if adds else "removed_users"
    return {"messaging_product": "whatsapp", "block_users": {word: done}}


def _ids(person: Customer) -> Json:
    return person.ids("wa_id", "user_id")


def _history(world: World, request: Request) -> Json:
    message = world.messages.get(request.query.get("message_id", ""))
    return {"data": [_events(message)] if message else []}


def _events(message: Message) -> Json:
    state = {"delivery_status": message.status.upper(), "webhook_update_state": "DELIVERED"}
    event = {"id": f"{message.seq}", "timestamp": int(message.at)} | state
    return {"id": f"h{message.seq}", "message_id": message.wamid, "events": {"data": [event]}}


def account(world: World, waba_id: str, request: Request, rest: list[str]) -> Json:
    """Everything below a WABA but its templates."""
    match request.method, rest:
        case "GET", []:
            return projected(request, _account_facts(world, waba_id), ACCOUNT_DEFAULTS)
        case "GET", ["phone_numbers"]:
            rows = [n for n in world.numbers.values() if n.facts.waba_id == waba_id]
            return page(request, [facts(world, number) for number in rows])
        case (("GET" | "POST" | "DELETE"), ["subscribed_apps"]):
            return callbacks.subscribed_apps(world, waba_id, request)
    raise unknown_object("/".join([waba_id, *rest]))


def _account_facts(world: World, waba_id: str) -> Json:
    return {
        "id": waba_id,
        "name": "Kettle & Co",
        "currency": "EUR",
        "timezone_id": "58",
        "country": "DE",
        "message_template_namespace": "aa11bb22_cc33_4d4d_8e8e_ff5566778899",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "health_status": world.setup.health(waba_id, "WABA"),
        "whatsapp_business_manager_messaging_limit": world.setup.limit,
    }
