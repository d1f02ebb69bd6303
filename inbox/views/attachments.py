"""Files of the composer before they are sent: put in, taken out."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.actors import agent
from accounts.pages import person_of
from inbox import access
from inbox.actions.attachments import attach, remove
from inbox.forms import AttachmentForm, first_error
from inbox.media_presentation import attachment_view


@require_POST
@login_required
def post_attachment(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Keeps one file for the message that is being written; answers its chip."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    form = AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        raise first_error(form)
    media = attach(
        form.given(),
        number=conversation.phone_number,
        conversation=conversation,
        by=agent(person),
        at=timezone.now(),
    )
    context = {"attachment": attachment_view(media, wished_voice=form.cleaned_data["voice"])}
    return render(request, "inbox/_attachment.html", context, status=201)


@require_POST
@login_required
def remove_attachment(request: HttpRequest, conversation_id: UUID, media_id: UUID) -> HttpResponse:
    """Throws one away that was not sent."""
    access.attachment_for(person_of(request), conversation_id, media_id)
    remove(media_id)
    return HttpResponse("")
