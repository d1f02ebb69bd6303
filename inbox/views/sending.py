"""Posting messages and templates; the picker; retry, cancel and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import agent
from accounts.pages import person_of, show, wants_part
from accounts.refusals import Refused
from inbox import access, composing, outgoing, picking, queries
from inbox.actions import sending, undoing
from inbox.actions.attachments import attach
from inbox.forms import (
    FilesForm,
    PickerForm,
    ReplyForm,
    TemplateForm,
    first_error,
    given_file,
    values_of,
)
from inbox.media_presentation import attachment_view
from inbox.models import Media, Message
from inbox.picker_shapes import Picker
from inbox.views.lists import wanted
from inbox.views.threads import shown_again

# What a person may decide to do all the same.
FORCEABLE: Final = frozenset({"NEWER_INBOUND", "NEWER_REPLY", "ASSIGNED_TO_OTHER"})
# What is wrong with a template or its file is told in the picker.
IN_THE_FORM: Final = frozenset({"TEMPLATE_NOT_FOUND", "MEDIA_NOT_FOUND", "MEDIA_TYPE_UNSUPPORTED"})


@require_POST
@login_required
def post_message(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Sends a text. What the page has not shown, or a closed window, stops it: the draft stays."""
    if FilesForm.has_files(request.POST, request.FILES):
        return _post_files(request, conversation_id)
    person = person_of(request)
    access.conversation_for(person, conversation_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return not_sent(request, conversation_id, first_error(form))
    try:
        message = sending.send(
            conversation_id,
            outgoing.text(form.cleaned_data["text"], preview_url=form.cleaned_data["preview_url"]),
            by=agent(person),
            at=timezone.now(),
            guards=form.guards(),
            reply_to=form.reply_to_id,
            undo_s=person.undo_seconds,
            instead_of=form.cleaned_data["retry_of"],
        )
    except Refused as refusal:
        return not_sent(request, conversation_id, refusal)
    return sent(request, message)


def _post_files(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Sends files in their order, one message each, with the text where it belongs."""
    person, at = person_of(request), timezone.now()
    conversation = access.conversation_for(person, conversation_id)
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return not_sent(request, conversation_id, first_error(form))
    ids = form.attachment_ids
    files = [access.attachment_for(person, conversation_id, one) for one in ids]
    try:
        for upload in form.uploads:
            given = given_file(upload)
            files.append(
                attach(
                    given,
                    number=conversation.phone_number,
                    conversation=conversation,
                    by=agent(person),
                    at=at,
                )
            )
        messages = sending.send_all(
            conversation_id,
            composing.messages_of(
                form.text_given,
                files,
                form.captions(),
                preview_url=form.cleaned_data["preview_url"],
            ),
            by=agent(person),
            at=at,
            guards=form.guards(),
            reply_to=form.reply_to_id,
            undo_s=person.undo_seconds,
        )
    except Refused as refusal:
        return not_sent(request, conversation_id, refusal)
    return _sent_all(request, messages)


def _sent_all(request: HttpRequest, messages: list[Message]) -> HttpResponse:
    if not wants_part(request):
        thread = messages[0].conversation_id
        return HttpResponseRedirect(reverse("inbox:thread", args=[thread]))
    shown = queries.bubbles(
        [str(one.pk) for one in messages], queries.variant_of(person_of(request)), at=timezone.now()
    )
    return render(request, "inbox/_sent_all.html", {"messages_sent": shown})


def sent(request: HttpRequest, message: Message) -> HttpResponse:
    """The bubble of the message, or the parts around it where it is not in the thread."""
    if not wants_part(request):
        return HttpResponseRedirect(reverse("inbox:thread", args=[message.conversation_id]))
    if not message.in_thread:
        return shown_again(request, message.conversation_id)
    person, at = person_of(request), timezone.now()
    view = queries.bubble(message.pk, queries.variant_of(person), at=at)
    return render(request, "inbox/_sent.html", {"message": view})


def not_sent(request: HttpRequest, conversation_id: UUID, refusal: Refused) -> HttpResponse:
    """The reason, what came meanwhile, and the text untouched."""
    person, at = person_of(request), timezone.now()
    context: dict[str, Any] = {
        "sentence": refusal.message,
        "code": refusal.code,
        "meanwhile": queries.bubbles(
            refusal.data.get("message_ids", ()), queries.variant_of(person), at=at
        ),
        "may_force": refusal.code in FORCEABLE,
        "form_token": uuid4(),
    }
    if not wants_part(request):
        conversation = access.conversation_for(person, conversation_id)
        thread = queries.thread_page(person, conversation, at=at)
        context["thread"] = replace(thread, draft=request.POST.get("text", ""))
        context["page"] = queries.list_page(person, wanted(request), at=at)
    return show(
        request,
        part="inbox/_composer_error.html",
        page="inbox/list.html",
        context=context,
        status=refusal.status,
    )


@require_GET
@login_required
def picker(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The template picker: search, language, category; the fields of the chosen one."""
    conversation = access.conversation_for(person_of(request), conversation_id)
    form = PickerForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    shape = picking.picker(
        conversation,
        chosen,
        values_of(request.GET),
        at=timezone.now(),
        zone=person_of(request).zone,
    )
    return _show_picker(request, shape)


def _show_picker(request: HttpRequest, shape: Picker, *, status: int = 200) -> HttpResponse:
    return show(
        request,
        part="inbox/_picker.html",
        page="inbox/picker.html",
        context={"picker": shape, "form_token": uuid4()},
        status=status,
    )


@require_POST
@login_required
def preview(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """What the customer would see, from the compiler that sends."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    form = PickerForm(request.POST)
    chosen = form.cleaned_data["template"] if form.is_valid() else None
    shape = picking.preview(conversation, chosen, values_of(request.POST), zone=person.zone)
    return render(request, "inbox/_preview.html", {"preview": shape})


@require_POST
@login_required
def post_template(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Sends a template. A missing value is told at its field; nothing is sent."""
    person, at = person_of(request), timezone.now()
    conversation = access.conversation_for(person, conversation_id)
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return not_sent(request, conversation_id, first_error(form))
    chosen = form.cleaned_data["template"]
    try:
        message = sending.send(
            conversation_id,
            picking.outgoing_template(conversation, chosen, form.values(), zone=person.zone),
            by=agent(person),
            at=at,
            guards=form.guards(),
            undo_s=person.undo_seconds,
        )
    except Refused as refusal:
        if not (refusal.field or "").startswith("template") and refusal.code not in IN_THE_FORM:
            return not_sent(request, conversation_id, refusal)
        shape = picking.picker(
            conversation,
            {"template": chosen},
            form.values(),
            at=at,
            zone=person.zone,
            refusal=refusal,
        )
        return _show_picker(request, shape, status=422)  # whatever it is: the form says it
    return sent(request, message)


@require_POST
@login_required
def retry(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """Sends a failed or unconfirmed message again, as a new one."""
    confirmed = request.POST.get("confirm_duplicate") == "1"
    act = partial(sending.retry, message_id, confirm_duplicate=confirmed)
    return _changed(request, conversation_id, message_id, act)


@require_POST
@login_required
def cancel(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """Takes a waiting message back."""
    confirmed = request.POST.get("confirm_unknown") == "1"
    act = partial(sending.cancel, message_id, confirm_unknown=confirmed)
    return _changed(request, conversation_id, message_id, act)


def _changed(
    request: HttpRequest, conversation_id: UUID, message_id: UUID, act: Callable[..., Message]
) -> HttpResponse:
    """The bubble after the act, or why it did not come to it. act: takes `by` and `at`."""
    person = person_of(request)
    access.message_for(person, conversation_id, message_id)
    try:
        message = act(by=agent(person), at=timezone.now())
    except Refused as refusal:
        return not_sent(request, conversation_id, refusal)
    return sent(request, message)


@require_POST
@login_required
def undo(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """Takes back what has not left; the answer brings its words and its file for the box."""
    person = person_of(request)
    sent_one = access.message_for(person, conversation_id, message_id)
    file = getattr(sent_one, "media", None)
    try:
        message = undoing.undo(message_id, by=agent(person), at=timezone.now())
    except Refused as refusal:
        return not_sent(request, conversation_id, refusal)
    parts = shown_again(request, conversation_id)
    if wants_part(request):
        parts.write(_undone(message, file, own=message.sender_id == person.pk))
    return parts


def _undone(message: Message, file: Media | None, *, own: bool) -> str:
    """The bubble goes; what its sender wrote and put into it comes back for the box."""
    words = message.content.get("body") if own and not message.template_name else ""
    context = {
        "message": message,
        "text": words or "",
        "attachment": attachment_view(file) if own and file else None,
    }
    return render_to_string("inbox/_undone.html", context)
