"""Customers who send files: the simulator keeps them, the webhook's item is applied here."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import PhoneNumber
from inbox.actions.media import fetch_next
from inbox.models import Media
from simulator.media import store, webhook_object
from simulator.testing import Running
from tests.cast import DORA, PHONE_NUMBER_ID, arrives, envelope

SAMPLES = Path("simulator/samples")
KETTLE = (SAMPLES / "kettle.jpg").read_bytes()


def sends(
    meta: Running,
    number: PhoneNumber,
    kind: str = "image",
    data: bytes = KETTLE,
    *,
    mime_type: str = "image/jpeg",
    at: datetime | None = None,
    **more: Any,
) -> Media:
    """Dora sends a file; the row of the file that is to be fetched."""
    world = meta.simulator.world
    medium = store(world, data, mime_type, PHONE_NUMBER_ID, filename=None, inbound=True)
    moment, wamid = at or timezone.now(), f"wamid.{uuid.uuid4().hex}"
    message = {
        "id": wamid,
        "from": DORA,
        "timestamp": str(int(moment.timestamp())),
        "type": "audio" if kind == "voice" else kind,
        "audio" if kind == "voice" else kind: webhook_object(world, medium)
        | ({"voice": True} if kind == "voice" else {})
        | more,
    }
    contact = {"profile": {"name": "Dora Lindqvist"}, "wa_id": DORA}
    arrives(number, envelope({"contacts": [contact], "messages": [message]}), at=timezone.now())
    return Media.objects.get(message__wamid=wamid)


def fetched(media: Media, *, times: int = 1) -> Media:
    """The row after so many attempts, each made at once."""
    for _ in range(times):
        Media.objects.filter(pk=media.pk).update(not_before=None)
        assert fetch_next(threading.Event())
    return Media.objects.get(pk=media.pk)


def older(media: Media, **how: float) -> None:
    """What waiting does: message and row are so much older."""
    age = timedelta(**how)
    message = media.message
    type(message).objects.filter(pk=message.pk).update(at=message.at - age)
    Media.objects.filter(pk=media.pk).update(created_at=media.created_at - age)
