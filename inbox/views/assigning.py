"""Giving a conversation to a person or a team."""

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
from inbox.actions import assigning
from inbox.assign_page import AssignForm
from inbox.models import Conversation
from inbox.views.threads import shown_again


@require_http_methods(["GET", "POST"])
@login_required
def assign(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Whom it can be given to; posted, it is theirs, and may be out of this person's sight."""
    conversation = access.conversation_for(person_of(request), conversation_id)
    if request.method != "POST":
        return _show(request, conversation, AssignForm.about(conversation))
    form = AssignForm.about(conversation, request.POST)
    if not form.is_valid():
        return _show(request, conversation, form, status=422)
    try:
        _assign(request, conversation_id, form)
    except Refused as refusal:
        fresh = AssignForm.about(access.conversation_for(person_of(request), conversation_id))
        return _show(request, conversation, fresh, refusal=refusal, status=refusal.status)
    return shown_again(request, conversation_id)


def _assign(request: HttpRequest, conversation_id: UUID, form: AssignForm) -> None:
    given = form.cleaned_data
    assigning.assign(
        conversation_id,
        person=given["person"],
        team=given["team"],
        why=form.reason,
        by=agent(person_of(request)),
        at=timezone.now(),
        expected_version=given["expected_version"],
    )


def _show(
    request: HttpRequest,
    conversation: Conversation,
    form: AssignForm,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    return show(
        request,
        part="inbox/_assign.html",
        page="inbox/assign.html",
        context={
            "form": form,
            "conversation_id": conversation.pk,
            "refusal": refusal,
            "is_limited": access.is_limited(person_of(request)),
        },
        status=status,
    )
