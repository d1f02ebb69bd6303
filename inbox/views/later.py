"""Messages for later: scheduling one, sending it sooner, editing what has not left."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import agent
from accounts.models import Person
from accounts.pages import person_of, show
from accounts.refusals import Refused
from inbox import access, composing, later_page, picking
from inbox.actions import rewriting, scheduling
from inbox.actions.scheduling import Later
from inbox.forms import LaterForm, WaitingForm, first_error, uuid_or_none
from inbox.message_status import WAITING
from inbox.models import Conversation, Message
from inbox.outgoing import Outgoing
from inbox.schedule import IfChanged, IfClosed
from inbox.views.sending import FORCEABLE, not_sent, sent
from inbox.views.threads import shown_again

TYPED = ("text", "preview_url", "moment", "if_changed", "closed", "reply_to", "last_seen")


@require_http_methods(["GET", "POST"])
@login_required
def later(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The times and fallbacks to choose from; posted with one of them, it waits for its time.

    Posted without a time, what stands in the composer or the picker comes along.
    """
    conversation = access.conversation_for(person_of(request), conversation_id)
    if "at" not in request.POST:
        return _show_later(request, conversation)
    form = LaterForm(request.POST)
    if not form.is_valid():
        return _show_later(request, conversation, first_error(form))
    try:
        _schedule(request, conversation, form)
    except Refused as refusal:
        return _show_later(request, conversation, refusal)
    return shown_again(request, conversation_id)


def _schedule(request: HttpRequest, conversation: Conversation, form: LaterForm) -> None:
    person, at = person_of(request), timezone.now()
    scheduling.schedule_all(
        conversation.pk,
        _parts(person, conversation, form),
        _later(person, conversation, form, at=at),
        by=agent(person),
        at=at,
        guards=form.guards(),
        reply_to=form.reply_to_id,
    )


def _later(person: Person, conversation: Conversation, form: LaterForm, *, at: datetime) -> Later:
    moment = form.when(timezone.localtime(at))
    if_changed = IfChanged(form.cleaned_data["if_changed"])
    if form.fallback_id:
        instead = picking.outgoing_template(conversation, form.fallback_id, {}, zone=person.zone)
        return Later(moment, IfClosed.TEMPLATE, if_changed, instead)
    fails = form.cleaned_data["closed"] == "fail"
    return Later(moment, IfClosed.FAIL if fails else IfClosed.HOLD, if_changed)


def _parts(person: Person, conversation: Conversation, form: LaterForm) -> list[Outgoing]:
    """What is to go: the template, or the files with the text."""
    template = form.cleaned_data["template"]
    if template:
        return [picking.outgoing_template(conversation, template, form.values(), zone=person.zone)]
    files = [access.attachment_for(person, conversation.pk, one) for one in form.attachment_ids]
    return composing.messages_of(
        form.text_given, files, form.captions(), preview_url=form.cleaned_data["preview_url"]
    )


def _show_later(
    request: HttpRequest, conversation: Conversation, refusal: Refused | None = None
) -> HttpResponse:
    person = person_of(request)
    given = request.POST if request.method == "POST" else request.GET
    form = LaterForm(given)
    template = uuid_or_none(given.get("template", ""))
    page = later_page.later_page(
        conversation,
        {name: given[name] for name in TYPED if name in given},
        goes=later_page.Goes(
            template=template,
            values=form.values() if template else {},
            files=[access.attachment_for(person, conversation.pk, n) for n in form.attachment_ids],
            captions=form.captions(),
        ),
        at=timezone.now(),
        zone=person.zone,
        refusal=refusal,
        may_force=refusal is not None and refusal.code in FORCEABLE,
    )
    return show(
        request,
        part="inbox/_later.html",
        page="inbox/later.html",
        context={"later": page, "form_token": uuid4()},
        status=refusal.status if refusal else 200,
    )


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """Another text, and another time, for what has not left yet."""
    message = access.message_for(person_of(request), conversation_id, message_id)
    if request.method != "POST":
        return _show_edit(request, message)
    form = WaitingForm(request.POST)
    if not form.is_valid():
        return _show_edit(request, message, first_error(form))
    try:
        edited = _edited(request, message, form)
    except Refused as refusal:
        return _show_edit(request, message, refusal)
    return sent(request, edited)


def _edited(request: HttpRequest, message: Message, form: WaitingForm) -> Message:
    """Files and templates can have another time only."""
    by, at = agent(person_of(request)), timezone.now()
    moment = form.cleaned_data["moment"]
    if message.type != "text":
        if moment is None:
            raise Refused("VALIDATION_ERROR", _("Choose a day and a time."), field="moment")
        return scheduling.reschedule(message.pk, scheduled_at=moment, by=by, at=at)
    return rewriting.rewrite(
        message.pk, text=form.cleaned_data["text"], moment=moment, by=by, at=at
    )


def _show_edit(
    request: HttpRequest, message: Message, refusal: Refused | None = None
) -> HttpResponse:
    typed = request.POST.get("text", "")
    page = later_page.waiting_page(
        message, at=timezone.now(), zone=person_of(request).zone, typed=typed, refusal=refusal
    )
    return show(
        request,
        part="inbox/_edit_waiting.html",
        page="inbox/edit_waiting.html",
        context={"edited": page, "can_edit": message.status in WAITING},
        status=refusal.status if refusal else 200,
    )


@require_POST
@login_required
def send_now(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """What waits goes out at once; who sends it answers."""
    person = person_of(request)
    access.message_for(person, conversation_id, message_id)
    try:
        scheduling.send_now(message_id, by=agent(person), at=timezone.now())
    except Refused as refusal:
        return not_sent(request, conversation_id, refusal)
    return shown_again(request, conversation_id)
