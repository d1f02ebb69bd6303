"""The Graph side: which path does what, who may call, and which fault strikes."""

import asyncio
import re
from typing import Final

from simulator import (
    callbacks,
    media,
    numbers,
    paging,
    phone_app,
    sending,
    template_paths,
    tokens,
    uploads,
)
from simulator.graph_errors import Refusal, unknown_object
from simulator.switches import REFUSING, Call, Fault
from simulator.webhooks import Sender
from simulator.wire import Answer, Fate, Json, Request, Response, as_json
from simulator.world import Number, World

VERSION: Final = re.compile(r"^v\d+\.\d+$")
MALFORMED: Final = (KeyError, TypeError, AttributeError, ValueError, IndexError)
PAGE_OF_HTML: Final = "<html><body><h1>Bad gateway</h1></body></html>"


async def answer(world: World, sender: Sender, request: Request) -> Answer:
    """What Graph says to one request."""
    parts = _parts(request)
    call = _call(world, request, parts)
    fault = world.switches.take(call)
    await asyncio.sleep(world.switches.latency_s())
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault and fault.kind in REFUSING:
        return refuse(fault)
    try:
        response = await _handle(world, sender, request, parts, fault)
    except Refusal as refusal:
        return refusal.response()
    except MALFORMED as error:
        return Refusal(131009, f"This request is not well-formed: {error!r}").response()
    return await spoil(response, fault) if fault else response


def _parts(request: Request) -> list[str]:
    parts = [part for part in request.path.removeprefix("/graph/").split("/") if part]
    return parts[1:] if parts and VERSION.match(parts[0]) else parts


def _call(world: World, request: Request, parts: list[str]) -> Call:
    last = parts[-1] if parts else ""
    number_id = parts[0] if parts and parts[0] in world.numbers else None
    if last == "messages" and number_id:
        payload = request.json()
        payload = payload if isinstance(payload, dict) else {}
        place = "read" if "status" in payload else "send"
        return Call(place, number_id, str(payload.get("to") or payload.get("recipient") or ""))
    if last == "message_templates":
        return Call("templates", page=_page_number(request))
    if "/".join(parts) == media.BYTES_PATH:
        return Call("bytes")
    if request.method == "POST" and last.startswith(uploads.PREFIX):
        return Call("uploads")
    if last == "media" or (parts and parts[0] in world.media):
        return Call("media", number_id)
    return Call("numbers", number_id)


def _page_number(request: Request) -> int | None:
    try:
        return paging.page_number(request)
    except Refusal:
        return None


def refuse(fault: Fault) -> Answer:
    """The answer, or no answer, of a fault that accepts nothing."""
    match fault.kind:
        case "drop_before_accept":
            return Fate.CUT
        case "black_hole":
            return Fate.HANG
        case "http":
            return _bare(fault)
    return Refusal(
        fault.code,
        fault.details,
        http=fault.http,
        subcode=fault.subcode,
        retry_after_s=fault.retry_after_s,
        user_message=fault.user_message,
    ).response()


def _bare(fault: Fault) -> Response:
    body = PAGE_OF_HTML if fault.body is None else fault.body
    headers = {"retry-after": str(fault.retry_after_s)} if fault.retry_after_s else {}
    kind = "application/json" if body.startswith("{") else "text/html"
    return Response(body.encode(), fault.http or 502, kind, headers)


async def spoil(response: Response, fault: Fault) -> Answer:
    """Break the answer of a request that was carried out."""
    match fault.kind:
        case "accept_then_drop" | "half_upload":
            return Fate.CUT
        case "accept_then_hang":
            return Fate.HANG
        case "accept_then_slow":
            await asyncio.sleep(fault.seconds)
        case "accept_then_http":
            return _bare(fault)
        case "empty_200":
            return Response()
        case "object_200":
            return as_json({})
        case "truncated_200":
            return Response(
                response.body, content_type=response.content_type, cut_at=_half(response)
            )
        case "two_ids_200":
            return Response(
                response.body.replace(b'"messages": [', b'"messages": [{"id": "wamid.x"}, ')
            )
    return response


def _half(response: Response) -> int:
    return len(response.body) // 2


async def _handle(
    world: World, sender: Sender, request: Request, parts: list[str], fault: Fault | None
) -> Response:
    if parts == ["oauth", "access_token"]:
        return as_json(tokens.exchanged(world, request))
    tokens.check(world, request, parts)
    await callbacks.check(world, request)
    if "/".join(parts) == media.BYTES_PATH:
        return media.content(world, request)
    result = _result(world, sender, request, parts, fault)
    sender.flow()  # the request may have ended what was stalled
    return as_json(result)


def _result(
    world: World, sender: Sender, request: Request, parts: list[str], fault: Fault | None
) -> Json:
    name = parts[0] if parts else ""
    if parts == ["debug_token"]:
        return tokens.debug_token(world, request)
    if parts == [world.settings.app_id, "uploads"]:
        return uploads.begin(world, request)
    if name.startswith(uploads.PREFIX) and len(parts) == 1:
        return uploads.answer(world, name, request, fault)
    if name in world.numbers:
        return _of_number(world, sender, request, parts, fault)
    if name in world.accounts:
        return _of_account(world, sender, request, parts)
    if name in world.media and len(parts) == 1:
        deletes = request.method == "DELETE"
        return media.delete(world, name) if deletes else media.facts(world, name, request, fault)
    if template := template_paths.by_id(world, name):
        return template_paths.one(world, sender, template, request, parts[1:])
    raise unknown_object("/".join(parts) or "/")


def _of_number(
    world: World, sender: Sender, request: Request, parts: list[str], fault: Fault | None
) -> Json:
    number = world.numbers[parts[0]]
    match request.method, parts[1:]:
        case "POST", ["messages"]:
            return _messages(world, sender, number, request, fault)
        case "POST", ["smb_app_data"]:
            return phone_app.sync(world, sender, number, request)
        case "POST", ["media"]:
            return media.upload(world, number.facts.id, request)
        case _:
            return numbers.answer(world, number, request, parts[1:])


def _messages(
    world: World, sender: Sender, number: Number, request: Request, fault: Fault | None
) -> Json:
    payload = request.json()
    if isinstance(payload, dict) and payload.get("status") == "read":
        return sending.mark_read(world, number, payload)
    return sending.accept(world, sender, number, payload, request.body, fault)


def _of_account(world: World, sender: Sender, request: Request, parts: list[str]) -> Json:
    if parts[1:] == ["message_templates"]:
        return template_paths.answer(world, sender, request, waba_id=parts[0])
    return numbers.account(world, parts[0], request, parts[1:])
