"""The thread pane and what is posted from it besides messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import Actor, agent
from accounts.pages import person_of, show, wants_part
from accounts.refusals import Refused
from inbox import access, canned_pages, log_pages, queries
from inbox.actions import conversations, ownership, receipts
from inbox.forms import VersionForm, uuid_or_none, without_nul
from inbox.models import Conversation
from inbox.views.lists import wanted


@require_GET
@login_required
def thread(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The thread beside the list; to htmx the thread alone. Reading changes nothing."""
    person, at = person_of(request), timezone.now()
    conversation = access.conversation_for(person, conversation_id)
    looked_for = uuid_or_none(request.GET.get("message", ""))
    page = queries.thread_page(person, conversation, at=at, message_id=looked_for)
    context: dict[str, Any] = {"thread": page, "form_token": uuid4()}
    if failed := uuid_or_none(request.GET.get("resend", "")):
        message = access.message_for(person, conversation_id, failed)
        context["retry_of"] = failed
        context["thread"] = replace(page, draft=str(message.content.get("body") or ""))
    if reply_id := uuid_or_none(request.GET.get("canned", "")):
        reply = access.usable_reply_for(person, reply_id)
        text = canned_pages.filled_for(person, conversation, reply)
        context["thread"] = replace(page, draft="\n".join(filter(None, [page.draft, text])))
    if not wants_part(request):
        context["page"] = queries.list_page(person, wanted(request), at=at)
    return show(request, part="inbox/_thread.html", page="inbox/list.html", context=context)


@require_GET
@login_required
def older(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """50 earlier messages."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    variant, place = queries.variant_of(person), request.GET.get("before", "")
    log = log_pages.before(conversation, variant, at=timezone.now(), order=place)
    return render(request, "inbox/_items.html", {"log": log, "conversation_id": conversation_id})


@require_GET
@login_required
def newer(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """50 later messages, where a page was loaded around an old one."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    variant, place = queries.variant_of(person), request.GET.get("after", "")
    log = log_pages.after(conversation, variant, at=timezone.now(), order=place)
    return render(request, "inbox/_items.html", {"log": log, "conversation_id": conversation_id})


@require_GET
@login_required
def about(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """All that is known of one message, as far as this person may see it."""
    person = person_of(request)
    message = access.message_for(person, conversation_id, message_id)
    context = {"about": queries.about_message(person, message)}
    return show(request, part="inbox/_about.html", page="inbox/about.html", context=context)


Change = Callable[[UUID, dict[str, Any]], Conversation]


def _changed(
    request: HttpRequest, conversation_id: UUID, change: Change, *, asks: bool = False
) -> HttpResponse:
    """A change of owner or status: checked, done, and shown as fragments (or the page again).

    asks: whether it would strand what people have scheduled, and so asks about that first.
    """
    person = person_of(request)
    access.conversation_for(person, conversation_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise Refused("BAD_REQUEST", str(form.errors))
    how = {
        "by": agent(person),
        "at": timezone.now(),
        "expected_version": form.cleaned_data["expected_version"],
    }
    if asks:
        how["keep_scheduled"] = form.keep_scheduled
    try:
        change(conversation_id, how)
    except Refused as refusal:
        if refusal.code != "SCHEDULED_PENDING":
            raise
        return _asked(request, conversation_id, refusal)
    return shown_again(request, conversation_id)


def _asked(request: HttpRequest, conversation_id: UUID, refusal: Refused) -> HttpResponse:
    """Keep or cancel what is scheduled: the same post again, with the answer."""
    person, at = person_of(request), timezone.now()
    version = request.POST.get("expected_version", "")
    context: dict[str, Any] = {"asked": refusal, "action": request.path, "version": version}
    if not wants_part(request):
        conversation = access.conversation_for(person, conversation_id)
        context["thread"] = queries.thread_page(person, conversation, at=at)
        context["page"] = queries.list_page(person, wanted(request), at=at)
        context["form_token"] = uuid4()
    return show(
        request,
        part="inbox/_scheduled_question.html",
        page="inbox/list.html",
        context=context,
        status=refusal.status,
    )


def shown_again(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The parts that an action changed; without htmx the thread's page.

    Where the action took the conversation out of this person's sight: that it is gone, or the list.
    """
    person, at = person_of(request), timezone.now()
    conversation = access.conversation_seen(person, conversation_id)
    if not wants_part(request):
        address = reverse("inbox:thread", args=[conversation_id]) if conversation else ""
        return HttpResponseRedirect(address or reverse("inbox:list"))
    if conversation is None:
        return render(request, "inbox/_farewell.html", {"row_id": conversation_id})
    variant = queries.variant_of(person)
    context = {
        "header": queries.header(conversation, at=at),
        "composer": queries.composer(conversation, at=at),
        "panel": queries.contact_panel(conversation, variant, access.sight_of(person), at=at),
        "row": queries.row_shapes([conversation], variant, at=at)[0],
    }
    return render(request, "inbox/_changed.html", context)


@require_POST
@login_required
def take_over(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The conversation becomes this person's."""
    return _changed(request, conversation_id, lambda pk, how: ownership.take_over(pk, **how))


@require_POST
@login_required
def give_back(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The assistant gets it back, with a note."""
    note = request.POST.get("note", "")
    return _changed(
        request,
        conversation_id,
        lambda pk, how: ownership.give_back(pk, note=note, **how),
        asks=True,
    )


@require_POST
@login_required
def close(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Nothing more is owed."""
    return _changed(
        request, conversation_id, lambda pk, how: conversations.close(pk, **how), asks=True
    )


@require_POST
@login_required
def reopen(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Back to work on it: it was closed or snoozed."""
    return _changed(request, conversation_id, lambda pk, how: conversations.reopen(pk, **how))


@require_POST
@login_required
def hold(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The first key in the composer: the assistant waits a minute."""
    return _noted(request, conversation_id, lambda pk, _by, at: ownership.hold_ai(pk, at=at))


@require_POST
@login_required
def draft(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Keeps what is being typed."""
    text = without_nul(request.POST.get("text", ""))
    return _noted(
        request, conversation_id, lambda pk, by, _at: conversations.keep_draft(pk, text=text, by=by)
    )


def _noted(
    request: HttpRequest, conversation_id: UUID, note: Callable[[UUID, Actor, datetime], object]
) -> HttpResponse:
    """Nothing on the page changes by it."""
    person = person_of(request)
    access.conversation_for(person, conversation_id)
    note(conversation_id, agent(person), timezone.now())
    return HttpResponse(status=204)


@require_POST
@login_required
def seen(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """This person has had the thread before their eyes."""
    return _noted(request, conversation_id, lambda pk, by, at: receipts.mark_seen(pk, by=by, at=at))


@require_POST
@login_required
def typing(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The customer sees "typing", where the number's policy lets them see that they are read."""
    return _noted(request, conversation_id, lambda pk, _by, at: receipts.tell_typing(pk, at=at))


@require_POST
@login_required
def unseen(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Back among this person's unread ones."""
    return _noted(
        request, conversation_id, lambda pk, by, at: receipts.mark_unseen(pk, by=by, at=at)
    )


@require_POST
@login_required
def dismiss_suggestion(
    request: HttpRequest, conversation_id: UUID, suggestion_id: UUID
) -> HttpResponse:
    """The assistant's refused text is not wanted."""
    person = person_of(request)
    access.suggestion_for(person, conversation_id, suggestion_id)
    ownership.dismiss_suggestion(
        conversation_id, suggestion_id, by=agent(person), at=timezone.now()
    )
    return shown_again(request, conversation_id)
