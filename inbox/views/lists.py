"""The list pane, the empty inbox, and the personal marks that a push does not carry."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.pages import person_of, show
from inbox import queries
from inbox.forms import uuid_or_none, without_nul
from inbox.queries import Wanted


def wanted(request: HttpRequest) -> Wanted:
    """Which list the URL asks for."""
    return Wanted(
        view=request.GET.get("view", "open"),
        search=without_nul(request.GET.get("search", ""))[:100].strip(),
        cursor=request.GET.get("cursor", ""),
    )


@require_GET
@login_required
def conversation_list(request: HttpRequest) -> HttpResponse:
    """The inbox without an open thread; to htmx the list alone, or more rows of it."""
    page = queries.list_page(person_of(request), wanted(request), at=timezone.now())
    part = "inbox/_more_rows.html" if request.GET.get("cursor") else "inbox/_list.html"
    return show(request, part=part, page="inbox/list.html", context={"page": page, "thread": None})


@require_GET
@login_required
def marks(request: HttpRequest) -> HttpResponse:
    """Fragments of what is this person's own: unread marks, counts, which rows enter and leave."""
    have = {one for one in map(uuid_or_none, request.GET.get("have", "").split(",")) if one}
    found = queries.marks(person_of(request), wanted(request), have, at=timezone.now())
    context = {
        "rows": found.entered,
        "gone": found.left,
        "unread_pairs": found.unread,
        "tabs": found.tabs,
        "unread_total": found.total,
    }
    return render(request, "inbox/_marks.html", context)
