"""The outbox takes what is due: who sets `sending` on a row, under a claim token, sends it.

What Meta answers is written in `inbox.actions.settling`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actions.numbers import TOKEN_EXPIRED, end_rest, pause_number
from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.models import NumberStatus, PhoneNumber
from accounts.refusals import Refused
from inbox import pacing
from inbox.actions import paces
from inbox.actions.at_meta import meta_ids
from inbox.actions.guards import marketing_to_none, still_allowed, stops_at_opt_out
from inbox.actions.ownership import keep_as_suggestion
from inbox.actions.status_news import announce_status
from inbox.failures import failure_of_payload, failure_of_refusal
from inbox.message_status import RANKS, Status
from inbox.models import Message
from inbox.outgoing.file_ids import with_ids
from webhooks.failpoints import hit
from whatsapp import outbound
from whatsapp.outbound import BadPayload

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
# Why the text of an assistant was kept back, by the code of the refusal.
KEPT_BACK: Final = {
    "STALE_EPOCH": "stale_epoch",
    "SESSION_EXPIRED": "window_closing",
    "NOT_OWNER": "bot_disabled",
}
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
    candidates = _candidates(number, most, stopped=pace.stopped, at=at)
    bodies = _bodies(candidates, at=at)
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


def _candidates(
    number: PhoneNumber, limit: int, *, stopped: Sequence[str], at: datetime
) -> list[Message]:
    """Due rows with nothing of their conversation in flight or before them, one each.

    stopped: batches that stand still; what is theirs stands in the way of nothing.
    Two `Exists`, never one with OR: 8 ms instead of 137 with 3,000 rows of one thread at the head.
    """
    in_flight = Message.objects.filter(conversation=OuterRef("conversation"), status=Status.SENDING)
    earlier = Message.objects.filter(
        conversation=OuterRef("conversation"),
        status=Status.QUEUED,
        lane=OuterRef("lane"),
        id__lt=OuterRef("id"),
    )
    goes = ~Q(campaign_id__in=stopped) if stopped else Q()
    rows = (
        Message.objects.select_for_update(skip_locked=True, of=("conversation",))
        .select_related("conversation__contact", "conversation__identity")
        .filter(goes, ~Exists(in_flight), ~Exists(earlier.filter(goes)), _due(at))
        .filter(phone_number=number)
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
        stops = stops_at_opt_out(message.template_category, message.campaign_id)
        opted_out = stops and message.conversation.contact_id in stopped
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
    changes = {"status": Status.CANCELLED} if by_ai else as_failed(_failure(why), at)
    moved = Message.objects.filter(pk=message.pk, status=Status.QUEUED).update(**changes)
    if not moved:
        return
    if by_ai:
        keep_as_suggestion(message.conversation, message, reason=_kept_back(why), at=at)
    announce_status(message, str(changes["status"]), by=SYSTEM, at=at)


def _kept_back(why: Refused | BadPayload) -> str:
    if isinstance(why, BadPayload):
        return "model_error"  # a text that nothing can be made of
    return KEPT_BACK.get(why.code, why.code.lower())


def _failure(why: Refused | BadPayload) -> dict[str, Any]:
    return failure_of_refusal(why) if isinstance(why, Refused) else failure_of_payload(why)


def as_failed(failure: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The fields of a message that has failed for good."""
    return {
        "status": Status.FAILED,
        "status_rank": RANKS[Status.FAILED],
        "failure": failure,
        "failed_at": at,
        "claim_token": None,
        "lease_until": None,
    }
