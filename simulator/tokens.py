"""Access tokens: who may call, what a token may see, and codes that become one."""

import secrets
from typing import Final

from simulator.graph_errors import Refusal, unknown_object
from simulator.setup import SCOPES, SUBCODES
from simulator.wire import Json, Request
from simulator.world import World

CODE_LIVES_S: Final = 30
USED: Final = 0.0
WORDS: Final = {
    463: "Error validating access token: Session has expired.",
    460: "Error validating access token: The session has been invalidated because the user "
    "changed their password.",
    467: "Invalid OAuth access token - Cannot parse access token",
}
OF_MESSAGING: Final = frozenset({"messages", "media"})


def check(world: World, request: Request, parts: list[str]) -> None:
    """Whether this token may make this call; Refusal otherwise."""
    given = request.headers.get("authorization", "")
    kind, _space, token = given.partition(" ")
    token = token if kind in ("Bearer", "OAuth") else ""
    if (token or request.query.get("access_token")) != world.access_token:
        raise Refusal(190, WORDS[467], subcode=467)
    if subcode := _subcode(world):
        raise Refusal(190, WORDS[subcode], subcode=subcode)
    if parts == ["debug_token"]:
        return
    _check_scope(world, parts)
    _check_account(world, request, parts)


def _subcode(world: World) -> int | None:
    if 0 < world.token_ends_at <= world.now():
        return 463
    return SUBCODES.get(world.setup.token)


def _check_scope(world: World, parts: list[str]) -> None:
    sends = len(parts) == 2 and parts[1] in OF_MESSAGING
    management, messaging = SCOPES
    if sends and world.setup.lacks(messaging):
        raise Refusal(10, f"(#10) The app lacks the permission {messaging}.")
    if not sends and world.setup.lacks(management):
        raise Refusal(200, f"(#200) The app lacks the permission {management}.")


def _check_account(world: World, request: Request, parts: list[str]) -> None:
    name = parts[0] if parts else ""
    number = world.numbers.get(name)
    if (number.facts.waba_id if number else name) not in world.setup.hidden_accounts:
        return
    if request.method == "GET":
        raise unknown_object(name)
    raise Refusal(200, "(#200) You do not have permission to access this object.")


def debug_token(world: World, request: Request) -> Json:
    """What a token may do, and on which accounts; an unknown one is only not valid."""
    setup = world.setup
    asked = request.query.get("input_token", "")
    if asked != world.access_token:
        error = {"code": 190, "message": "The access token could not be decrypted"}
        return {"data": {"is_valid": False, "scopes": [], "error": error}}
    held = [scope for scope in SCOPES if not setup.lacks(scope)]
    targets = sorted(world.accounts - set(setup.hidden_accounts))
    return {
        "data": {
            "app_id": world.settings.app_id,
            "type": "SYSTEM_USER",
            "application": "Simulator",
            "expires_at": int(world.token_ends_at),
            "data_access_expires_at": 0,
            "is_valid": True,
            "scopes": held,
            "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in held],
            "user_id": "122101553924000001",
        }
    }


def renew(world: World) -> str:
    """Another token in place of the present one: it works, for ever, with every permission."""
    world.access_token = f"simulator-token-{secrets.token_hex(4)}"
    world.change_setup({"token": "valid", "expires_in_s": 0, "missing_scopes": []})
    return world.access_token


def new_code(world: World) -> str:
    """A code as Embedded Signup hands it to the page."""
    code = f"AQ{secrets.token_urlsafe(60)}"
    world.codes[code] = world.now()
    return code


def exchanged(world: World, request: Request) -> Json:
    """`/oauth/access_token`: the token for a code not older than 30 s, once."""
    query = request.query
    if query.get("client_id") != world.settings.app_id:
        raise Refusal(101, "Error validating application. Cannot get application info.")
    if not secrets.compare_digest(query.get("client_secret", ""), world.app_secret):
        raise Refusal(1, "Error validating client secret.")
    code = query.get("code", "")
    if code not in world.codes:
        raise Refusal(100, "Invalid verification code format.", subcode=36008)
    made_at, world.codes[code] = world.codes[code], USED
    if made_at == USED:
        raise Refusal(100, "This authorization code has been used.", subcode=36009)
    if world.now() - made_at > CODE_LIVES_S:
        raise Refusal(100, "This authorization code has expired.", subcode=36007)
    return {"access_token": world.access_token, "token_type": "bearer"}
