"""Messages that go out later: kept for their time, given another, sent sooner.

A scheduled message is a row of its conversation that no claim sees and that stands in the way of
none. What happens at its time is `inbox.actions.firing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import transactional
from accounts.refusals import Refused
from inbox import schedule as rules
from inbox.actions import guards as guarding
from inbox.actions.firing import enqueue
from inbox.actions.guards import Guards
from inbox.actions.outgoing_rows import NO_GUARDS, row_of, save_with_files, stored
from inbox.actions.pending import PENDING, announce_waiting
from inbox.actions.sending import (
    guards_of_part,
    pass_the_baton,
    quoted_in,
    sent_before,
)
from inbox.actions.threads import locked
from inbox.message_status import Status
from inbox.models import Conversation, Draft, Message
from inbox.outgoing import Outgoing
from inbox.schedule import IfChanged, IfClosed, Plan, plan_of


@dataclass(frozen=True, slots=True)
class Later:
    """When a message goes, and what becomes of it where things have changed by then.

    instead: the template that goes where the window is closed, for `IfClosed.TEMPLATE` alone.
    """

    moment: datetime
    if_window_closed: IfClosed
    if_changed: IfChanged
    instead: Outgoing | None = None


@transactional
def schedule(
    conversation_id: UUID,
    outgoing: Outgoing,
    later: Later,
    *,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    reply_to: UUID | None = None,
    reference: str = "",
) -> Message:
    """Keeps a message for its time, or answers with the one this token kept. No owner changes.

    Refuses: SCHEDULE_TOO_FAR; VALIDATION_ERROR (scheduled_at, fallback_template, reply_to); what
    `send` refuses, but for the window: that counts at the time.
    """
    conversation = locked(conversation_id)
    known = sent_before(conversation, guards, by=by)
    if known is not None:
        return known
    moment = _checked(later.moment, at=at)
    if (later.if_window_closed is IfClosed.TEMPLATE) != (later.instead is not None):
        raise Refused(
            "VALIDATION_ERROR",
            _("Choose the template that goes when the window is closed."),
            field="fallback_template",
            detail="conflict" if later.instead else "required",
        )
    guarding.check_but_window(conversation, outgoing, guards, by=by)
    message = row_of(
        conversation,
        outgoing,
        by=by,
        at=at,
        guards=guards,
        quoted=quoted_in(conversation, reply_to),
        reference=reference,
    )
    plan = Plan(
        later.if_window_closed,
        later.if_changed,
        conversation.last_inbound_id,
        conversation.assignee_id,
    )
    message.status = Status.SCHEDULED
    message.scheduled_at = moment
    message.plan = plan.kept() | {"fallback": _kept(later.instead) if later.instead else None}
    message.in_thread = False
    save_with_files(message, outgoing, at=at)
    conversation.last_queued_id = message.pk
    conversation.save(update_fields=["last_queued_id"])
    if by.person_id is not None and outgoing.free_form:
        Draft.objects.filter(conversation=conversation, person_id=by.person_id).delete()
    announce_waiting(message, by=by, at=at)
    return message


@transactional
def schedule_all(
    conversation_id: UUID,
    parts: Sequence[Outgoing],
    later: Later,
    *,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    reply_to: UUID | None = None,
) -> list[Message]:
    """Keeps several messages for one time, in this order, all or none; see `schedule`.

    The first carries the quote. Refuses besides: VALIDATION_ERROR (fallback_template) for more
    than one, as a template would go in the place of each.
    """
    if later.instead is not None and len(parts) > 1:
        raise Refused(
            "VALIDATION_ERROR",
            _("A template can go in the place of one message only."),
            field="fallback_template",
            detail="conflict",
        )
    return [
        schedule(
            conversation_id,
            part,
            later,
            by=by,
            at=at,
            guards=guards_of_part(guards, place),
            reply_to=reply_to if place == 0 else None,
        )
        for place, part in enumerate(parts)
    ]


def _kept(outgoing: Outgoing) -> dict[str, Any]:
    file_id = str(outgoing.file_id) if outgoing.file_id else None
    return asdict(outgoing) | {"file_id": file_id}


def _checked(wanted: datetime, *, at: datetime) -> datetime:
    try:
        return rules.checked(wanted, at=at)
    except rules.TooFar:
        raise Refused(
            "SCHEDULE_TOO_FAR", _("At most 60 days ahead."), field="scheduled_at"
        ) from None
    except rules.Past:
        raise Refused(
            "VALIDATION_ERROR", _("This time is over."), field="scheduled_at", detail="past"
        ) from None


@transactional
def send_now(message_id: UUID, *, by: Actor, at: datetime) -> Message:
    """Sends what is scheduled or held at once; who presses it answers, and so takes over.

    Behind what its conversation still has in the queue it waits until that has left.
    Refuses: STATE_CONFLICT when it is not waiting any more; whatever `send` refuses.
    """
    conversation, message = _waiting(message_id)
    guarding.check(conversation, stored(message), Guards(force=True), by=by, at=at)
    pass_the_baton(conversation, by=by, at=at)
    plan = replace(
        plan_of(message.plan),
        if_changed=IfChanged.SEND,
        last_inbound_id=conversation.last_inbound_id,
    )
    message.plan = (message.plan or {}) | plan.kept()
    message.status = Status.SCHEDULED
    message.scheduled_at = at
    message.hold = None
    message.save(update_fields=["plan", "status", "scheduled_at", "hold"])
    conversation.save()
    waits = Message.objects.filter(
        conversation=conversation, status=Status.QUEUED, id__gt=message.pk
    )
    if waits.exists():
        announce_waiting(message, by=by, at=at)
    else:
        enqueue(conversation, message, at=at)
    return message


@transactional
def reschedule(message_id: UUID, *, scheduled_at: datetime, by: Actor, at: datetime) -> Message:
    """Gives what is scheduled or held another time; what happened until now counts as known.

    Refuses: STATE_CONFLICT; SCHEDULE_TOO_FAR; VALIDATION_ERROR (scheduled_at).
    """
    conversation, message = _waiting(message_id)
    message.scheduled_at = _checked(scheduled_at, at=at)
    plan = replace(
        plan_of(message.plan),
        last_inbound_id=conversation.last_inbound_id,
        assignee_id=conversation.assignee_id,
    )
    message.plan = (message.plan or {}) | plan.kept()
    message.status = Status.SCHEDULED
    message.hold = None
    message.save(update_fields=["plan", "status", "scheduled_at", "hold"])
    announce_waiting(message, by=by, at=at)
    return message


def _waiting(message_id: UUID) -> tuple[Conversation, Message]:
    conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
    conversation = locked(conversation_id)
    message = Message.objects.get(pk=message_id)
    if message.status not in PENDING:
        raise Refused(
            "STATE_CONFLICT", _("This message is not waiting any more."), status=message.status
        )
    message.conversation = conversation
    return conversation, message


def fallback_of(message: Message) -> dict[str, Any] | None:
    """The template that goes in its place, as `Outgoing` was stored; None without one."""
    found: dict[str, Any] | None = (message.plan or {}).get("fallback")
    return found
