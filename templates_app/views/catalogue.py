"""The list of templates, reading it from Meta again, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission, person_required
from accounts.actors import agent
from accounts.events import last_seq
from accounts.pages import Told, person_of, show
from accounts.refusals import Refused
from templates_app import access, actions, queries
from templates_app.actions import SyncResult, sync_organization
from templates_app.queries.catalogue import FILTERS


@require_GET
@login_required
def template_list(request: HttpRequest) -> HttpResponse:
    """Every template, with its state and why it cannot be sent."""
    person = person_of(request)
    search = request.GET.get("search", "").replace("\0", "")[:100].strip()
    wanted = {name: request.GET.get(name, "").replace("\0", "")[:64] for name in FILTERS}
    context = {
        "page": queries.templates_page(person, search=search, wanted=wanted),
        "drafts": queries.draft_rows(person) if access.may_manage(person) else (),
    }
    part = "templates_app/_list.html"
    return show(request, part=part, page="templates_app/list.html", context=context)


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


@require_GET
@login_required
def template_page(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """One template: preview, languages, history, why it cannot be sent, where it was."""
    person = person_of(request)
    seq = last_seq(person.organization_id)
    template = access.template_for(person, template_id)
    details = queries.template_details(template, person=person, at=timezone.now())
    context = {"details": details, "seq": seq}
    part = "templates_app/_details.html"
    return show(request, part=part, page="templates_app/details.html", context=context)


@require_http_methods(["GET", "POST"])
@person_required(Permission.MANAGE_TEMPLATES)
def delete(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Asks once, for this language or all; then deletes at Meta, and here."""
    person = person_of(request)
    template = access.template_for(person, template_id)
    details = queries.template_details(template, person=person, at=timezone.now())
    context = {"details": details, "refusal": None}
    if request.method == "GET":
        return render(request, "templates_app/delete.html", context)
    everything = request.POST.get("which") == "all"
    try:
        gone = actions.delete_template(
            template, all_languages=everything, by=agent(person), at=timezone.now()
        )
    except Refused as refusal:
        return render(
            request, "templates_app/delete.html", context | {"refusal": refusal}, status=422
        )
    sentence = ngettext("Deleted: %(name)s.", "Deleted: %(name)s in %(n)s languages.", gone)
    messages.success(request, sentence % {"name": template.name, "n": gone})
    return redirect("templates_app:list")


@require_POST
@person_required(Permission.MANAGE_TEMPLATES)
def unpause(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Asks Meta to let a paused template go on."""
    person = person_of(request)
    template = access.template_for(person, template_id)
    with Told(request, _("Meta was asked. The status changes here when it answers.")):
        actions.unpause_template(template, by=agent(person), at=timezone.now())
    return redirect("templates_app:template", template_id)
