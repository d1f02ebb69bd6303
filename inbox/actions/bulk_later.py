"""Of many messages those that do not enter the outbox now: kept for their time, or as refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from accounts.actors import Actor
from accounts.events import transactional
from accounts.refusals import Refused
from accounts.row_updates import update_rows
from inbox import persons
from inbox.actions import guards
from inbox.actions.attachments import give, own_file, put_files
from inbox.actions.bulk import TOUCHED, Addressed, Queueing
from inbox.actions.outgoing_rows import row_of
from inbox.actions.pending import announce_waiting
from inbox.actions.status_news import announce_status
from inbox.actions.threads import hold, show_newest
from inbox.failures import failure_of_refusal
from inbox.message_status import RANKS, Status
from inbox.models import Conversation, Media, Message
from inbox.models.messages import Lane
from inbox.schedule import Plan


@transactional
def schedule_many(
    messages: Sequence[Addressed],
    *,
    scheduled_at: datetime,
    by: Actor,
    at: datetime,
    campaign_id: UUID,
) -> Queueing:
    """Keeps these for their time, at which each is checked again; at most one a conversation.

    scheduled_at: checked already (`inbox.schedule.checked`). Refused, and left out: what
    `queue_many` refuses of a campaign, but for the window: that counts at the time.
    """
    found = Queueing()
    threads = _held(messages)
    stopped = _opted_out(threads)
    rows: list[Message] = []
    files: dict[UUID, Media] = {}
    for one in messages:
        thread = threads[one.conversation_id]
        try:
            _check(thread, stopped=thread.contact_id in stopped)
            row = _row(thread, one, by=by, at=at, campaign_id=campaign_id)
            file = put_files(row, one.outgoing.file_id, at=at)
        except Refused as refusal:
            found.refused[thread.pk] = refusal
            continue
        _put_off(row, thread, until=scheduled_at)
        rows.append(row)
        files |= {row.pk: file} if file is not None else {}
    Message.objects.bulk_create(rows)
    update_rows([threads[row.conversation_id] for row in rows], ["last_queued_id"])
    for row in rows:
        if row.pk in files:
            give(row, files[row.pk])
        announce_waiting(row, by=by, at=at)
    found.queued.extend(row.pk for row in rows)
    return found


def _held(messages: Sequence[Addressed]) -> Mapping[UUID, Conversation]:
    ids = {one.conversation_id for one in messages}
    hold(ids)
    return Conversation.objects.select_related("phone_number", "contact").in_bulk(ids)


def _opted_out(threads: Mapping[UUID, Conversation]) -> frozenset[UUID]:
    contacts = {one.contact_id for one in threads.values() if one.contact_id is not None}
    organizations = {one.organization_id for one in threads.values()}
    return frozenset().union(*(persons.opted_out_among(one, contacts) for one in organizations))


def _check(thread: Conversation, *, stopped: bool) -> None:
    guards.number_active(thread)
    guards.not_blocked(thread)
    guards.wants_any(opted_out=stopped)
    guards.answerable(thread)


def _row(
    thread: Conversation, one: Addressed, *, by: Actor, at: datetime, campaign_id: UUID
) -> Message:
    row = row_of(thread, one.outgoing, by=by, at=at, reference=one.reference)
    row.lane, row.campaign_id = Lane.CAMPAIGN, campaign_id
    thread.last_queued_id = row.pk
    return row


def _put_off(row: Message, thread: Conversation, *, until: datetime) -> None:
    row.status = Status.SCHEDULED
    row.scheduled_at = until
    plan = Plan(last_inbound_id=thread.last_inbound_id, assignee_id=thread.assignee_id)
    row.plan = plan.kept() | {"fallback": None}
    row.in_thread = False


@transactional
def keep_refused(
    messages: Sequence[Addressed],
    refused: Mapping[UUID, Refused],
    *,
    by: Actor,
    at: datetime,
    campaign_id: UUID,
) -> list[UUID]:
    """Rows of messages that may not go, each failed with its reason; ids in their order.

    refused: by conversation, at most one message each. They stand in their threads as what did not
    go, like a scheduled one that could not go at its time. Their files are uploaded to nobody.
    """
    threads = _held(messages)
    rows, files = [], []
    for one in messages:
        thread = threads[one.conversation_id]
        row = _row(thread, one, by=by, at=at, campaign_id=campaign_id)
        row.status, row.status_rank = Status.FAILED, RANKS[Status.FAILED]
        row.failure = failure_of_refusal(refused[thread.pk])
        row.failed_at = at
        rows.append(row)
        files.append(own_file(row, one.outgoing.file_id))
        thread.message_count += 1
        show_newest(thread, row, preview=one.outgoing.preview)
    Message.objects.bulk_create(rows)
    update_rows([threads[row.conversation_id] for row in rows], TOUCHED)
    for row, file in zip(rows, files, strict=True):
        if file is not None:
            give(row, file)
        announce_status(row, Status.FAILED, by=by, at=at)
    return [row.pk for row in rows]
