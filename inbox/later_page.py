"""The dialogs of what goes out later: offered times, the customer's clock, fallbacks; an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox import picking, presentation
from inbox.later_shapes import LaterFile, LaterPage, LaterTime, WaitingPage
from inbox.media_presentation import attachment_view
from inbox.message_status import Status
from inbox.models import Conversation, Media, Message
from inbox.schedule import FURTHEST, presets
from inbox.times import clock, local
from inbox.waiting_list import moment_label
from templates_app.queries import template_choices
from whatsapp.phone import zone_of

FOR_INPUT = "%Y-%m-%dT%H:%M"
MOST_TEMPLATES = 50


@dataclass(frozen=True, slots=True)
class Goes:
    """What is to go besides a text: a template with its values, or files with what stands below."""

    template: UUID | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Media] = ()
    captions: Mapping[UUID, str] = field(default_factory=dict)


def later_page(
    conversation: Conversation,
    typed: Mapping[str, str],
    *,
    goes: Goes = Goes(),
    at: datetime,
    zone: str,
    refusal: Refused | None = None,
    may_force: bool = False,
) -> LaterPage:
    """What is offered now, by this person's clock. One query; two for a template.

    typed: what was chosen so far, by field. Only templates without variables are offered.
    """
    theirs = _zone_of_customer(conversation, zone, at=at)
    closes = conversation.window.expires_at
    return LaterPage(
        conversation_id=conversation.pk,
        times=tuple(offered(at, zone, theirs=theirs, closes=closes)),
        zone=zone_name(zone),
        customer=presentation.name_of(conversation).split(" ")[0],
        customer_clock=_("%(time)s in %(place)s")
        % {"time": clock(at, theirs), "place": zone_name(theirs)}
        if theirs
        else "",
        closes=local(closes, zone).strftime(FOR_INPUT) if closes and closes > at else "",
        closes_text=moment_label(closes, zone, now=at) if closes and closes > at else "",
        earliest=local(at, zone).strftime(FOR_INPUT),
        latest=local(at + FURTHEST, zone).strftime(FOR_INPUT),
        templates=_templates(conversation),
        typed={"if_changed": "hold", "closed": "hold"} | dict(typed),
        error=refusal.message if refusal else "",
        may_force=may_force,
        preview=picking.preview(conversation, goes.template, goes.values, zone=zone)
        if goes.template
        else None,
        template=goes.template,
        values=tuple(goes.values.items()),
        files=tuple(
            LaterFile(one.pk, attachment_view(one).name, goes.captions.get(one.pk, ""))
            for one in goes.files
        ),
    )


def offered(
    at: datetime, zone: str, *, theirs: str = "", closes: datetime | None = None
) -> list[LaterTime]:
    """The times that are offered. theirs: the customer's zone, where it is another one."""
    labels = {
        "hour": _("In an hour"),
        "evening": _("This evening"),
        "tomorrow": _("Tomorrow morning"),
        "monday": _("Monday morning"),
    }
    return [
        LaterTime(
            key=one.key,
            label=labels[one.key],
            time=moment_label(one.moment, zone, now=at),
            theirs=clock(one.moment, theirs) if theirs else "",
            closed=closes is None or one.moment >= closes,
        )
        for one in presets(local(at, zone))
    ]


def _zone_of_customer(conversation: Conversation, zone: str, *, at: datetime) -> str:
    """Their zone, where the number tells one whose clock shows another time; else ""."""
    contact = conversation.contact
    found = zone_of(contact.phone) if contact and contact.phone else None
    if found is None or at.astimezone(ZoneInfo(found)).utcoffset() == local(at, zone).utcoffset():
        return ""
    return found


def zone_name(zone: str) -> str:
    """What people call a time zone: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def _templates(conversation: Conversation) -> tuple[tuple[str, str], ...]:
    choices = template_choices(conversation.phone_number)
    plain = [one for one in choices if one.sendable and not one.variables]
    return tuple(
        (str(one.id), f"{one.name} · {one.language_label}") for one in plain[:MOST_TEMPLATES]
    )


def waiting_page(
    message: Message, *, at: datetime, zone: str, typed: str = "", refusal: Refused | None = None
) -> WaitingPage:
    """The edit of a message that has not left. No query."""
    waits = message.status == Status.SCHEDULED
    moment = message.scheduled_at if waits else None
    return WaitingPage(
        conversation_id=message.conversation_id,
        message_id=message.pk,
        text=typed or str(message.content.get("body") or ""),
        has_text=message.type == "text",
        moment=local(max(moment, at), zone).strftime(FOR_INPUT) if moment else "",
        has_time=not message.in_thread,
        zone=zone_name(zone),
        latest=local(at + FURTHEST, zone).strftime(FOR_INPUT),
        error=refusal.message if refusal else "",
    )
