"""The dialogs of the composer, and reactions: each a page of its own without scripts."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import agent
from accounts.pages import person_of, show
from accounts.refusals import Refused
from inbox import access, contact_pages
from inbox.actions import sending
from inbox.actions.guards import Guards
from inbox.actions.reacting import react
from inbox.compose_base import ComposeForm
from inbox.compose_forms import FORMS, ReactionForm
from inbox.forms import ContactSearchForm, first_error, uuid_or_none, without_nul
from inbox.models import Conversation
from inbox.views.sending import FORCEABLE, sent


@require_GET
@login_required
def form(request: HttpRequest, conversation_id: UUID, kind: str) -> HttpResponse:
    """An empty dialog; of a contact card with somebody's facts in it, when they were chosen."""
    person = person_of(request)
    conversation = access.conversation_for(person, conversation_id)
    chosen = uuid_or_none(request.GET.get("contact", ""))
    facts = contact_pages.card_facts(access.contact_for(person, chosen)) if chosen else {}
    return _show(request, conversation, _form_of(kind)(initial=facts))


def _form_of(kind: str) -> type[ComposeForm]:
    if kind not in FORMS:
        raise Http404
    return FORMS[kind]


def _show(
    request: HttpRequest,
    conversation: Conversation,
    compose: ComposeForm,
    *,
    refusal: Refused | None = None,
) -> HttpResponse:
    searching = ContactSearchForm(request.GET)
    search = searching.cleaned_data["search"] if searching.is_valid() else ""
    context = {
        "compose": compose,
        "conversation_id": conversation.pk,
        "form_token": uuid4(),
        "refusal": refusal,
        "may_force": refusal is not None and refusal.code in FORCEABLE,
        "search": search,
        "people": contact_pages.people_found(
            person_of(request), search=without_nul(search), at=timezone.now()
        )
        if search and compose.kind == "contact"
        else (),
    }
    status = refusal.status if refusal else 422 if compose.errors else 200
    return show(
        request,
        part="inbox/compose/_form.html",
        page="inbox/compose/form.html",
        context=context,
        status=status,
    )


@require_POST
@login_required
def post(request: HttpRequest, conversation_id: UUID, kind: str) -> HttpResponse:
    """Sends what the dialog says. A mistake is told at its field; nothing is sent."""
    person, at = person_of(request), timezone.now()
    conversation = access.conversation_for(person, conversation_id)
    compose = _form_of(kind)(request.POST)
    if not compose.is_valid():
        return _show(request, conversation, compose)
    try:
        message = sending.send(
            conversation_id,
            compose.outgoing(),
            by=agent(person),
            at=at,
            guards=compose.guards(),
            reply_to=compose.reply_to_id,
            undo_s=person.undo_seconds,
        )
    except Refused as refusal:
        return _show(request, conversation, compose, refusal=refusal)
    return sent(request, message)


def compose(request: HttpRequest, conversation_id: UUID, kind: str) -> HttpResponse:
    """One address: the dialog, and what it posts."""
    return (post if request.method == "POST" else form)(request, conversation_id, kind)


@require_POST
@login_required
def reaction(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """An emoji below a message, in the place of ours before; none takes it back."""
    person = person_of(request)
    target = access.message_for(person, conversation_id, message_id)
    given = ReactionForm(request.POST)
    if not given.is_valid():
        raise first_error(given)
    react(
        conversation_id,
        message_id,
        given.cleaned_data["emoji"].strip(),
        by=agent(person),
        at=timezone.now(),
        guards=Guards(form_token=given.cleaned_data["form_token"]),
    )
    return sent(request, target)
