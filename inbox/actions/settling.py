"""What Meta answered is written, under the token of the claim that sent it.

What is not known to have failed is never sent again: it becomes `unconfirmed`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from accounts.actions.numbers import TOKEN_EXPIRED, pause_number, pause_numbers_of
from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.models import PhoneNumber
from accounts.row_updates import update_rows
from inbox.actions import attempts, paces
from inbox.actions.at_meta import is_forgotten, renew
from inbox.actions.outbox import LEASE, Claimed, as_failed
from inbox.actions.paces import Outcome
from inbox.actions.status_news import announce_status
from inbox.actions.statuses import apply_parked, close_window
from inbox.actions.threads import hold_threads_of
from inbox.backoff import (
    PAIR_LIMIT,
    GiveUp,
    PauseNumber,
    RetryAt,
    after_no_connection,
    after_refusal,
)
from inbox.failures import failure_of_call
from inbox.message_status import RANKS, Status
from inbox.models import Message
from webhooks.failpoints import hit
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown, Remedy, rule_for

log = logging.getLogger(__name__)

MEDIA_ERROR: Final = 131053


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one call."""

    claimed: Claimed
    outcome: Outcome


def settle(settlements: Iterable[Settlement]) -> None:
    """Writes what Meta answered, all in one transaction (an organization's counter row
    serialises its commits, so one transaction per answer would not scale).
    """
    batch = sorted(settlements, key=lambda one: one.claimed.message_id)
    if not batch:
        return
    hit("send.after_accept_before_settle")
    at = database_now()
    with unit_of_work(durable=True):
        hold_threads_of(Message.objects.filter(pk__in=[one.claimed.message_id for one in batch]))
        attempts.keep([(one.claimed.message_id, one.outcome) for one in batch], lease=LEASE, at=at)
        # First, as a claim does: the pace is locked before its number.
        paces.learn(((one.claimed.number_id, one.outcome) for one in batch), at=at)
        in_hand = _in_hand(batch)
        accepted: list[Message] = []
        for one in batch:
            message = in_hand.get(one.claimed.message_id)
            if message is None or not _is_open(message, one):
                # A status webhook or the reconciler decided before this answer came.
                log.info("answer for message %s came late", one.claimed.message_id)
            elif isinstance(one.outcome, Accepted):
                accepted.append(_accepted(message, one.outcome, at=at))
            else:
                _not_accepted(message, one.outcome, at=at)
        _write_accepted(accepted, at=at)
    hit("send.after_settle")


def _in_hand(batch: Iterable[Settlement]) -> dict[UUID, Message]:
    rows = Message.objects.select_for_update(of=("self",)).order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=[one.claimed.message_id for one in batch])}


def _is_open(message: Message, settlement: Settlement) -> bool:
    if message.status == Status.SENDING:
        return message.claim_token == settlement.claimed.claim_token
    # The lease ran out while the database was away, and now we do know.
    unclear = message.status == Status.UNCONFIRMED and message.wamid is None
    return unclear and isinstance(settlement.outcome, Accepted)


def _not_accepted(
    message: Message, outcome: CloudApiError | NotSent | OutcomeUnknown, *, at: datetime
) -> None:
    match outcome:
        case NotSent():
            _again(message, after_no_connection(message.attempts + 1, at=at))
        case OutcomeUnknown():
            leave_unconfirmed([message.pk], at=at)
        case CloudApiError() as error:
            _refused(message, error, at=at)


def _accepted(message: Message, accepted: Accepted, *, at: datetime) -> Message:
    message.status = Status.ACCEPTED
    message.status_rank = RANKS[Status.ACCEPTED]
    message.wamid = accepted.wamid
    message.accepted_at = at
    message.claim_token = message.lease_until = message.silent_since = None
    return message


# What `_accepted` changes.
ACCEPTING: Final = (
    *("status", "status_rank", "wamid", "accepted_at"),
    *("claim_token", "lease_until", "silent_since"),
)


def _write_accepted(accepted: list[Message], *, at: datetime) -> None:
    """All at once: three statements for each were half of what a message cost."""
    if not accepted:
        return
    update_rows(accepted, ACCEPTING)
    for message in accepted:
        announce_status(message, Status.ACCEPTED, by=SYSTEM, at=at)
    # Last: the locks of wamids are taken after those of rows, as by statuses.
    apply_parked(accepted, received_at=at)


def _refused(message: Message, error: CloudApiError, *, at: datetime) -> None:
    attempts = message.attempts + 1
    if renew(message, error):
        return
    if message.files_renewed and is_forgotten(error):
        # The number has just taken the file: what is unknown (100/33) is the file, not the number.
        failure = failure_of_call(error, rule=rule_for(MEDIA_ERROR))
        _change(message, at=at, attempts=attempts, **as_failed(failure, at))
        return
    match after_refusal(error, attempts=attempts, at=at):
        case RetryAt() as again:
            _again(message, again)
            if error.code == PAIR_LIMIT:
                paces.close_pair(message.conversation_id, until=again.moment)
        case PauseNumber() as pause:
            _pause(message.phone_number_id, pause, at=at)
            _again(message, RetryAt(at))
        case GiveUp():
            _change(message, at=at, attempts=attempts, **as_failed(failure_of_call(error), at))
            if error.remedy is Remedy.WINDOW and message.lease_until is not None:
                # As of the claim, in Meta's whole seconds: who has written since has opened it.
                claimed_at = (message.lease_until - LEASE).replace(microsecond=0)
                close_window(message.conversation_id, at=claimed_at)


def _pause(number_id: UUID, pause: PauseNumber, *, at: datetime) -> None:
    """A dead token is that of all numbers of the account: they need not find out one by one."""
    pause_number(number_id, reason=pause.reason, message=pause.sentence, by=SYSTEM, at=at)
    if pause.reason == TOKEN_EXPIRED:
        account_id = PhoneNumber.objects.values_list("account", flat=True).get(pk=number_id)
        pause_numbers_of(account_id, reason=pause.reason, message=pause.sentence, by=SYSTEM, at=at)


def _again(message: Message, again: RetryAt) -> None:
    """Surely not sent: back into the queue, not announced (the page shows the same clock)."""
    Message.objects.filter(pk=message.pk).update(
        status=Status.QUEUED,
        attempts=message.attempts + 1,
        not_before=again.moment,
        claim_token=None,
        lease_until=None,
    )


def _change(message: Message, *, at: datetime, **changes: Any) -> None:
    Message.objects.filter(pk=message.pk).update(**changes)
    announce_status(message, str(changes["status"]), by=SYSTEM, at=at)


def leave_unconfirmed(message_ids: Iterable[UUID], *, at: datetime) -> None:
    """Nobody knows yet. Not announced: first a status of Meta's may settle it (see `end_grace`)."""
    Message.objects.filter(pk__in=list(message_ids)).update(
        status=Status.UNCONFIRMED, claim_token=None, lease_until=None, silent_since=at
    )
