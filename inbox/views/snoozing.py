"""Putting a conversation aside until a time."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actors import agent
from accounts.pages import person_of, show
from accounts.refusals import Refused
from inbox import access
from inbox.actions import snoozing
from inbox.forms import first_error
from inbox.models import Conversation
from inbox.snooze_page import SnoozeForm, snooze_page
from inbox.views.threads import shown_again


@require_http_methods(["GET", "POST"])
@login_required
def snooze(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The times to choose from; posted with one of them, it is out of the way until then."""
    conversation = access.conversation_for(person_of(request), conversation_id)
    if request.method != "POST":
        return _show(request, conversation)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return _show(request, conversation, first_error(form))
    try:
        _snooze(request, conversation_id, form)
    except Refused as refusal:
        fresh = access.conversation_for(person_of(request), conversation_id)
        return _show(request, fresh, refusal)
    return shown_again(request, conversation_id)


def _snooze(request: HttpRequest, conversation_id: UUID, form: SnoozeForm) -> None:
    at = timezone.now()
    snoozing.snooze_conversation(
        conversation_id,
        until=form.when(timezone.localtime(at)),
        by=agent(person_of(request)),
        at=at,
        expected_version=form.cleaned_data["expected_version"],
    )


def _show(
    request: HttpRequest, conversation: Conversation, refusal: Refused | None = None
) -> HttpResponse:
    zone, typed = person_of(request).zone, request.POST.get("moment", "")
    page = snooze_page(conversation, at=timezone.now(), zone=zone, moment=typed)
    return show(
        request,
        part="inbox/_snooze.html",
        page="inbox/snooze.html",
        context={"snooze": page, "refusal": refusal},
        status=refusal.status if refusal else 200,
    )
