"""The targets of a conversation, read from its rows, worded for its pane; nobody acts on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.hours_pages import opening_of
from accounts.models import BusinessHours, Event, SlaTarget
from inbox.message_status import Status
from inbox.models import Conversation, Message
from inbox.models.conversations import ConversationStatus
from inbox.ownership import Mode
from inbox.shapes import Chip, Variant
from inbox.sla import Clock, Due, EveryHour, Kind, Minutes, State, Times, running
from inbox.times import clock as clock_of
from inbox.times import local

TONES: Final[Mapping[State, tuple[str, str]]] = {
    State.RUNNING: ("plain", "clock"),
    State.ALMOST: ("warn", "clock"),
    State.LATE: ("bad", "alert-circle"),
}
BY_PEOPLE: Final = ("agent", "api", "device")
NO_ANSWER: Final = (Status.FAILED, Status.CANCELLED, Status.SCHEDULED, Status.HELD)


def chips_of(conversation: Conversation, variant: Variant, *, at: datetime) -> tuple[Chip, ...]:
    """What is due in it, worded. One query where there is no target, at most nine."""
    targets = SlaTarget.objects.filter(organization=conversation.organization_id)
    target = narrowest(targets, conversation)
    rests = conversation.status in (ConversationStatus.CLOSED, ConversationStatus.SNOOZED)
    if target is None or rests or conversation.mode == Mode.AI:
        return ()
    minutes = Minutes(
        target.first_reply_minutes, target.next_reply_minutes, target.resolution_minutes
    )
    clock = _clock(conversation) if target.in_business_hours else EveryHour()
    found = running(times_of(conversation), minutes, clock, at=at)
    return tuple(_chip(due, variant, at=at) for due in found)


def narrowest(targets: Iterable[SlaTarget], conversation: Conversation) -> SlaTarget | None:
    """Of those that are for this conversation: team and number before team, before number."""
    ours = [
        one
        for one in targets
        if one.team_id in (None, conversation.team_id)
        and one.phone_number_id in (None, conversation.phone_number_id)
    ]
    ranked = ((one.team_id is not None, one.phone_number_id is not None, one) for one in ours)
    return max(ranked, key=lambda one: one[:2], default=(False, False, None))[2]


def _clock(conversation: Conversation) -> Clock:
    team = conversation.team.business_hours_id if conversation.team else None
    own = team or conversation.phone_number.business_hours_id
    wanted = Q(pk=own) if own else Q(is_default=True)
    rows = BusinessHours.objects.filter(wanted, organization=conversation.organization_id)
    hours = rows.prefetch_related("holidays").first()
    return opening_of(hours) if hours else EveryHour()


def times_of(conversation: Conversation) -> Times:
    """When what happened, since it was last closed. At most five queries."""
    closed = Event.objects.filter(
        conversation=conversation.pk,
        kind="conversation.status_changed",
        data__status=ConversationStatus.CLOSED.value,
    )
    closed_at = closed.order_by("-seq").values_list("at", flat=True).first()
    rows = Message.objects.filter(conversation=conversation, in_thread=True)
    rows = rows.exclude(type="reaction")
    if closed_at:
        rows = rows.filter(at__gt=closed_at)
    said = rows.filter(direction="inbound")
    answers = rows.filter(direction="outbound").exclude(status__in=NO_ANSWER)
    person = _last(answers.filter(sender_type__in=BY_PEOPLE))
    anybody = _last(answers.filter(sender_type__in=(*BY_PEOPLE, "ai")))
    called = conversation.handoff_requested_at
    still = (
        called and (closed_at is None or called > closed_at) and not (person and person > called)
    )
    return Times(
        started_at=_first(said),
        unanswered_at=_first(said.filter(at__gt=anybody) if anybody else said),
        called_at=called if still else None,
        answered=person is not None,
    )


def _first(rows: QuerySet[Message]) -> datetime | None:
    return rows.order_by("at", "pk").values_list("at", flat=True).first()


def _last(rows: QuerySet[Message]) -> datetime | None:
    return rows.order_by("-at", "-pk").values_list("at", flat=True).first()


def _chip(due: Due, variant: Variant, *, at: datetime) -> Chip:
    tone, icon = TONES[due.state]
    return Chip(_sentence(due) % {"time": _when(due.at, variant, at=at)}, tone, icon)


def _sentence(due: Due) -> str:
    late = due.state is State.LATE
    sentences = {
        Kind.FIRST_REPLY: _("First reply late since %(time)s")
        if late
        else _("First reply due %(time)s"),
        Kind.NEXT_REPLY: _("Reply late since %(time)s") if late else _("Reply due %(time)s"),
        Kind.RESOLUTION: _("To be closed since %(time)s")
        if late
        else _("To be closed by %(time)s"),
    }
    return sentences[due.kind]


def _when(moment: datetime, variant: Variant, *, at: datetime) -> str:
    there, now = local(moment, variant.zone), local(at, variant.zone)
    clock = clock_of(moment, variant.zone)
    if there.date() == now.date():
        return clock
    return f"{formats.date_format(there.date(), 'D j M')}, {clock}"
