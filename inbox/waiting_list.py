"""What waits above the composer: messages for later, and those about which a person is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.message_status import Status
from inbox.models import Conversation, Message
from inbox.thread_shapes import WaitingView
from inbox.times import clock, exact_time, local
from inbox.wording import dated, kind_label

MOST = 50


def waiting_in(conversation: Conversation, *, at: datetime) -> tuple[WaitingView, ...]:
    """At most 50, held ones first, then by time; in the active time zone. One query."""
    rows = Message.objects.filter(
        conversation=conversation, status__in=[Status.SCHEDULED, Status.HELD]
    ).order_by("scheduled_at", "id")[:MOST]
    zone = timezone.get_current_timezone_name()
    views = [_view(row, at=at, zone=zone) for row in rows]
    return tuple(sorted(views, key=lambda one: not one.held))


def _view(row: Message, *, at: datetime, zone: str) -> WaitingView:
    held = row.status == Status.HELD
    when = row.scheduled_at or row.created_at
    return WaitingView(
        id=row.pk,
        held=held,
        when=moment_label(when, zone, now=at),
        exact_time=exact_time(when, zone),
        text=str(row.content.get("body") or row.template_name or kind_label(row.type)),
        why=held_because(row) if held else "",
        note=_note(row),
        sender_name=row.sender_name,
        is_text=row.type == "text",
    )


def moment_label(moment: datetime, zone: str, *, now: datetime) -> str:
    """ "Today, 18:00", "Tomorrow, 09:00", "Mon 30 Nov, 09:00"."""
    day, today = local(moment, zone).date(), local(now, zone).date()
    if day == today:
        name = _("Today")
    elif day == today + timedelta(days=1):
        name = _("Tomorrow")
    else:
        return dated(moment, zone, now=now)
    return f"{name}, {clock(moment, zone)}"


def held_because(row: Message) -> str:
    """Why a person is asked about a message."""
    match (row.hold or {}).get("code"):
        case "customer_wrote":
            return _("The customer wrote before its time.")
        case "owner_changed":
            return _("A colleague took the conversation before its time.")
        case _:
            return _("The 24-hour window was closed at its time.")


def _note(row: Message) -> str:
    fallback = (row.plan or {}).get("fallback")
    if not fallback or row.status == Status.HELD:
        return ""
    return _("Window closed: template “%(name)s”") % {"name": fallback["template_name"]}
