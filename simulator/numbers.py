"""Numbers and accounts at Graph: facts, registration, profile, blocking, subscriptions."""

from typing import Final

from simulator.graph_errors import Refusal, unknown_object
from simulator.paging import page, projected
from simulator.people import Customer
from simulator.wire import Json, Request
from simulator.world import Message, Number, World

REGISTRATIONS_ALLOWED: Final = 10
NUMBER_DEFAULTS: Final = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
)
ACCOUNT_DEFAULTS: Final = ("name", "timezone_id", "currency", "message_template_namespace")
SCOPES: Final = ("whatsapp_business_management", "whatsapp_business_messaging")
HEALTHY: Final = {"can_send_message": "AVAILABLE", "entities": []}


def waba_ids(world: World) -> list[str]:
    """The accounts of all numbers."""
    return [number.facts.waba_id for number in world.numbers.values()]


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
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "platform_type": "CLOUD_API" if connected else "NOT_APPLICABLE",
        "throughput": {"level": "STANDARD" if connected else "NOT_APPLICABLE"},
        "is_on_biz_app": False,
        "is_official_business_account": False,
        "account_mode": "SANDBOX",
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "health_status": HEALTHY,
        "webhook_configuration": {"application": world.webhook_url or ""},
    }


def answer(world: World, number: Number, request: Request, rest: list[str]) -> Json:
    """Everything below a number but messages and media."""
    match request.method, rest:
        case "GET", []:
            return projected(request, facts(world, number), NUMBER_DEFAULTS)
        case "POST", ["register"]:
            return _register(world, number, request)
        case "POST", ["deregister"]:
            return _deregister(number)
        case "POST", [] | ["request_code"] | ["verify_code"] | ["settings"] | ["subscribed_apps"]:
            return {"success": True}
        case "GET", ["whatsapp_business_profile"]:
            return {"data": [{"messaging_product": "whatsapp"} | number.profile]}
        case "POST", ["whatsapp_business_profile"]:
            number.profile |= request.json()
            return {"success": True}
        case (("GET" | "POST" | "DELETE"), ["block_users"]):
            return _block(world, number, request)
        case "GET", ["message_history"]:
            return _history(world, request)
    raise unknown_object("/".join([number.facts.id, *rest]))


def _register(world: World, number: Number, request: Request) -> Json:
    _count_registration(number)
    if (request.json() or {}).get("pin") != (number.pin or world.settings.pin):
        raise Refusal(133005)
    number.status = "CONNECTED"
    return {"success": True}


def _deregister(number: Number) -> Json:
    _count_registration(number)
    number.status = "DISCONNECTED"
    return {"success": True}


def _count_registration(number: Number) -> None:
    if number.registrations >= REGISTRATIONS_ALLOWED:
        raise Refusal(133016)
    number.registrations += 1


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
            return projected(request, _account_facts(waba_id), ACCOUNT_DEFAULTS)
        case "GET", ["phone_numbers"]:
            rows = [n for n in world.numbers.values() if n.facts.waba_id == waba_id]
            return page(request, [facts(world, number) for number in rows])
        case "GET", ["subscribed_apps"]:
            app = {"id": world.settings.app_id, "name": "Simulator", "link": "https://app.example"}
            return {"data": [{"whatsapp_business_api_data": app}]}
        case (("POST" | "DELETE"), ["subscribed_apps"]):
            return {"success": True}
    raise unknown_object("/".join([waba_id, *rest]))


def _account_facts(waba_id: str) -> Json:
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
        "health_status": HEALTHY,
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
    }


def debug_token(world: World) -> Json:
    """What a token may do: everything, on every account here."""
    targets = sorted(set(waba_ids(world)))
    return {
        "data": {
            "app_id": world.settings.app_id,
            "type": "SYSTEM_USER",
            "application": "Simulator",
            "expires_at": 0,
            "data_access_expires_at": 0,
            "is_valid": True,
            "scopes": list(SCOPES),
            "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in SCOPES],
            "user_id": "122101553924000001",
        }
    }
