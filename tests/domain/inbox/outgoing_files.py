"""Files that people of the shop send: put into a thread, brought to Meta, sent."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from accounts.models import PhoneNumber
from inbox import composing, drains
from inbox.actions import outbox, settling, uploads
from inbox.actions.attachments import attach
from inbox.actions.sending import send_all
from inbox.models import Conversation, Media, Message
from inbox.taking_in import Given
from tests.cast import Cast, by

SAMPLES = Path("simulator/samples")
KETTLE = (SAMPLES / "kettle.jpg").read_bytes()
PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def attached(
    cast: Cast,
    thread: Conversation,
    data: bytes = KETTLE,
    *,
    name: str = "kettle.jpg",
    declared: str = "image/jpeg",
    wish: str = "",
) -> Media:
    """Amina puts a file into the composer."""
    given = Given([data], name, declared, wish)
    return attach(
        given,
        number=PhoneNumber.objects.get(pk=thread.phone_number_id),
        conversation=thread,
        by=by(cast.amina),
        at=timezone.now(),
    )


def sends(cast: Cast, thread: Conversation, *files: Media, text: str = "", **more) -> list[Message]:
    """Amina presses Send."""
    captions = more.pop("captions", {})
    parts = composing.messages_of(text, files, captions)
    return send_all(thread.pk, parts, by=by(cast.amina), at=timezone.now(), **more)


def uploaded(most: int = 20) -> int:
    """The drain of uploads brings to Meta what is due; how many calls it made."""
    for made in range(most):
        claimed = uploads.claim()
        if claimed is None:
            return made
        uploads.settle(claimed, uploads.upload(claimed))
    return most


def sent(most: int = 20) -> None:
    """The outbox sends what is due, one after the other."""
    for _ in range(most):
        claimed = outbox.claim(16)
        if not claimed:
            return
        settling.settle([settling.Settlement(one, drains.call(one)) for one in claimed])


def now(message: Message) -> Message:
    """The row as it is."""
    return Message.objects.get(pk=message.pk)
