"""The timeline's sentences: changes of owner and state, calls, what WhatsApp says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Event
from inbox import wording
from inbox.bubble_shapes import EventLine
from inbox.presentation.naming import order_of
from inbox.shapes import Variant


def event_line(
    event: Event, variant: Variant, *, at: datetime, names: Mapping[str, str]
) -> EventLine | None:
    """The timeline's sentence for an event; None for one that is told otherwise.

    names: of the people and teams it names by their id, and what a note says; what is not among
    them has gone.
    """
    told = _sentence(event, variant, names)
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
        why=reason_text(str(event.data.get("why") or event.data.get("reason") or "")),
        icon=icon,
        at=event.at,
        time=wording.clock(event.at, variant.zone),
        conversation_id=event.conversation,
        author=(event.actor_name or _("Somebody")) if event.kind == "note.added" else "",
    )


def _sentence(event: Event, variant: Variant, names: Mapping[str, str]) -> tuple[str, str] | None:
    who = event.actor_name or _("Somebody")
    match event.kind:
        case "conversation.owner_changed":
            return _owner_sentence(event, who, names)
        case "conversation.team_changed":
            return _team_sentence(event, who, names), "users"
        case "conversation.status_changed":
            return _status_sentence(event, who, variant)
        case "conversation.window_closed":
            return _("WhatsApp says the 24-hour window is closed"), "lock"
        case "conversation.routed":
            return _routed_sentence(event)
        case "contact.identity_changed":
            told = _identity_sentence(event)
            return (told, "contact") if told else None
        case "contact.merged":
            return _("%(who)s joined two contacts: they are one person") % {"who": who}, "contact"
        case "contact.unmerged":
            return _("%(who)s parted two contacts again") % {"who": who}, "contact"
        case "note.added":
            said = names.get(str(event.ids[0]), "")
            return (said, "pin") if said else None
        case "call.missed":
            return _("Missed call"), "phone-missed"
        case "call.connected":
            return _("Incoming call"), "phone"
        case "call.ended":
            return _call_sentence(event), "phone"
        case _:
            return None


def _status_sentence(event: Event, who: str, variant: Variant) -> tuple[str, str]:
    match event.data.get("status"), event.data.get("reason"):
        case "closed", _:
            return _("%(who)s closed the conversation") % {"who": who}, "check"
        case "snoozed", _:
            until = datetime.fromisoformat(event.data["until"])
            time = wording.dated(until, variant.zone, now=event.at)
            return _("%(who)s snoozed it until %(time)s") % {"who": who, "time": time}, "moon"
        case "pending_customer", _:
            return _("%(who)s waits for the customer") % {"who": who}, "hourglass"
        case _, "snooze_over":
            return _("Back: the snooze is over"), "alarm-clock"
        case _, "woken":
            return _("%(who)s ended the snooze") % {"who": who}, "alarm-clock"
        case _:
            return _("%(who)s reopened the conversation") % {"who": who}, "rotate-ccw"


def _call_sentence(event: Event) -> str:
    seconds = event.data.get("duration_s")
    if not isinstance(seconds, int):
        return _("The call ended")
    if seconds < 60:
        told = ngettext(
            "The call ended after %(n)s second", "The call ended after %(n)s seconds", seconds
        )
        return told % {"n": seconds}
    minutes = round(seconds / 60)
    told = ngettext(
        "The call ended after %(n)s minute", "The call ended after %(n)s minutes", minutes
    )
    return told % {"n": minutes}


def _identity_sentence(event: Event) -> str:
    match event.data.get("what"):
        case "user_changed_number" | "customer_changed_number":
            return _("The customer has a new phone number now")
        case "user_changed_user_id":
            return _("The customer has a new WhatsApp id now")
        case "known_by_more":  # the thread began with the new one
            return ""
        case _:
            return _("The customer's number or WhatsApp id changed")


def _routed_sentence(event: Event) -> tuple[str, str]:
    if event.data.get("observed"):
        return _("Another application answers this customer now"), "lock"
    summary = str(event.data.get("summary") or "")
    if not summary:
        return _("Another application handed the conversation to you"), "hand"
    told = _("Another application handed the conversation to you: %(summary)s")
    return told % {"summary": summary}, "hand"


def _team_sentence(event: Event, who: str, names: Mapping[str, str]) -> str:
    if not event.ids:
        told = _("%(who)s took the conversation away from the team %(team)s")
        return told % {"who": who, "team": _name(event.data.get("before"), names)}
    told = _("%(who)s gave the conversation to the team %(team)s")
    return told % {"who": who, "team": _name(event.ids[0], names)}


def _name(one: object, names: Mapping[str, str]) -> str:
    return names.get(str(one)) or _("(deleted)")


def _owner_sentence(event: Event, who: str, names: Mapping[str, str]) -> tuple[str, str] | None:
    reason = event.data.get("reason")
    match reason:
        case "assigned":
            told = _("%(who)s gave the conversation to %(whom)s")
            return told % {"who": who, "whom": _name(event.ids[0], names)}, "user"
        case "agent_takeover":
            return _("%(who)s took over from the assistant") % {"who": who}, "hand"
        case "claimed" | "answered":
            return _("%(who)s has the conversation now") % {"who": who}, "user"
        case "returned":
            return _("%(who)s gave the conversation back to the assistant") % {
                "who": who
            }, "sparkles"
        case "undone":
            return _("%(who)s took the answer back, and with it the takeover") % {
                "who": who
            }, "undo-2"
        case "released":
            return _("%(who)s let go of the conversation") % {"who": who}, "user"
        case "phone_reply":
            return _("Somebody answered from the phone and took over"), "smartphone"
        case "reopened":
            if event.actor_type == "contact":
                return _("The customer wrote again"), "rotate-ccw"
            return None
        case "closed" | "joined":
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
        "knows_more": _("They know more about it."),
        "language": _("They speak the customer's language."),
        "asked_for": _("The customer asked for them."),
        "shift": _("A shift has ended."),
        "load": _("They have more time for it."),
    }
    return texts.get(reason, "")
