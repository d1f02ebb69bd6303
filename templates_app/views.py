"""The settings page of templates: the list, and reading it from Meta again."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import agent
from accounts.pages import person_of
from templates_app import access
from templates_app.actions import SyncResult, sync_organization
from templates_app.queries import templates_page


@require_GET
@login_required
def template_list(request: HttpRequest) -> HttpResponse:
    """Every template, with its state and why it cannot be sent."""
    search = request.GET.get("search", "")[:100].strip()
    page = templates_page(person_of(request), search=search)
    return render(request, "templates_app/list.html", {"page": page})


@require_POST
@login_required
def sync(request: HttpRequest) -> HttpResponse:
    """Reads Meta's list again and tells what came of it."""
    person = person_of(request)
    access.check_may_sync(person)
    by, at = agent(person), timezone.now()
    _tell(request, sync_organization(person.organization_id, by=by, at=at))
    return redirect("templates_app:list")


def _tell(request: HttpRequest, results: Iterable[SyncResult]) -> None:
    for result in results:
        if result.error:
            messages.error(request, result.error)
            continue
        sentence = ngettext("%(n)s template read.", "%(n)s templates read.", result.total)
        messages.success(request, sentence % {"n": result.total})
        if result.failed:
            sentence = ngettext(
                "%(n)s could not be understood and was left as it was.",
                "%(n)s could not be understood and were left as they were.",
                result.failed,
            )
            messages.warning(request, sentence % {"n": result.failed})
