"""What a body asks to be sent, and to whom: refused, or queued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.api import idempotency
from accounts.api.finding import check_service, sending_number
from accounts.api.requests import Caller, caller_of
from accounts.models import ApiKey, PhoneNumber
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions import guards as guarding
from inbox.actions import scheduling, sending
from inbox.actions.conversations import conversation_with
from inbox.actions.guards import Guards
from inbox.actions.reacting import react
from inbox.actions.scheduling import Later
from inbox.actions.threads import locked
from inbox.api.bodies import (
    CommonIn,
    ContentIn,
    MessageIn,
    Receiver,
    TemplateIn,
    TemplateMessageIn,
    TextIn,
    TextMessageIn,
)
from inbox.api.contents import (
    Built,
    Content,
    FileContent,
    InteractiveContent,
    RawContent,
    ReactionContent,
)
from inbox.api.files import bring, outgoing_file, with_our_files
from inbox.api.finding import check_reaches, conversation_of, message_of, named
from inbox.api.outcomes import (
    suggestions,
)
from inbox.api.typed_bodies import ReactionMessageIn, Typed
from inbox.models import Conversation, Media, Message
from inbox.outgoing import Outgoing
from inbox.schedule import PAST_ALLOWED, IfChanged, IfClosed
from inbox.template_files import with_files
from templates_app.queries import compiled, template_by

ToSomebody = MessageIn | TextMessageIn | TemplateMessageIn | Typed
Given = TextIn | TemplateIn | Content


def send_to(
    caller: Caller, body: ToSomebody, *, at: datetime, brought: Media | None = None
) -> Message:
    """Queues a message for a receiver or into a conversation. brought: see `files.bring`."""
    if isinstance(body, ReactionMessageIn) and body.to is None and body.conversation_id is None:
        target = message_of(caller.key, body.message_id)
        return send_into(caller, target.conversation_id, body, body.content, at=at)
    check_either(body.to, body.conversation_id, name="conversation_id")
    if body.conversation_id is not None:
        conversation = conversation_of(caller.key, str(body.conversation_id))
        _check_number(caller.key, body.sender, conversation)
    else:
        number = sending_number(caller.key, body.sender)
        conversation = conversation_with(
            number,
            to=body.to or "",
            country_code=body.country_code,
            at=at,
            name=_name_of(body),
        )
        check_reaches(caller.key, conversation, at=at)
    return send_into(caller, conversation.pk, body, body.content, at=at, brought=brought)


def check_either(to: str | None, other: UUID | None, *, name: str) -> None:
    """Refuses: VALIDATION_ERROR (to) for both ways to name a receiver, and for none."""
    if (to is None) == (other is None):
        raise Refused(
            "VALIDATION_ERROR",
            _("Give either `to` or `%(name)s`.") % {"name": name},
            field="to",
            detail="conflict" if to else "required",
        )


def _check_number(key: ApiKey, name: str | None, conversation: Conversation) -> None:
    if name is not None and sending_number(key, name).pk != conversation.phone_number_id:
        raise Refused(
            "VALIDATION_ERROR",
            _("This conversation belongs to another number."),
            field="from",
            detail="conflict",
        )


def _name_of(body: ToSomebody) -> str:
    return given_name(body.contact) or body.customer_name or ""


def given_name(given: Mapping[str, Any] | None) -> str:
    """The name of `contact`, "" for none. Refuses: VALIDATION_ERROR for anything else in it."""
    contact = dict(given or {})
    name = contact.pop("name", None) or ""
    if contact or not isinstance(name, str):
        raise Refused(
            "VALIDATION_ERROR",
            _("Of a contact only the name can be given here, as text."),
            field="contact",
            detail="unsupported",
        )
    return name


def send_into(
    caller: Caller,
    conversation_id: UUID,
    body: CommonIn,
    content: Callable[[], Given],
    *,
    at: datetime,
    brought: Media | None = None,
) -> Message:
    """Queues a message in a conversation the caller may see, in the contract's order of checks."""
    check_service(caller.key)
    conversation = locked(conversation_id)
    guarding.number_active(conversation)
    guarding.not_blocked(conversation)
    later = _later(body, at=at)
    how: dict[str, Any] = {
        "by": caller.actor,
        "at": at,
        "guards": _guards(caller, body),
        "reply_to": _quoted(conversation, body.reply_to),
        "reference": body.reference,
    }
    given = content()
    try:
        if isinstance(given, ReactionContent):
            if later is not None:
                raise Refused(
                    "VALIDATION_ERROR",
                    _("A reaction cannot be scheduled."),
                    field="scheduled_at",
                    detail="unsupported",
                )
            return _react(caller, conversation, body, given, at=at)
        wanted = outgoing_of(given, conversation.phone_number, caller, brought)
        if later is None:
            return sending.send(conversation_id, wanted, **how)
        fallback = body.fallback_template
        number = conversation.phone_number
        instead = outgoing_of(fallback, number, caller, brought) if fallback else None
        return _schedule(conversation, wanted, body, later, instead, how)
    except Refused as refusal:
        if refusal.code == "SESSION_EXPIRED":
            refusal.data["suggested_templates"] = suggestions(conversation.phone_number)
        raise


def _react(
    caller: Caller,
    conversation: Conversation,
    body: CommonIn,
    given: ReactionContent,
    *,
    at: datetime,
) -> Message:
    if body.reply_to is not None:
        raise Refused(
            "VALIDATION_ERROR",
            _("A reaction quotes nothing."),
            field="reply_to",
            detail="not_allowed",
        )
    target = Message.objects.filter(named(given.message_id), conversation=conversation).first()
    if target is None:
        raise Refused(
            "VALIDATION_ERROR",
            _("This message is not in this conversation."),
            field="reaction.message_id",
        )
    return react(
        conversation.pk,
        target.pk,
        given.emoji,
        by=caller.actor,
        at=at,
        guards=_guards(caller, body),
        reference=body.reference,
    )


def outgoing_of(
    content: Given, number: PhoneNumber, caller: Caller, brought: Media | None = None
) -> Outgoing:
    """What goes out from this number.

    Refuses: VALIDATION_ERROR; TEMPLATE_NOT_FOUND, TEMPLATE_PARAMETER_MISMATCH; INSUFFICIENT_SCOPE
    (raw); MEDIA_NOT_FOUND, MEDIA_NOT_READY, MEDIA_TYPE_UNSUPPORTED, MEDIA_TOO_LARGE.
    """
    match content:
        case TextIn():
            return outgoing.text(content.body, preview_url=content.preview_url)
        case TemplateIn():
            return _template(content, number)
        case FileContent():
            return outgoing_file(caller.key, content, brought)
        case InteractiveContent(given):
            return outgoing.interactive(with_our_files(caller.key, given))
        case Built(make):
            return make()
        case RawContent(payload, version):
            return _raw(caller, number, payload, version)
        case _:
            raise TypeError(f"{type(content)} is no content of a message")


def _raw(caller: Caller, number: PhoneNumber, payload: str, version: str) -> Outgoing:
    """Meta's own JSON; a template in it is one that may be sent, and stops at an opt-out."""
    caller.check("messages:send_raw")
    made = outgoing.raw(payload, version=version)
    if made.free_form:
        return made
    template = template_by(
        number.account,
        name=made.template_name,
        language=made.template_language,
        key="",
    )
    return replace(made, template_category=template.category)


def _template(content: TemplateIn, number: PhoneNumber) -> Outgoing:
    template = template_by(
        number.account,
        name=content.name,
        language=content.language,
        key=content.key,
    )
    made = compiled(template, content.values())
    made = with_files(made, organization_id=number.organization_id)
    return outgoing.template(made, category=template.category)


def _guards(caller: Caller, body: CommonIn) -> Guards:
    is_ai = caller.key.kind == "ai"
    if is_ai and body.owner_epoch is None:
        raise Refused(
            "VALIDATION_ERROR",
            _("A key of kind ai gives the owner_epoch it computed under."),
            field="owner_epoch",
            detail="required",
        )
    if is_ai and body.force:
        raise Refused(
            "VALIDATION_ERROR", _("`force` is for people."), field="force", detail="not_allowed"
        )
    return Guards(
        expected_last_inbound_id=body.expected_last_inbound_id,
        force=body.force,
        owner_epoch=body.owner_epoch if is_ai else None,
        turn_id=body.turn_id if is_ai else None,
    )


def _later(body: CommonIn, *, at: datetime) -> datetime | None:
    """When it is to go out; None for now, also where that was up to a minute ago."""
    wanted = body.scheduled_at
    if wanted is None:
        if body.if_window_closed is not None or body.fallback_template is not None:
            raise Refused(
                "VALIDATION_ERROR",
                _("Only for what is scheduled: give `scheduled_at` as well."),
                field="scheduled_at",
                detail="required",
            )
        return None
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=at.tzinfo)
    return None if at - PAST_ALLOWED <= wanted <= at else wanted


def _schedule(
    conversation: Conversation,
    wanted: Outgoing,
    body: CommonIn,
    moment: datetime,
    instead: Outgoing | None,
    how: dict[str, Any],
) -> Message:
    """A guard that was given counts at the time as well: what it does not allow fails then."""
    guarded = body.expected_last_inbound_id is not None and not body.force
    plan = Later(
        moment,
        IfClosed(body.if_window_closed or "fail"),
        IfChanged.FAIL if guarded else IfChanged.SEND,
        instead,
    )
    return scheduling.schedule(conversation.pk, wanted, plan, **how)


def _quoted(conversation: Conversation, name: str | None) -> UUID | None:
    if name is None:
        return None
    found = Message.objects.filter(named(name), conversation=conversation).first()
    if found is None:
        raise Refused(
            "VALIDATION_ERROR",
            _("The quoted message is not in this conversation."),
            field="reply_to",
        )
    return found.pk


def brought_by(request: HttpRequest, body: ToSomebody | ContentIn, name: str = "") -> Media | None:
    """The file behind a link of a body, fetched before any row is locked; None where there is none.

    name: of the conversation, where the path says it. A repeated request fetches nothing.
    Refuses: as `files.bring`; NOT_FOUND, NUMBER_NOT_ALLOWED.
    """
    caller = caller_of(request)

    def number() -> PhoneNumber:
        if isinstance(body, Receiver):
            check_either(body.to, body.conversation_id, name="conversation_id")
            if body.conversation_id is None:
                return sending_number(caller.key, body.sender)
            return conversation_of(caller.key, str(body.conversation_id)).phone_number
        return conversation_of(caller.key, name).phone_number

    return brought_for(request, body.content(), number)


def brought_for(
    request: HttpRequest, content: Given, number: Callable[[], PhoneNumber]
) -> Media | None:
    """The same for content that goes out from this number. Refuses: as `files.bring`."""
    if not isinstance(content, FileContent) or not (content.link or content.kind == "voice"):
        return None
    asked = idempotency.asked_by(request)
    if asked is not None and idempotency.known(asked) is not None:
        return None
    caller = caller_of(request)
    check_service(caller.key)
    return bring(caller, content, number(), at=timezone.now())
