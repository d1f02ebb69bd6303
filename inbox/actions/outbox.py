"""The outbox's own transactions: claim rows, settle what Meta answered, end leases that ran out.

A row is sent by whoever set `sending` on it, and settled only under the same claim token. What is
not known to have failed is never sent again: it becomes `unconfirmed`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actions.numbers import pause_number
from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.events import announce, unit_of_work
from accounts.models import NumberStatus, PhoneNumber
from inbox.actions import attempts
from inbox.actions.guards import still_allowed
from inbox.actions.ownership import keep_as_suggestion
from inbox.actions.statuses import apply_parked, close_window
from inbox.actions.threads import hold_threads_of
from inbox.backoff import GiveUp, PauseNumber, RetryAt, after_no_connection, after_refusal
from inbox.failures import failure_of_call, failure_of_payload, failure_of_refusal
from inbox.message_status import RANKS, Status
from inbox.models import Message
from webhooks.failpoints import hit
from whatsapp import outbound
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown, Remedy
from whatsapp.outbound import BadPayload

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
Outcome = Accepted | CloudApiError | NotSent | OutcomeUnknown


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message in hand: everything the call needs, nothing of the database."""

    message_id: UUID
    claim_token: UUID
    number_id: UUID
    meta_phone_number_id: str
    access_token: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one call."""

    claimed: Claimed
    outcome: Outcome


def claim(limit: int) -> list[Claimed]:
    """Takes up to `limit` due messages, each of another conversation, people's before campaigns'.

    One transaction per number; not announced. Rows that may not go any more (window, epoch,
    opt-out) are ended here instead. What one number's trouble raises is raised only when nothing
    was taken: rows claimed for the others are marked as on the wire and have to be sent.
    """
    hit("send.before_claim")
    at = database_now()
    taken: list[Claimed] = []
    trouble: Exception | None = None
    for number in _numbers_with_work(at):
        if len(taken) >= limit:
            break
        try:
            taken += _claim_and_commit(number, limit - len(taken), at=at)
        except Exception as error:  # the outer edge of a number
            log.exception("claiming for number %s failed", number.pk)
            trouble = error
    if taken:
        hit("send.after_claim_commit")
    elif trouble is not None:
        raise trouble
    return taken


def _claim_and_commit(number: PhoneNumber, limit: int, *, at: datetime) -> list[Claimed]:
    with unit_of_work(durable=True):
        taken = _claim_of(number, limit, at=at)
        hit("send.before_claim_commit")
    return taken


def _due(at: datetime) -> Q:
    return Q(status=Status.QUEUED) & (Q(not_before=None) | Q(not_before__lte=at))


def _numbers_with_work(at: datetime) -> QuerySet[PhoneNumber]:
    waiting = Message.objects.filter(_due(at), phone_number=OuterRef("pk"))
    return (
        PhoneNumber.objects.filter(Exists(waiting), status=NumberStatus.ACTIVE)
        .filter(Q(paused_until=None) | Q(paused_until__lte=at))
        .select_related("account")
        .order_by("?")  # in a fixed order a busy number would take every free sender
    )


def _claim_of(number: PhoneNumber, limit: int, *, at: datetime) -> list[Claimed]:
    token = number.account.access_token
    if not token:
        pause_number(
            number.pk,
            reason="token_expired",
            message="No access token is stored.",
            by=SYSTEM,
            at=at,
        )
        return []
    taken = []
    for message in _candidates(number, limit, at=at):
        claimed = _claim_one(message, number, token, at=at)
        if claimed is not None:
            taken.append(claimed)
    return taken


def _candidates(number: PhoneNumber, limit: int, *, at: datetime) -> list[Message]:
    """Due rows with nothing of their conversation in flight or before them, one each.

    Two `Exists`, never one with OR: 8 ms instead of 137 with 3,000 rows of one thread at the head.
    """
    in_flight = Message.objects.filter(conversation=OuterRef("conversation"), status=Status.SENDING)
    earlier = Message.objects.filter(
        conversation=OuterRef("conversation"),
        status=Status.QUEUED,
        lane=OuterRef("lane"),
        id__lt=OuterRef("id"),
    )
    rows = (
        Message.objects.select_for_update(skip_locked=True, of=("conversation",))
        .select_related(
            "conversation__phone_number", "conversation__contact", "conversation__identity"
        )
        .filter(~Exists(in_flight), ~Exists(earlier), _due(at), phone_number=number)
        .order_by("lane", "id")[:limit]
    )
    first_of: dict[UUID, Message] = {}
    for row in rows:
        first_of.setdefault(row.conversation_id, row)  # both lanes of a thread may be at its head
    return list(first_of.values())


def _claim_one(
    message: Message, number: PhoneNumber, token: str, *, at: datetime
) -> Claimed | None:
    refusal = still_allowed(message, at=at)
    if refusal is not None:
        _end_refused(message, refusal_failure=failure_of_refusal(refusal), at=at)
        return None
    try:
        payload = graph_payload(message)
    except BadPayload as error:
        # Left in the queue it would stop every message of its number.
        _end_refused(message, refusal_failure=failure_of_payload(error), at=at)
        return None
    claim_token = uuid4()
    in_flight_now = Message.objects.filter(
        conversation=message.conversation_id, status=Status.SENDING
    )
    # The re-check sees what was committed since the rows were read: without it two lanes of one
    # conversation were seen in flight together.
    won = Message.objects.filter(
        ~Exists(in_flight_now), pk=message.pk, status=Status.QUEUED
    ).update(status=Status.SENDING, claim_token=claim_token, lease_until=at + LEASE)
    if not won:
        return None
    return Claimed(
        message_id=message.pk,
        claim_token=claim_token,
        number_id=number.pk,
        meta_phone_number_id=number.meta_phone_number_id,
        access_token=token,
        payload=payload,
    )


def graph_payload(message: Message) -> dict[str, Any]:
    """The whole body for Meta: content, receiver, quote, and our id as opaque data.

    Raises: BadPayload when it cannot be built, also when there is nobody it could go to.
    """
    identity = message.conversation.identity
    if identity is None:
        to = outbound.Recipient()
    elif identity.kind == "wa_id":
        to = outbound.Recipient(phone=identity.value)
    else:
        to = outbound.Recipient(bsuid=identity.value)
    return outbound.message(
        message.payload or {},
        to=to,
        opaque=str(message.pk),
        reply_to=message.reply_to_wamid or None,
    )


def _end_refused(message: Message, *, refusal_failure: dict[str, Any], at: datetime) -> None:
    """An AI text is cancelled and kept as a suggestion; a person's fails, with the reason."""
    by_ai = message.sender_type == "ai"
    changes = {"status": Status.CANCELLED} if by_ai else _failed(refusal_failure, at)
    moved = Message.objects.filter(pk=message.pk, status=Status.QUEUED).update(**changes)
    if not moved:
        return
    if by_ai:
        keep_as_suggestion(message.conversation, message, reason="stale_epoch", at=at)
    _announce(message, str(changes["status"]), at=at)


def _failed(failure: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "status": Status.FAILED,
        "status_rank": RANKS[Status.FAILED],
        "failure": failure,
        "failed_at": at,
        "claim_token": None,
        "lease_until": None,
    }


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
        accepted = [row for one in batch if (row := _settle_one(one, at=at)) is not None]
        if accepted:  # last: the locks of wamids are taken after those of rows, as by statuses
            apply_parked(accepted, received_at=at)
    hit("send.after_settle")


def _settle_one(settlement: Settlement, *, at: datetime) -> Message | None:
    """Writes one answer; the message if it has its wamid now."""
    claimed = settlement.claimed
    in_hand = Q(claim_token=claimed.claim_token, status=Status.SENDING)
    if isinstance(settlement.outcome, Accepted):
        # The lease ran out while the database was away: now we do know.
        in_hand |= Q(status=Status.UNCONFIRMED, wamid=None)
    message = (
        Message.objects.select_for_update(of=("self",))
        .filter(in_hand, pk=claimed.message_id)
        .first()
    )
    if message is None:
        # A status webhook or the reconciler decided before this answer came.
        log.info("answer for message %s came after it was settled", claimed.message_id)
        return None
    match settlement.outcome:
        case Accepted() as accepted:
            return _accepted(message, accepted, at=at)
        case NotSent():
            _again(message, after_no_connection(message.attempts + 1, at=at))
        case OutcomeUnknown():
            _change(message, at=at, status=Status.UNCONFIRMED, claim_token=None, lease_until=None)
        case CloudApiError() as error:
            _refused(message, error, at=at)
    return None


def _accepted(message: Message, accepted: Accepted, *, at: datetime) -> Message:
    _change(
        message,
        at=at,
        status=Status.ACCEPTED,
        status_rank=RANKS[Status.ACCEPTED],
        wamid=accepted.wamid,
        accepted_at=at,
        claim_token=None,
        lease_until=None,
    )
    return Message.objects.select_for_update(of=("self",)).get(pk=message.pk)


def _refused(message: Message, error: CloudApiError, *, at: datetime) -> None:
    attempts = message.attempts + 1
    match after_refusal(error, attempts=attempts, at=at):
        case RetryAt() as again:
            _again(message, again)
        case PauseNumber(reason, sentence):
            pause_number(message.phone_number_id, reason=reason, message=sentence, by=SYSTEM, at=at)
            _again(message, RetryAt(at))
        case GiveUp():
            _change(message, at=at, attempts=attempts, **_failed(failure_of_call(error), at))
            if error.remedy is Remedy.WINDOW and message.lease_until is not None:
                # As of the claim, in Meta's whole seconds: who has written since has opened it.
                claimed_at = (message.lease_until - LEASE).replace(microsecond=0)
                close_window(message.conversation_id, at=claimed_at)


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
    _announce(message, str(changes["status"]), at=at)


def _announce(message: Message, status: str, *, at: datetime) -> None:
    announce(
        "message.status",
        message.organization_id,
        by=SYSTEM,
        at=at,
        conversation_id=message.conversation_id,
        ids=[message.pk],
        status=status,
    )


def end_leases(limit: int = 100) -> int:
    """Messages whose sender died in the call: nobody knows, so `unconfirmed`. How many.

    A status webhook with our id settles them later (G15); never sent again by itself.
    """
    at = database_now()
    with unit_of_work(durable=True):
        over = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                status=Status.SENDING, lease_until__lt=at
            )[:limit]
        )
        for message in over:
            _change(message, at=at, status=Status.UNCONFIRMED, claim_token=None, lease_until=None)
    return len(over)
