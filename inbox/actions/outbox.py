"""The outbox's own transactions: claim rows, settle what Meta answered.

A row is sent by whoever set `sending` on it, and settled only under the same claim token. What is
not known to have failed is never sent again: it becomes `unconfirmed`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actions.numbers import TOKEN_EXPIRED, end_rest, pause_number, pause_numbers_of
from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.events import announce, unit_of_work
from accounts.models import NumberStatus, PhoneNumber
from accounts.refusals import Refused
from accounts.row_updates import update_rows
from inbox import pacing
from inbox.actions import attempts, paces
from inbox.actions.guards import MARKETING, marketing_to_none, still_allowed
from inbox.actions.ownership import keep_as_suggestion
from inbox.actions.paces import Outcome
from inbox.actions.statuses import apply_parked, close_window
from inbox.actions.threads import hold_threads_of
from inbox.actions.uploads import is_forgotten, meta_ids, renew
from inbox.backoff import (
    PAIR_LIMIT,
    GiveUp,
    PauseNumber,
    RetryAt,
    after_no_connection,
    after_refusal,
)
from inbox.failures import failure_of_call, failure_of_payload, failure_of_refusal
from inbox.message_status import RANKS, Status
from inbox.models import Message
from inbox.outgoing.file_ids import with_ids
from webhooks.failpoints import hit
from whatsapp import outbound
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown, Remedy, rule_for
from whatsapp.outbound import BadPayload

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
# Why the text of an assistant was kept back, by the code of the refusal.
KEPT_BACK: Final = {
    "STALE_EPOCH": "stale_epoch",
    "SESSION_EXPIRED": "window_closing",
    "NOT_OWNER": "bot_disabled",
}
MEDIA_ERROR: Final = 131053
NO_FILES: Final[Mapping[UUID, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message in hand: everything the call needs, nothing of the database.

    wait_s: how many seconds after the claim its turn comes; the number sends evenly.
    """

    message_id: UUID
    claim_token: UUID
    number_id: UUID
    meta_phone_number_id: str
    access_token: str
    payload: dict[str, Any]
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one call."""

    claimed: Claimed
    outcome: Outcome


def claim(limit: int, *, in_hand: Mapping[UUID, int] | None = None) -> list[Claimed]:
    """Takes up to `limit` due messages, each of another conversation, people's before campaigns'.

    in_hand: how many the caller still has, by number; none gets more than its share of all.
    One transaction per number; not announced. Rows that may not go any more (window, epoch,
    opt-out) are ended here instead. What one number's trouble raises is raised only when nothing
    was taken: rows claimed for the others are marked as on the wire and have to be sent.
    """
    hit("send.before_claim")
    at = database_now()
    taken: list[Claimed] = []
    trouble: Exception | None = None
    numbers = list(_numbers_with_work(at))
    has = Counter(in_hand or {})
    share = pacing.share(limit + has.total(), numbers=len({one.pk for one in numbers} | {*has}))
    for number in numbers:
        most = min(limit - len(taken), share - has[number.pk])
        if most <= 0 or not paces.may_have_room(number, at=at):
            continue
        try:
            taken += _claim_and_commit(number, most, at=at)
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
        .select_related("account", "pace")
        .order_by("?")  # in a fixed order a busy number would take every free sender
    )


def _claim_of(number: PhoneNumber, limit: int, *, at: datetime) -> list[Claimed]:
    token = number.account.access_token
    if not token:
        pause_number(
            number.pk,
            reason=TOKEN_EXPIRED,
            message="No access token is stored.",
            by=SYSTEM,
            at=at,
        )
        return []
    pace = paces.hold(number)
    most = 0 if pace is None else min(limit, paces.free(pace, number, at=at))
    if pace is None or not most:
        return []
    if number.paused_until is not None and not pacing.is_broken(pace.silent_calls):
        end_rest(number.pk, by=SYSTEM, at=at)
    bodies = _bodies(_candidates(number, most, at=at), at=at)
    claim_token, taken = _take([message for message, _body in bodies], at=at)
    delays = iter(paces.take(pace, number, taken, at=at))
    by_id = {message.pk: body for message, body in bodies}
    return [
        Claimed(
            message_id=message.pk,
            claim_token=claim_token,
            number_id=number.pk,
            meta_phone_number_id=number.meta_phone_number_id,
            access_token=token,
            payload=by_id[message.pk],
            wait_s=next(delays),
        )
        for message in taken
    ]


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
        .select_related("conversation__contact", "conversation__identity")
        .filter(~Exists(in_flight), ~Exists(earlier), _due(at), phone_number=number)
        .filter(awaits_files=False)
        .exclude(conversation__pair_paid_until__gt=pacing.PAIR.closed_until(at))
        .order_by("lane", "id")[:limit]
    )
    first_of: dict[UUID, Message] = {}
    for row in rows:
        row.conversation.phone_number = number  # at hand: not read and built for each
        first_of.setdefault(row.conversation_id, row)  # both lanes of a thread may be at its head
    return list(first_of.values())


def _bodies(messages: Iterable[Message], *, at: datetime) -> list[tuple[Message, dict[str, Any]]]:
    """Those that may still go, with what is sent; the others are ended."""
    bodies = []
    messages = list(messages)
    stopped = marketing_to_none(messages)
    for message in messages:
        marketing = message.template_category == MARKETING
        opted_out = marketing and message.conversation.contact_id in stopped
        refusal = still_allowed(message, at=at, opted_out=opted_out)
        if refusal is not None:
            _end_refused(message, refusal, at=at)
            continue
        ids = meta_ids(message, at=at)
        if isinstance(ids, Refused):
            _end_refused(message, ids, at=at)
            continue
        if ids is None:
            continue  # its file is not at Meta: it waits, and what is behind it
        try:
            bodies.append((message, graph_payload(message, ids)))
        except BadPayload as error:
            # Left in the queue it would stop every message of its number.
            _end_refused(message, error, at=at)
    return bodies


def _take(messages: list[Message], *, at: datetime) -> tuple[UUID, list[Message]]:
    """Marks them as on the wire under one token; those of them that are, in their order."""
    claim_token = uuid4()
    in_flight_now = Message.objects.filter(
        conversation=OuterRef("conversation"), status=Status.SENDING
    )
    rows = Message.objects.filter(pk__in=[message.pk for message in messages])
    # The re-check sees what was committed since the rows were read: without it two lanes of one
    # conversation were seen in flight together.
    won = rows.filter(~Exists(in_flight_now), status=Status.QUEUED).update(
        status=Status.SENDING, claim_token=claim_token, lease_until=at + LEASE
    )
    if won == len(messages):
        return claim_token, messages
    ours = set(rows.filter(claim_token=claim_token).values_list("pk", flat=True))
    return claim_token, [message for message in messages if message.pk in ours]


def graph_payload(message: Message, ids: Mapping[UUID, str] = NO_FILES) -> dict[str, Any]:
    """The whole body for Meta: content, receiver, quote, and our id as opaque data.

    ids: Meta's id of each of our files.

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
        with_ids(message.payload or {}, ids),
        to=to,
        opaque=str(message.pk),
        reply_to=message.reply_to_wamid or None,
    )


def _end_refused(message: Message, why: Refused | BadPayload, *, at: datetime) -> None:
    """An AI text is cancelled and kept as a suggestion; a person's fails, with the reason."""
    by_ai = message.sender_type == "ai"
    changes = {"status": Status.CANCELLED} if by_ai else _failed(_failure(why), at)
    moved = Message.objects.filter(pk=message.pk, status=Status.QUEUED).update(**changes)
    if not moved:
        return
    if by_ai:
        keep_as_suggestion(message.conversation, message, reason=_kept_back(why), at=at)
    _announce(message, str(changes["status"]), at=at)


def _kept_back(why: Refused | BadPayload) -> str:
    if isinstance(why, BadPayload):
        return "model_error"  # a text that nothing can be made of
    return KEPT_BACK.get(why.code, why.code.lower())


def _failure(why: Refused | BadPayload) -> dict[str, Any]:
    return failure_of_refusal(why) if isinstance(why, Refused) else failure_of_payload(why)


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
        _announce(message, Status.ACCEPTED, at=at)
    # Last: the locks of wamids are taken after those of rows, as by statuses.
    apply_parked(accepted, received_at=at)


def _refused(message: Message, error: CloudApiError, *, at: datetime) -> None:
    attempts = message.attempts + 1
    if renew(message, error):
        return
    if message.files_renewed and is_forgotten(error):
        # The number has just taken the file: what is unknown (100/33) is the file, not the number.
        failure = failure_of_call(error, rule=rule_for(MEDIA_ERROR))
        _change(message, at=at, attempts=attempts, **_failed(failure, at))
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
            _change(message, at=at, attempts=attempts, **_failed(failure_of_call(error), at))
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


def leave_unconfirmed(message_ids: Iterable[UUID], *, at: datetime) -> None:
    """Nobody knows yet. Not announced: first a status of Meta's may settle it (see `end_grace`)."""
    Message.objects.filter(pk__in=list(message_ids)).update(
        status=Status.UNCONFIRMED, claim_token=None, lease_until=None, silent_since=at
    )
