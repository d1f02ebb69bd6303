"""From rows to shapes: what a viewer of one language and zone sees. No queries here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Event, NumberStatus
from inbox import ownership, wording
from inbox.media_presentation import media_view
from inbox.message_status import Status
from inbox.models import Conversation, Message, Suggestion
from inbox.ownership import OwnerState
from inbox.shapes import (
    ComposerState,
    ContactPanel,
    EventLine,
    Failure,
    Header,
    MessageView,
    Quote,
    Row,
    SuggestionView,
    Variant,
)
from whatsapp.phone import display

_EMOJI = re.compile(
    r"[\u200d\ufe0f\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)


def order_of(at: datetime, row_id: UUID) -> str:
    """Fixed-length key: Meta's time, then arrival. Logs sort it up, lists sort it down."""
    return f"{int(at.timestamp() * 1000):015d}-{row_id.hex}"


def name_of(conversation: Conversation) -> str:
    """What the list calls the customer, or the group."""
    if conversation.contact is None:
        return _("Group")
    contact = conversation.contact
    named = contact.name or contact.profile_name or contact.username
    return contact.shown_name if named else display(contact.phone or "") or contact.shown_name


def row(
    conversation: Conversation,
    last: Message | None,
    variant: Variant,
    *,
    at: datetime,
    several_numbers: bool,
) -> Row:
    """One line of the list. last: its newest message, if there is one."""
    name = name_of(conversation)
    kind = conversation.last_message_type
    when = conversation.last_message_at
    return Row(
        id=conversation.pk,
        order=order_of(conversation.last_activity_at, conversation.pk),
        name=name,
        initials=wording.initials(name),
        number=conversation.phone_number.short_name if several_numbers else "",
        preview=conversation.last_message_preview
        or (wording.kind_label(kind) if kind else _("No messages yet")),
        preview_icon=wording.KIND_ICONS.get(kind, ""),
        direction=conversation.last_message_direction,
        tick=wording.tick(last, zone=variant.zone) if last else None,
        at=when,
        time=wording.row_time(when, variant.zone, now=at),
        exact_time=wording.exact_time(when, variant.zone),
        window=wording.window_chip(conversation.pk, conversation.window, at=at),
        owner=wording.owner_chip(conversation),
        ai=conversation.ownership.state is OwnerState.AI,
        status=conversation.status,
    )


def message_view(message: Message, variant: Variant, *, at: datetime) -> MessageView:
    """One bubble. The message comes with reply_to, media and reactions."""
    content = message.content
    local = wording.local(message.at, variant.zone)
    text = "" if message.deleted_at else str(content.get("body") or "")
    media = getattr(message, "media", None)
    return MessageView(
        id=message.pk,
        order=order_of(message.at, message.pk),
        day=local.date().isoformat(),
        day_label=wording.day_label(local.date(), today=wording.local(at, variant.zone).date()),
        kind=message.type,
        look=message.sender_type,
        outbound=message.direction == "outbound",
        sender_name=_sender(message),
        via=_via(message),
        text=text,
        header=str(content.get("header") or ""),
        footer=str(content.get("footer") or ""),
        buttons=tuple(str(button.get("text", "")) for button in content.get("buttons") or ()),
        template=message.template_name,
        media=media_view(media) if media and not message.deleted_at else None,
        details=message.details,
        quote=_quote(message),
        reactions=tuple(one.emoji for one in message.reactions.all() if one.emoji),
        forwarded=message.forwarded,
        edited=message.edited_at is not None,
        deleted=message.deleted_at is not None,
        arrived_late=message.arrived_late,
        placeholder=_placeholder(message),
        only_emoji=bool(text) and len(text) <= 24 and not _EMOJI.sub("", text).strip(),
        at=message.at,
        time=wording.clock(message.at, variant.zone),
        exact_time=wording.exact_time(message.at, variant.zone),
        tick=wording.tick(message, zone=variant.zone),
        failure=failure(message),
        unconfirmed=message.status == Status.UNCONFIRMED,
        conversation_id=message.conversation_id,
        token=str(message.form_token or ""),
    )


def _sender(message: Message) -> str:
    if message.sender_type == "ai":
        return message.sender_name or _("Assistant")
    return message.sender_name


def _via(message: Message) -> str:
    match message.sender_type:
        case "api":
            return _("via API")
        case "device":
            return _("from the phone")
        case "campaign":
            return _("Campaign")
        case _:
            return ""


def _quote(message: Message) -> Quote | None:
    if not message.reply_to_wamid:
        return None
    target = message.reply_to
    if target is None:
        return Quote("", _("An earlier message"), "")
    text = str(target.content.get("body") or wording.kind_label(target.type))
    return Quote(target.sender_name, text[:120], f"#m-{target.pk}")


def _placeholder(message: Message) -> str:
    if message.deleted_at is not None:
        return _("This message was deleted.")
    if message.type == "unsupported":
        what = (message.details.get("unsupported") or {}).get("unsupported_type") or ""
        if what == "edit":
            return _("The customer edited an earlier message. The new text cannot be shown here.")
        if what:
            return _("The customer sent something that cannot be shown here (%(kind)s).") % {
                "kind": what
            }
        return _("The customer sent something that cannot be shown here. Ask for it another way.")
    if message.type in ("edit", "revoke"):
        return wording.kind_label(message.type)
    return ""


def failure(message: Message) -> Failure | None:
    """Why it did not go and what to do; None when it did, or is still under way."""
    retried = bool(message.retries.all())
    if message.status == Status.UNCONFIRMED:
        return Failure(
            _("Not confirmed"),
            _("We don't know whether this arrived."),
            _("It was sent again.")
            if retried
            else _("Check with the customer, or send it again: it may arrive twice."),
            can_retry=not retried,
        )
    if message.status != Status.FAILED or message.failure is None:
        return None
    steps = {
        "template": _("Send a template instead."),
        "other_way": _("Try another way to reach this customer."),
        "choose_template": _("Choose another template or check its values."),
        "edit": _("Change the message and send it again."),
        "wait": _("Wait until the customer writes."),
        "admin": _("An admin has to look at this number."),
        "retry": _("Try again in a moment."),
    }
    step = str(message.failure.get("next_step") or "")
    return Failure(
        _("Not delivered"),
        str(message.failure.get("message") or ""),
        _("It was sent again.") if retried else steps.get(step, ""),
        can_retry=not retried and step in ("retry", "admin", "edit"),
    )


def event_line(event: Event, variant: Variant, *, at: datetime) -> EventLine | None:
    """The timeline's sentence for an event; None for one that is told otherwise."""
    told = _sentence(event)
    if told is None:
        return None
    text, icon = told
    local = wording.local(event.at, variant.zone)
    return EventLine(
        id=event.pk,
        order=order_of(event.at, event.pk),
        day=local.date().isoformat(),
        day_label=wording.day_label(local.date(), today=wording.local(at, variant.zone).date()),
        text=text,
        why=reason_text(str(event.data.get("reason") or "")),
        icon=icon,
        at=event.at,
        time=wording.clock(event.at, variant.zone),
        conversation_id=event.conversation,
    )


def _sentence(event: Event) -> tuple[str, str] | None:
    who = event.actor_name or _("Somebody")
    match event.kind:
        case "conversation.owner_changed":
            return _owner_sentence(event, who)
        case "conversation.status_changed":
            if event.data.get("status") == "closed":
                return _("%(who)s closed the conversation") % {"who": who}, "check"
            return _("%(who)s reopened the conversation") % {"who": who}, "rotate-ccw"
        case "conversation.window_closed":
            return _("WhatsApp says the 24-hour window is closed"), "lock"
        case "conversation.routed":
            return _routed_sentence(event)
        case "contact.identity_changed":
            return _("The customer's number or WhatsApp id changed"), "contact"
        case "call.missed":
            return _("Missed call"), "phone-missed"
        case "call.connected":
            return _("Incoming call"), "phone"
        case "call.ended":
            return _("The call ended"), "phone"
        case _:
            return None


def _routed_sentence(event: Event) -> tuple[str, str]:
    if event.data.get("observed"):
        return _("Another application answers this customer now"), "lock"
    summary = str(event.data.get("summary") or "")
    if not summary:
        return _("Another application handed the conversation to you"), "hand"
    told = _("Another application handed the conversation to you: %(summary)s")
    return told % {"summary": summary}, "hand"


def _owner_sentence(event: Event, who: str) -> tuple[str, str] | None:
    reason = event.data.get("reason")
    match reason:
        case "agent_takeover":
            return _("%(who)s took over from the assistant") % {"who": who}, "hand"
        case "claimed" | "answered":
            return _("%(who)s has the conversation now") % {"who": who}, "user"
        case "returned":
            return _("%(who)s gave the conversation back to the assistant") % {
                "who": who
            }, "sparkles"
        case "released":
            return _("%(who)s let go of the conversation") % {"who": who}, "user"
        case "phone_reply":
            return _("Somebody answered from the phone and took over"), "smartphone"
        case "reopened":
            if event.actor_type == "contact":
                return _("The customer wrote again"), "rotate-ccw"
            return None
        case "closed":
            return None
        case _:
            return _("The assistant asked for a person"), "hourglass"


def reason_text(reason: str) -> str:
    """A reason of a handoff in words; "" where the sentence says it already."""
    texts = {
        "customer_asked": _("The customer asked for a person."),
        "no_answer": _("The assistant did not know the answer."),
        "max_turns": _("The assistant had answered often enough."),
        "unsupported_media": _("The assistant cannot read this kind of message."),
        "repeated_question": _("The customer asked the same again."),
        "model_error": _("The assistant did not work."),
        "bot_disabled": _("The assistant was switched off."),
        "window_closing": _("The window is about to close."),
        "api": _("Another system asked for a person."),
    }
    return texts.get(reason, "")


def owner_name(conversation: Conversation) -> str:
    """Who owns it, as a name; "" for nobody."""
    if conversation.ownership.state is OwnerState.AI:
        return conversation.phone_number.bot_name or _("The assistant")
    if conversation.owned_by_phone:
        return _("The phone app")
    return conversation.assignee.name if conversation.assignee else ""


def may_give_back(conversation: Conversation) -> bool:
    """Whether there is an assistant to give it to, and a person who has it."""
    return (
        conversation.phone_number.bot_answers
        and conversation.status != "closed"
        and conversation.ownership.state not in (OwnerState.AI, OwnerState.REQUESTED)
    )


def may_take_over(conversation: Conversation) -> bool:
    """Whether the button is offered."""
    return conversation.ownership.state in ownership.TAKEN_OVER_BY_ANSWERING


def header(conversation: Conversation, *, at: datetime) -> Header:
    """The head of the thread."""
    name = name_of(conversation)
    number = conversation.phone_number
    contact = conversation.contact
    paused = number.status != NumberStatus.ACTIVE
    return Header(
        conversation_id=conversation.pk,
        name=name,
        initials=wording.initials(name),
        address=display(contact.phone) if contact and contact.phone else _("No phone number"),
        number=number.short_name,
        window=wording.window_chip(conversation.pk, conversation.window, at=at),
        owner=wording.owner_chip(conversation),
        owner_state=str(conversation.ownership.state),
        status=conversation.status,
        version=conversation.version,
        can_take_over=may_take_over(conversation),
        can_give_back=may_give_back(conversation),
        banner=(_("Sending is paused: %(why)s") % {"why": number.status_message or "…"})
        if paused
        else "",
        banner_href="/settings/numbers/" if paused else "",
        number_id=number.pk,
    )


def composer_state(
    conversation: Conversation,
    suggestions: Sequence[Suggestion],
    sending: str,
    *,
    at: datetime,
) -> ComposerState:
    """What may be written now. sending: the assistant's text that is on the wire, or ""."""
    state, sentence = _composer(conversation, at=at)
    contact = conversation.contact
    name = name_of(conversation)
    return ComposerState(
        conversation_id=conversation.pk,
        state=state,
        sentence=sentence,
        expires_at=conversation.window.expires_at,
        owner_state=str(conversation.ownership.state),
        owner_name=owner_name(conversation),
        version=conversation.version,
        contact_first_name=name.split(" ")[0] if contact else "",
        can_take_over=may_take_over(conversation),
        can_give_back=may_give_back(conversation),
        assistant_sending=sending,
        suggestions=tuple(
            SuggestionView(one.pk, one.text, reason_of_suggestion(one.reason))
            for one in suggestions
        ),
    )


def _composer(conversation: Conversation, *, at: datetime) -> tuple[str, str]:
    if conversation.group_id:
        return "locked", _("Messages in groups cannot be answered from here.")
    if conversation.observed:
        return "locked", _("Another application answers this customer. You can only watch.")
    if conversation.contact and conversation.contact.blocked_at:
        return "locked", _("You have blocked this customer. Unblock to write.")
    if conversation.window.is_open(at):
        return "free", ""
    if conversation.window.expires_at is None:
        return "template", _("This customer has not written yet. Start with a template.")
    return "template", _("The 24 hours are over. Send a template to reopen the conversation.")


def reason_of_suggestion(reason: str) -> str:
    """Why the assistant's text was not sent."""
    if reason == "stale_epoch":
        return _("Not sent: somebody took over first.")
    if reason == "window_closing":
        return _("Not sent: the window closed.")
    return _("Not sent.")


def panel(
    conversation: Conversation, identities: Sequence[tuple[str, str]], variant: Variant
) -> ContactPanel:
    """The pane beside the thread."""
    name = name_of(conversation)
    contact = conversation.contact
    facts = [
        (_("Business number"), conversation.phone_number.short_name),
        (_("First seen"), wording.exact_time(conversation.created_at, variant.zone)),
    ]
    return ContactPanel(
        conversation_id=conversation.pk,
        contact_id=contact.pk if contact else None,
        name=name,
        profile_name=contact.profile_name if contact else "",
        username=contact.username if contact else "",
        phone=display(contact.phone) if contact and contact.phone else "",
        initials=wording.initials(name),
        identities=tuple(identities),
        language=contact.language if contact else "",
        consent=_("Stopped marketing messages")
        if contact and contact.opted_out_at
        else _("No objection to marketing"),
        facts=tuple(facts),
        reasons=tuple(filter(None, (reason_text(one) for one in conversation.handoff_reasons))),
    )
