"""One path per type (section 4.8): the same send, the content flat in the body."""

from __future__ import annotations

from datetime import datetime

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from ninja import Router

from accounts.api.auth import needs
from accounts.api.envelopes import One
from accounts.api.requests import Caller
from inbox.api import shapes
from inbox.api import typed_bodies as bodies
from inbox.api.once_sent import sent
from inbox.api.sends import brought_by, send_to
from inbox.models import Media, Message

router = Router(tags=["Messages"])
SENT = {201: One[shapes.MessageOut], 202: One[shapes.MessageOut]}
SENDER = needs("messages:send")


async def _send(request: HttpRequest, body: bodies.Typed) -> HttpResponse:
    file: Media | None = await sync_to_async(brought_by)(request, body)

    def make(caller: Caller, at: datetime) -> Message:
        return send_to(caller, body, at=at, brought=file)

    return await sent(request, make)


@router.post("/messages/image", auth=SENDER, response=SENT)
async def post_image(request: HttpRequest, body: bodies.ImageMessageIn) -> HttpResponse:
    """Sends a picture."""
    return await _send(request, body)


@router.post("/messages/video", auth=SENDER, response=SENT)
async def post_video(request: HttpRequest, body: bodies.VideoMessageIn) -> HttpResponse:
    """Sends a video."""
    return await _send(request, body)


@router.post("/messages/audio", auth=SENDER, response=SENT)
async def post_audio(request: HttpRequest, body: bodies.AudioMessageIn) -> HttpResponse:
    """Sends a sound."""
    return await _send(request, body)


@router.post("/messages/voice", auth=SENDER, response=SENT)
async def post_voice(request: HttpRequest, body: bodies.VoiceMessageIn) -> HttpResponse:
    """Sends a voice note."""
    return await _send(request, body)


@router.post("/messages/sticker", auth=SENDER, response=SENT)
async def post_sticker(request: HttpRequest, body: bodies.StickerMessageIn) -> HttpResponse:
    """Sends a sticker."""
    return await _send(request, body)


@router.post("/messages/document", auth=SENDER, response=SENT)
async def post_document(request: HttpRequest, body: bodies.DocumentMessageIn) -> HttpResponse:
    """Sends a document."""
    return await _send(request, body)


@router.post("/messages/media", auth=SENDER, response=SENT)
async def post_media(request: HttpRequest, body: bodies.MediaMessageIn) -> HttpResponse:
    """Sends a file of the type that is named."""
    return await _send(request, body)


@router.post("/messages/location", auth=SENDER, response=SENT)
async def post_location(request: HttpRequest, body: bodies.LocationMessageIn) -> HttpResponse:
    """Sends a place."""
    return await _send(request, body)


@router.post("/messages/contacts", auth=SENDER, response=SENT)
async def post_contacts(request: HttpRequest, body: bodies.ContactsMessageIn) -> HttpResponse:
    """Sends contact cards."""
    return await _send(request, body)


@router.post("/messages/reaction", auth=SENDER, response=SENT)
async def post_reaction(request: HttpRequest, body: bodies.ReactionMessageIn) -> HttpResponse:
    """Sends a reaction, or takes it back."""
    return await _send(request, body)


@router.post("/messages/interactive", auth=SENDER, response=SENT)
async def post_interactive(request: HttpRequest, body: bodies.InteractiveMessageIn) -> HttpResponse:
    """Sends Meta's interactive object."""
    return await _send(request, body)


@router.post("/messages/buttons", auth=SENDER, response=SENT)
async def post_buttons(request: HttpRequest, body: bodies.ButtonsMessageIn) -> HttpResponse:
    """Sends one to three reply buttons."""
    return await _send(request, body)


@router.post("/messages/list", auth=SENDER, response=SENT)
async def post_list(request: HttpRequest, body: bodies.ListMessageIn) -> HttpResponse:
    """Sends a list to choose from."""
    return await _send(request, body)


@router.post("/messages/cta", auth=SENDER, response=SENT)
async def post_cta(request: HttpRequest, body: bodies.CtaMessageIn) -> HttpResponse:
    """Sends a button that leads to a page."""
    return await _send(request, body)


@router.post("/messages/flow", auth=SENDER, response=SENT)
async def post_flow(request: HttpRequest, body: bodies.FlowMessageIn) -> HttpResponse:
    """Sends a form of Meta's."""
    return await _send(request, body)
