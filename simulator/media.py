"""Media as Graph keeps them: upload, facts with a short-lived address, bytes, delete."""

import base64
import hashlib
from typing import Final
from urllib.parse import quote

from simulator.graph_errors import Refusal, unknown_object
from simulator.multipart import parts
from simulator.switches import Fault
from simulator.wire import Json, Request, Response, as_json
from simulator.world import Medium, World, new_id

DAY_S: Final = 24 * 60 * 60
INBOUND_LIFE_S: Final = 7 * DAY_S
UPLOAD_LIFE_S: Final = 30 * DAY_S
URL_LIFE_S: Final = 300
BYTES_PATH: Final = "whatsapp_business/attachments"
MEGABYTE: Final = 1024 * 1024
LARGEST: Final = {"image": 5 * MEGABYTE, "video": 16 * MEGABYTE, "audio": 16 * MEGABYTE}
LARGEST_DOCUMENT: Final = 100 * MEGABYTE
TYPES: Final = frozenset(
    {
        "audio/aac",
        "audio/amr",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "image/jpeg",
        "image/png",
        "image/webp",
        "video/mp4",
        "video/3gpp",
    }
)


def upload(world: World, number_id: str, request: Request) -> Json:
    """`POST /{phone number id}/media`; raises Refusal 100 or 131053."""
    form = parts(request.body, request.headers.get("content-type", ""))
    if "file" not in form or form.get("messaging_product") is None:
        raise Refusal(100, "The parameters messaging_product and file are required.")
    given = form["type"].data.decode("latin-1") if "type" in form else form["file"].mime_type
    mime_type = given.split(";")[0].strip().lower()
    if mime_type not in TYPES:
        raise Refusal(100, f"Param file must be a file with one of the known types, not {given}.")
    data = form["file"].data
    if not 0 < len(data) <= LARGEST.get(mime_type.split("/")[0], LARGEST_DOCUMENT):
        raise Refusal(131053, f"File of {len(data)} bytes is empty or too large for {mime_type}.")
    medium = store(world, data, given, number_id, filename=form["file"].filename, inbound=False)
    return {"id": medium.id}


def store(
    world: World,
    data: bytes,
    mime_type: str,
    number_id: str,
    *,
    filename: str | None,
    inbound: bool,
) -> Medium:
    """Keep a file for 7 days (of a customer) or 30 (of the business)."""
    until = world.now() + (INBOUND_LIFE_S if inbound else UPLOAD_LIFE_S)
    medium = Medium(new_id(), data, mime_type, filename, number_id, until, inbound)
    world.media[medium.id] = medium
    return medium


def find(world: World, media_id: str) -> Medium:
    """The file; raises Refusal 100/33 for an unknown or expired id."""
    medium = world.media.get(media_id)
    if medium is None or world.now() > medium.until:
        raise unknown_object(media_id)
    return medium


def facts(world: World, media_id: str, request: Request, fault: Fault | None) -> Json:
    """`GET /{media id}`: an address that lives five minutes, type, size and hash."""
    medium = find(world, media_id)
    owner = request.query.get("phone_number_id")
    if owner and owner != medium.number_id:
        raise unknown_object(media_id)
    wrong = fault is not None and fault.kind == "wrong_hash"
    return {
        "messaging_product": "whatsapp",
        "url": address(world, medium, request.base),
        "mime_type": medium.mime_type,
        "sha256": sha256(b"something else" if wrong else medium.data),
        "file_size": str(len(medium.data)),
        "id": medium.id,
    }


def address(world: World, medium: Medium, base: str) -> str:
    """A fresh address of the bytes, below `base`; older ones keep working until this one dies."""
    medium.url_until = world.now() + URL_LIFE_S
    mark = hashlib.sha256(f"{medium.id}{world.epoch}".encode()).hexdigest()[:32]
    return f"{base}/graph/{BYTES_PATH}/?mid={medium.id}&ext={int(medium.url_until)}&hash={mark}"


def content(world: World, request: Request) -> Response:
    """The bytes behind an address; 404 when the address or the file has expired."""
    medium = world.media.get(request.query.get("mid", ""))
    ext = request.query.get("ext", "0")
    if medium is None or not ext.isdigit() or world.now() > min(int(ext), medium.until):
        return as_json({"error": "not found"}, 404)
    return Response(medium.data, content_type=medium.mime_type)


def for_phone(world: World, media_id: str) -> Response:
    """The bytes for the phone page; sandboxed, whatever the business uploaded."""
    medium = world.media.get(media_id)
    if medium is None:
        return as_json({"error": "not found"}, 404)
    name = quote(medium.filename or medium.id)
    headers = {
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": f"inline; filename*=UTF-8''{name}",
    }
    return Response(medium.data, content_type=medium.mime_type.split(";")[0], headers=headers)


def delete(world: World, media_id: str) -> Json:
    """`DELETE /{media id}`."""
    del world.media[find(world, media_id).id]
    return {"success": True}


def webhook_object(world: World, medium: Medium) -> Json:
    """The part of an inbound message that names the file."""
    known = {"id": medium.id, "mime_type": medium.mime_type, "sha256": sha256(medium.data)}
    return known | ({"url": address(world, medium, world.base)} if world.base else {})


def sha256(data: bytes) -> str:
    """Base64 of the 32 bytes, as in webhooks."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
