"""Messages that go out later: scheduled, fired at their time, sent sooner, given up.

A scheduled message is a row of its conversation that no claim sees and that stands in the way of
none. At its time the checks of a send run again, with what was chosen where one fails.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.clock import database_now
from accounts.events import announce, transactional, unit_of_work
from accounts.refusals import Refused
from inbox import schedule as rules
from inbox.actions import guards as guarding
from inbox.actions.attachments import give, put_files
from inbox.actions.guards import MARKETING, Guards, marketing_to_none, still_allowed
from inbox.actions.outgoing_rows import NO_GUARDS, row_of, save_with_files, stored
from inbox.actions.pending import PENDING
from inbox.actions.sending import (
    announce_queued,
    guards_of_part,
    pass_the_baton,
    quoted_in,
    sent_before,
    show_as_sent,
)
from inbox.actions.status_news import announce_status
from inbox.actions.threads import locked
from inbox.failures import failure_of_refusal
from inbox.message_status import RANKS, Status
from inbox.models import Conversation, Draft, Message
from inbox.outgoing import Outgoing
from inbox.schedule import Change, Drop, Go, Hold, IfChanged, IfClosed, Plan, UseTemplate, plan_of
from webhooks.failpoints import hit
from webhooks.worker import wake

log = logging.getLogger(__name__)

BATCH = 20
# Not the whole row: an upload writes beside it.
BY_TEMPLATE = [
    *("type", "content", "details", "payload", "awaits_files"),
    *("template_name", "template_language", "template_category"),
]


@transactional
def schedule(
    conversation_id: UUID,
    outgoing: Outgoing,
    *,
    scheduled_at: datetime,
    if_window_closed: IfClosed,
    if_changed: IfChanged,
    fallback: Outgoing | None = None,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    reply_to: UUID | None = None,
    reference: str = "",
) -> Message:
    """Keeps a message for its time, or answers with the one this token kept. No owner changes.

    fallback: the template that goes where the window is closed (`if_window_closed` template).
    Refuses: SCHEDULE_TOO_FAR; VALIDATION_ERROR (scheduled_at, fallback_template, reply_to); what
    `send` refuses, but for the window: that counts at the time.
    """
    conversation = locked(conversation_id)
    known = sent_before(conversation, guards, by=by)
    if known is not None:
        return known
    moment = _checked(scheduled_at, at=at)
    if (if_window_closed is IfClosed.TEMPLATE) != (fallback is not None):
        raise Refused(
            "VALIDATION_ERROR",
            _("Choose the template that goes when the window is closed."),
            field="fallback_template",
            detail="conflict" if fallback else "required",
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
        if_window_closed, if_changed, conversation.last_inbound_id, conversation.assignee_id
    )
    message.status = Status.SCHEDULED
    message.scheduled_at = moment
    message.plan = plan.kept() | {"fallback": _kept(fallback) if fallback else None}
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
    *,
    scheduled_at: datetime,
    if_window_closed: IfClosed,
    if_changed: IfChanged,
    fallback: Outgoing | None = None,
    by: Actor,
    at: datetime,
    guards: Guards = NO_GUARDS,
    reply_to: UUID | None = None,
) -> list[Message]:
    """Keeps several messages for one time, in this order, all or none; see `schedule`.

    The first carries the quote. Refuses besides: VALIDATION_ERROR (fallback_template) for more
    than one, as a template would go in the place of each.
    """
    if fallback is not None and len(parts) > 1:
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
            scheduled_at=scheduled_at,
            if_window_closed=if_window_closed,
            if_changed=if_changed,
            fallback=fallback,
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


def announce_waiting(message: Message, *, by: Actor, at: datetime) -> None:
    """Says that the list of what waits in this thread has changed."""
    announce(
        "message.scheduled",
        message.organization_id,
        by=by,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        status=message.status,
    )
    transaction.on_commit(lambda: wake("schedule"), robust=True)


def fire_due(limit: int = BATCH) -> int:
    """Fires what is due, a transaction each; how many. Another scheduler beside this one is fine.

    The database's clock decides. One whose conversation still has something in the queue waits
    for that: its id is older, and it would overtake.
    """
    at = database_now()
    due = list(_due(at).values_list("pk", "conversation_id")[:limit])
    hit("schedule.before_fire")
    fired = 0
    for message_id, conversation_id in due:
        try:
            fired += _fire_and_commit(message_id, conversation_id, at=at)
        except Exception:  # the outer edge of one message: the others go on
            log.exception("firing message %s failed", message_id)
    return fired


def _due(at: datetime) -> QuerySet[Message]:
    before_it = Message.objects.filter(
        conversation=OuterRef("conversation"), status=Status.QUEUED, id__gt=OuterRef("id")
    )
    rows = Message.objects.filter(~Exists(before_it), status=Status.SCHEDULED, scheduled_at__lte=at)
    return rows.order_by("scheduled_at", "id")


def _fire_and_commit(message_id: UUID, conversation_id: UUID, *, at: datetime) -> bool:
    with unit_of_work(durable=True):
        conversation = locked(conversation_id)
        message = _due(at).filter(pk=message_id).first()  # again, under the lock: once
        if message is None:
            return False
        message.conversation = conversation
        _fire(message, at=at)
        hit("schedule.before_fire_commit")
    hit("schedule.after_fire_commit")
    return True


def _fire(message: Message, *, at: datetime) -> None:
    conversation = message.conversation
    refusal = _refusal(message, at=at)
    change = _change(conversation, message)
    code = refusal.code if refusal else None
    match rules.decide(plan_of(message.plan), refusal=code, change=change):
        case Go():
            _enqueue(conversation, message, at=at)
        case UseTemplate():
            _send_the_template(conversation, message, at=at)
        case Hold(reason):
            _hold(message, reason, at=at)
        case Drop(reason):
            _drop(conversation, message, refusal or _changed(Change(reason)), at=at)


def _refusal(message: Message, *, at: datetime) -> Refused | None:
    marketing = message.template_category == MARKETING
    stopped = marketing_to_none([message]) if marketing else ()
    return still_allowed(message, at=at, opted_out=message.conversation.contact_id in stopped)


def _change(conversation: Conversation, message: Message) -> Change | None:
    plan = plan_of(message.plan)
    if conversation.last_inbound_id != plan.last_inbound_id:
        return Change.CUSTOMER_WROTE
    owners = (None, plan.assignee_id, message.sender_id)
    by_person = message.sender_type == "agent"
    return Change.OWNER_CHANGED if by_person and conversation.assignee_id not in owners else None


def _changed(change: Change) -> Refused:
    if change is Change.CUSTOMER_WROTE:
        return Refused("NEWER_INBOUND", _("The customer wrote before its time."))
    return Refused("ASSIGNED_TO_OTHER", _("A colleague took the conversation before its time."))


def _sender(message: Message) -> Actor:
    person_id = message.sender_id if message.sender_type == "agent" else None
    return Actor(message.sender_type, message.sender_id, message.sender_name, person_id)


def _enqueue(conversation: Conversation, message: Message, *, at: datetime) -> None:
    """Into the outbox, as of now. In the assistant's mode it takes nothing over (HANDOFF 5)."""
    message.status = Status.QUEUED
    message.at = at
    message.in_thread = True
    message.hold = None
    message.save(update_fields=["status", "at", "in_thread", "hold"])
    show_as_sent(conversation, message, preview=stored(message).preview)
    conversation.save()
    announce_queued(message, by=_sender(message), at=at)


def _send_the_template(conversation: Conversation, message: Message, *, at: datetime) -> None:
    kept = (message.plan or {})["fallback"]
    fallback = Outgoing(**kept | {"file_id": UUID(kept["file_id"]) if kept["file_id"] else None})
    message.details = fallback.details | {"instead_of": message.content.get("body")}
    message.type = fallback.type
    message.content = fallback.content
    message.payload = fallback.payload
    message.template_name = fallback.template_name
    message.template_language = fallback.template_language
    message.template_category = fallback.template_category
    refusal = _refusal(message, at=at) or _with_its_files(message, fallback, at=at)
    message.save(update_fields=BY_TEMPLATE)
    if refusal is None:
        _enqueue(conversation, message, at=at)
    else:
        _drop(conversation, message, refusal, at=at)


def _with_its_files(message: Message, fallback: Outgoing, *, at: datetime) -> Refused | None:
    try:
        file = put_files(message, fallback.file_id, at=at)
    except Refused as refusal:
        return refusal
    if file is not None:
        give(message, file)
    return None


def _hold(message: Message, reason: str, *, at: datetime) -> None:
    message.status = Status.HELD
    message.hold = {"code": reason, "at": at.astimezone(UTC).isoformat()}
    message.save(update_fields=["status", "hold"])
    announce_waiting(message, by=SYSTEM, at=at)


def _drop(conversation: Conversation, message: Message, refusal: Refused, *, at: datetime) -> None:
    """It shows in the thread as not delivered, with the reason."""
    message.status = Status.FAILED
    message.status_rank = RANKS[Status.FAILED]
    message.failure = failure_of_refusal(refusal)
    message.failed_at = message.at = at
    message.in_thread = True
    message.save(update_fields=["status", "status_rank", "failure", "failed_at", "at", "in_thread"])
    show_as_sent(conversation, message, preview=stored(message).preview)
    conversation.save()
    announce_status(message, Status.FAILED, by=SYSTEM, at=at)


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
        _enqueue(conversation, message, at=at)
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
