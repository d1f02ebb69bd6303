"""Firing what is scheduled: at its time the checks of a send run again.

Where one fails, what was chosen when it was scheduled is done (`inbox.schedule.decide`).
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.refusals import Refused
from inbox import schedule as rules
from inbox.actions.attachments import give, put_files
from inbox.actions.guards import MARKETING, marketing_to_none, still_allowed
from inbox.actions.outgoing_rows import stored
from inbox.actions.pending import announce_waiting
from inbox.actions.sending import announce_queued, show_as_sent
from inbox.actions.status_news import announce_status
from inbox.actions.threads import locked
from inbox.failures import failure_of_refusal
from inbox.message_status import RANKS, Status
from inbox.models import Conversation, Message
from inbox.outgoing import Outgoing
from inbox.schedule import Change, Drop, Go, Hold, UseTemplate, plan_of
from webhooks.failpoints import hit

log = logging.getLogger(__name__)

BATCH = 20
# Not the whole row: an upload writes beside it.
BY_TEMPLATE = [
    *("type", "content", "details", "payload", "awaits_files"),
    *("template_name", "template_language", "template_category"),
]


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
            enqueue(conversation, message, at=at)
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


def enqueue(conversation: Conversation, message: Message, *, at: datetime) -> None:
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
        enqueue(conversation, message, at=at)
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
