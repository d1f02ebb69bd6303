"""A note for the team."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actors import agent
from accounts.pages import person_of, show
from accounts.refusals import Refused
from inbox import access
from inbox.actions.notes import add_note
from inbox.forms import NoteForm
from inbox.models import Conversation
from inbox.views.threads import shown_again


@require_http_methods(["GET", "POST"])
@login_required
def note(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The box for a note; posted, it stands in the thread, for people of ours alone."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    if request.method != "POST":
        return _show(request, conversation)
    form = NoteForm(request.POST)
    try:
        add_note(
            conversation_id,
            body=form.text,
            by=agent(person),
            at=timezone.now(),
            token=form.token,
        )
    except Refused as refusal:
        return _show(request, conversation, refusal, typed=form.text)
    return shown_again(request, conversation_id)


def _show(
    request: HttpRequest,
    conversation: Conversation,
    refusal: Refused | None = None,
    *,
    typed: str = "",
) -> HttpResponse:
    context = {
        "conversation_id": conversation.pk,
        "refusal": refusal,
        "typed": typed,
        "form_token": uuid4(),
    }
    status = refusal.status if refusal else 200
    return show(
        request,
        part="inbox/_note.html",
        page="inbox/note.html",
        context=context,
        status=status,
    )
