"""Queueing thousands of messages at once: the same rules as `sending.send`, for campaigns.

Nobody is answered here: no draft, no quote, no change of owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from accounts.events import announce, unit_of_work
from accounts.refusals import Refused
from accounts.row_updates import update_rows
from inbox import persons
from inbox.actions import guards
from inbox.actions.attachments import give, put_files
from inbox.actions.outgoing_rows import row_of
from inbox.actions.threads import hold, show_newest
from inbox.models import Conversation, Message
from inbox.models.messages import Lane
from inbox.outgoing import Outgoing
from webhooks.worker import wake

CHUNK: Final = 1_000
# What a queued message changes on its conversation.
TOUCHED: Final = (
    *("last_queued_id", "last_outbound_at", "message_count", "last_message_id", "last_message_at"),
    *("last_message_preview", "last_message_direction", "last_message_type", "last_activity_at"),
    "woken_at",
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """One message and the conversation that it goes to."""

    conversation_id: UUID
    outgoing: Outgoing
    reference: str = ""
    retry_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Queueing:
    """What became of many: ids of messages in their order, and by conversation who may not."""

    queued: list[UUID] = field(default_factory=list)
    refused: dict[UUID, Refused] = field(default_factory=dict)


def queue_many(
    messages: Sequence[Addressed],
    *,
    by: Actor,
    at: datetime,
    lane: int = Lane.CAMPAIGN,
    campaign_id: UUID | None = None,
) -> Queueing:
    """Queues them in this order; a thousand a transaction, with about ten statements each.

    by: nobody who answers (a campaign, the system). Refused, and left out: NUMBER_NOT_ACTIVE,
    RECIPIENT_BLOCKED, RECIPIENT_OPTED_OUT (marketing, and whatever a campaign sends),
    STATE_CONFLICT, SESSION_EXPIRED, MEDIA_NOT_FOUND.
    """
    if by.person_id is not None or by.type == "ai":
        raise ValueError(f"{by.type} answers one conversation: inbox.actions.sending.send")
    found = Queueing()
    for start in range(0, len(messages), CHUNK):
        with unit_of_work():
            _queue(messages[start : start + CHUNK], found, by, at, lane, campaign_id)
    transaction.on_commit(lambda: wake("outbox"), robust=True)
    return found


def _queue(
    messages: Sequence[Addressed],
    found: Queueing,
    by: Actor,
    at: datetime,
    lane: int,
    campaign_id: UUID | None,
) -> None:
    threads = _held({one.conversation_id for one in messages})
    stopped = _stopped(threads.values(), messages, campaign_id)
    rows, files = [], []
    for one in messages:
        thread = threads[one.conversation_id]
        try:
            _check(thread, one.outgoing, stopped, campaign_id, at=at)
            row = _row(thread, one, by=by, at=at, lane=lane, campaign_id=campaign_id)
            file = put_files(row, one.outgoing.file_id, at=at)
        except Refused as refusal:
            found.refused[thread.pk] = refusal
            continue
        rows.append(row)
        files.append((row, file))
        _move_on(thread, row, preview=one.outgoing.preview)
    Message.objects.bulk_create(rows)
    for row, file in files:
        if file is not None:
            give(row, file)
    update_rows([threads[pk] for pk in {row.conversation_id for row in rows}], TOUCHED)
    found.queued.extend(row.pk for row in rows)
    for row in rows:
        announce(
            "message.queued",
            row.organization_id,
            by=by,
            at=at,
            conversation_id=row.conversation_id,
            ids=[row.pk],
            type=row.type,
        )


def _held(conversation_ids: set[UUID]) -> dict[UUID, Conversation]:
    hold(conversation_ids)
    rows = Conversation.objects.select_related("phone_number", "contact")
    return rows.in_bulk(conversation_ids)


def _stopped(
    threads: Iterable[Conversation], messages: Sequence[Addressed], campaign_id: UUID | None
) -> frozenset[UUID]:
    """Whose opt-out counts: nobody's where nothing stops at one."""
    categories = {one.outgoing.template_category for one in messages}
    if not any(guards.stops_at_opt_out(one, campaign_id) for one in categories):
        return frozenset()
    by_organization: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for thread in threads:
        if thread.contact_id is not None:
            by_organization[thread.organization_id].add(thread.contact_id)
    return frozenset().union(*(persons.opted_out_among(*one) for one in by_organization.items()))


def _check(
    thread: Conversation,
    outgoing: Outgoing,
    stopped: frozenset[UUID],
    campaign_id: UUID | None,
    *,
    at: datetime,
) -> None:
    stops = guards.stops_at_opt_out(outgoing.template_category, campaign_id)
    guards.number_active(thread)
    guards.not_blocked(thread)
    guards.wants_any(opted_out=stops and thread.contact_id in stopped)
    guards.answerable(thread)
    if outgoing.free_form:
        guards.window_open(thread, at=at)


def _row(
    thread: Conversation,
    one: Addressed,
    *,
    by: Actor,
    at: datetime,
    lane: int,
    campaign_id: UUID | None,
) -> Message:
    row = row_of(thread, one.outgoing, by=by, at=at, reference=one.reference)
    row.lane = lane
    row.campaign_id = campaign_id
    row.retry_of_id = one.retry_of
    return row


def _move_on(thread: Conversation, message: Message, *, preview: str) -> None:
    thread.last_queued_id = message.pk
    thread.last_outbound_at = message.at
    thread.message_count += 1
    show_newest(thread, message, preview=preview)
