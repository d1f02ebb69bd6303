"""Where webhooks go: the app's address, overrides of accounts and numbers, and their challenge."""

import asyncio
import secrets
from collections.abc import Iterator
from typing import Final

import requests

from simulator.addresses import of_application
from simulator.graph_errors import Refusal
from simulator.wire import Json, Request
from simulator.world import World

CHALLENGE_TIMEOUT_S: Final = 10
LONGEST_ADDRESS: Final = 200


def configuration(world: World, number_id: str) -> Json:
    """`webhook_configuration` of a number: every address there is, the first one counts."""
    waba_id = world.numbers[number_id].facts.waba_id
    found = {"application": of_application(world)}
    if url := world.setup.overrides.get(waba_id):
        found["whatsapp_business_account"] = url
    if url := world.setup.overrides.get(number_id):
        found["phone_number"] = url
    return found


def subscribed_apps(world: World, waba_id: str, request: Request) -> Json:
    """`/{WABA}/subscribed_apps`. An override has passed its challenge before (`check`)."""
    left = [other for other in world.setup.unsubscribed if other != waba_id]
    match request.method:
        case "GET":
            return {"data": [] if waba_id in world.setup.unsubscribed else [_app(world, waba_id)]}
        case "DELETE":
            world.setup.unsubscribed = [*left, waba_id]
            world.setup.overrides.pop(waba_id, None)
        case _:
            world.setup.unsubscribed = left
            world.setup.flows("statuses")
            _override(world, waba_id, (request.json() or {}).get("override_callback_uri"))
    return {"success": True}


def configure_number(world: World, number_id: str, wanted: Json) -> None:
    """`webhook_configuration` in `POST /{phone number id}`; "" clears."""
    _override(world, number_id, wanted.get("override_callback_uri"))


async def check(world: World, request: Request) -> None:
    """Send the challenge to an address that this request names; Refusal when it fails."""
    for url, token in _named(request):
        if len(url) > LONGEST_ADDRESS:
            raise Refusal(100, "The override callback URI is too long.")
        if world.setup.challenge == "lost":
            raise _failed("no answer")
        answer = await asyncio.get_running_loop().run_in_executor(None, _challenge, url, token)
        if answer:
            raise _failed(answer)
        world.answered.add(url)


def _named(request: Request) -> Iterator[tuple[str, str]]:
    if request.method != "POST" or b"override_callback_uri" not in request.body:
        return
    body = request.json()
    rows = (body, body.get("webhook_configuration")) if isinstance(body, dict) else ()
    for row in rows:
        if isinstance(row, dict) and row.get("override_callback_uri"):
            yield str(row["override_callback_uri"]), str(row.get("verify_token", ""))


def _challenge(url: str, token: str) -> str:
    word = str(secrets.randbelow(10**10))
    query = {"hub.mode": "subscribe", "hub.challenge": word, "hub.verify_token": token}
    try:
        answer = requests.get(url, params=query, timeout=CHALLENGE_TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        return type(error).__name__
    return "" if answer.status_code == 200 and answer.text == word else f"{answer.status_code}"


def _failed(why: str) -> Refusal:
    details = f"Callback verification failed with the following errors: {why}"
    return Refusal(100, details, subcode=2200)


def _override(world: World, owner: str, url: object) -> None:
    world.setup.overrides.pop(owner, None)
    if url:
        world.setup.overrides[owner] = str(url)
        world.setup.flows("messages")


def _app(world: World, waba_id: str) -> Json:
    data = {"id": world.settings.app_id, "name": "Simulator", "link": "https://app.example"}
    row: Json = {"whatsapp_business_api_data": data}
    if url := world.setup.overrides.get(waba_id):
        row["override_callback_uri"] = url
    return row
