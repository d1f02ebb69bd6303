"""Resumable uploads: `/{app id}/uploads` begins one, `/upload:…` takes the bytes."""

import secrets
from typing import Final

from simulator.graph_errors import Refusal, unknown_object
from simulator.switches import Fault
from simulator.wire import Json, Request
from simulator.world import Upload, World

PREFIX: Final = "upload:"
LARGEST: Final = 100 * 1024 * 1024
TYPES: Final = frozenset({"image/jpeg", "image/png", "video/mp4", "application/pdf"})


def begin(world: World, request: Request) -> Json:
    """`POST /{app id}/uploads?file_length&file_type&file_name`; raises Refusal 100."""
    length, kind = request.query.get("file_length", ""), request.query.get("file_type", "")
    if not length.isdigit() or not 0 < int(length) <= LARGEST:
        raise Refusal(100, "Param file_length must be a number of bytes.")
    if kind not in TYPES:
        raise Refusal(100, f"Param file_type must be one of the known types, not {kind}.")
    name = f"{PREFIX}{secrets.token_urlsafe(18)}="
    upload = Upload(name, int(length), kind)
    world.uploads[name] = upload
    return {"id": f"{name}?sig={secrets.token_urlsafe(12)}"}


def answer(world: World, name: str, request: Request, fault: Fault | None) -> Json:
    """POST takes bytes from `file_offset` on, GET says how many have come."""
    upload = world.uploads.get(name)
    if upload is None or "sig" not in request.query:
        raise unknown_object(name)
    if request.method == "GET":
        return {"id": name, "file_offset": len(upload.data)}
    # Daphne drops headers with an underscore: behind it, what comes is what was missing.
    given = request.headers.get("file_offset", str(len(upload.data)))
    if given != str(len(upload.data)):
        raise Refusal(100, f"The upload stands at {len(upload.data)}, not at {given}.")
    piece = request.body
    if fault is not None and fault.kind == "half_upload":
        piece = piece[: len(piece) // 2]
    upload.data += piece
    return _handle(world, upload)


def _handle(world: World, upload: Upload) -> Json:
    if len(upload.data) < upload.length:
        return {}
    handle = f"4::{secrets.token_urlsafe(24)}"
    world.samples.add(handle)
    return {"h": handle}
