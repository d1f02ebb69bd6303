"""The truth about what was accepted: one JSON line each, on the disk before the answer leaves."""

import hashlib
import json
import os

from simulator.wire import Json
from simulator.world import Message, World


def record(world: World, message: Message, body: bytes, to: str) -> None:
    """Note an accept in memory and, where a log is set, append it and fsync.

    A line is ``{"opaque", "to", "sha256", "t", "wamid", "phone_number_id", "type"}``; `t` is Unix
    seconds of the machine's clock, `sha256` hex of the request body.
    """
    line: Json = {
        "opaque": message.opaque,
        "to": to,
        "sha256": hashlib.sha256(body).hexdigest(),
        "t": world.now() - world.clock_offset_s,
        "wamid": message.wamid,
        "phone_number_id": message.number_id,
        "type": message.kind,
    }
    world.accepts.append(line)
    if path := world.settings.accept_log:
        data = json.dumps(line).encode() + b"\n"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
