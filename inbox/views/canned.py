"""Canned replies: offered beside the composer, and kept in the settings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission, check_may
from accounts.actors import agent
from accounts.models import Person
from accounts.pages import RefusalsIn, person_of, saved, show
from inbox import access, canned_pages
from inbox.actions import canned as actions
from inbox.forms import uuid_or_none, without_nul
from inbox.models import CannedReply
from inbox.room_forms import ReplyTextForm

# --- beside the composer ---


@require_GET
@login_required
def offers(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The replies for what was typed after the slash, filled in for this customer."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    query = without_nul(request.GET.get("q", ""))[:50]
    context = {
        "conversation_id": conversation_id,
        "offers": canned_pages.offers(person, conversation, query),
        "query": query,
    }
    return show(request, part="inbox/_canned.html", page="inbox/canned.html", context=context)


@require_POST
@login_required
def use(request: HttpRequest, conversation_id: UUID, reply_id: UUID) -> HttpResponse:
    """It was put into the box."""
    person = person_of(request)
    access.conversation_for(person, conversation_id)
    actions.note_use(access.usable_reply_for(person, reply_id).pk)
    return HttpResponse(status=204)


# --- in the settings ---


@require_GET
@login_required
def reply_list(request: HttpRequest) -> HttpResponse:
    """The replies that this person sees, by folder, with a search; what was deleted just now."""
    person = person_of(request)
    search, folder = (without_nul(request.GET.get(name, "")).strip() for name in ("q", "folder"))
    page = canned_pages.replies_page(person, search=search[:100], folder=folder)
    deleted = _deleted(person, request.GET.get("deleted", ""))
    context = {"page": page, "rows": page.rows, "deleted": deleted}
    return render(request, "settings/canned_replies.html", context)


def _deleted(person: Person, given: str) -> CannedReply | None:
    key = uuid_or_none(given)
    row = access.reply_for(person, key) if key else None
    return row if row and row.deleted_at and canned_pages.may_change(person, row) else None


@require_http_methods(["GET", "POST"])
@login_required
def new_reply(request: HttpRequest) -> HttpResponse:
    """Another reply."""
    return _reply(request, None)


@require_http_methods(["GET", "POST"])
@login_required
def one_reply(request: HttpRequest, reply_id: UUID) -> HttpResponse:
    """One reply, by those who may change it."""
    return _reply(request, _changeable(person_of(request), reply_id))


def _changeable(person: Person, reply_id: UUID) -> CannedReply:
    row = access.reply_for(person, reply_id)
    if row.owner_id is None:
        check_may(person, Permission.MANAGE_CANNED_REPLIES)
    return row


def _reply(request: HttpRequest, row: CannedReply | None) -> HttpResponse:
    person, posted = person_of(request), request.method == "POST"
    form = ReplyTextForm(request.POST if posted else None, person=person, row=row)
    looks = posted and "preview" in request.POST
    if posted and not looks and form.is_valid() and _written(form, row, by=person):
        return saved(request, "inbox:canned_replies")
    text = request.POST.get("text", "") if posted else str(form["text"].value() or "")
    context = {"form": form, "row": row, "preview": canned_pages.preview(person, text)}
    status = 422 if posted and not looks else 200
    return render(request, "settings/canned_reply.html", context, status=status)


def _written(form: ReplyTextForm, row: CannedReply | None, *, by: Person) -> bool:
    how: dict[str, Any] = {"by": agent(by), "at": timezone.now()}
    with RefusalsIn(form):
        if row is None:
            actions.create_reply(by.organization_id, form.reply(), **how)
        else:
            actions.change_reply(row.pk, form.reply(), **how)
    return not form.errors


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """The text as a customer would get it; what is no variable is underlined."""
    text = without_nul(request.POST.get("text", ""))[:8192]
    context = {"preview": canned_pages.preview(person_of(request), text)}
    return render(request, "settings/_canned_preview.html", context)


@require_POST
@login_required
def remove(request: HttpRequest, reply_id: UUID) -> HttpResponse:
    """Nobody is offered it any more; the list says so, with Undo."""
    person = person_of(request)
    row = _changeable(person, reply_id)
    actions.delete_reply(row.pk, by=agent(person), at=timezone.now())
    return redirect(f"/settings/canned-replies/?deleted={row.pk}")


@require_POST
@login_required
def restore(request: HttpRequest, reply_id: UUID) -> HttpResponse:
    """Undo: it is there again."""
    person = person_of(request)
    row = _changeable(person, reply_id)
    actions.restore_reply(row.pk, by=agent(person), at=timezone.now())
    messages.success(request, _("“%(title)s” is there again.") % {"title": row.title})
    return redirect("inbox:canned_replies")
