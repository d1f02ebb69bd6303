"""Files: their bytes, to those who may see their conversation; the gallery; fetching again."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.actors import agent
from accounts.pages import person_of, show, wants_part
from inbox import access, gallery, media_files, presentation, queries
from inbox.actions.media import retry_fetch


@require_safe
@login_required
def file(request: HttpRequest, media_id: UUID) -> HttpResponseBase:
    """The bytes of a file, or a range of them; never active content inline."""
    return media_files.original(request, access.media_for(person_of(request), media_id))


@require_safe
@login_required
def thumbnail(request: HttpRequest, media_id: UUID) -> HttpResponseBase:
    """The small picture of a file; 404 where none could be made."""
    return media_files.thumbnail(access.media_for(person_of(request), media_id))


@require_GET
@login_required
def gallery_page(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """All pictures, documents or links of a thread; to htmx the next ones."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    shape = gallery.page(
        conversation,
        queries.variant_of(person),
        name=presentation.name_of(conversation),
        tab=request.GET.get("tab", "media"),
        before=request.GET.get("before", ""),
    )
    context = {"gallery": shape}
    return show(
        request, part="inbox/_gallery_items.html", page="inbox/gallery.html", context=context
    )


@require_POST
@login_required
def retry(request: HttpRequest, conversation_id: UUID, media_id: UUID) -> HttpResponse:
    """Asks Meta for a file once more, now."""
    person = person_of(request)
    access.file_of(person, conversation_id, media_id)
    message = retry_fetch(media_id, by=agent(person))
    if not wants_part(request):
        thread = reverse("inbox:thread", args=[conversation_id])
        return HttpResponseRedirect(f"{thread}#m-{message.pk}")
    view = queries.bubble(message.pk, queries.variant_of(person), at=timezone.now())
    return render(request, "inbox/_sent.html", {"message": view})
