"""The buckets and breakers of numbers: claims take from them, answers narrow and open them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.numbers import end_rest, rest_number
from accounts.actors import SYSTEM
from accounts.models import NumberStatus, PhoneNumber
from accounts.row_updates import update_rows
from inbox import pacing
from inbox.models import Conversation, Message, NumberPace
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

Outcome = Accepted | CloudApiError | NotSent | OutcomeUnknown

NUMBER_LIMIT: Final = 130429
MAINTENANCE: Final = 131057
MAINTENANCE_TAKES: Final = timedelta(minutes=1)  # 1 to 5, says Meta; asked once a minute


def hold(number: PhoneNumber) -> NumberPace | None:
    """The number's pace, locked; None while another worker claims for it, or when it is paused.

    number: with `pace` joined, where it has one already; it may have been paused since it was read.
    """
    if not hasattr(number, "pace"):
        NumberPace.objects.bulk_create([NumberPace(phone_number=number)], ignore_conflicts=True)
    rows = NumberPace.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=number.pk, phone_number__status=NumberStatus.ACTIVE).first()


def stop_batch(number_id: UUID, batch_id: UUID, *, stopped: bool) -> None:
    """From the end of the transaction on nothing of this batch is claimed; or it is again.

    Waits for the claim that has the number's pace now: what that takes was before.
    """
    NumberPace.objects.bulk_create([NumberPace(phone_number_id=number_id)], ignore_conflicts=True)
    pace = NumberPace.objects.select_for_update(of=("self",)).get(pk=number_id)
    others = [one for one in pace.stopped if one != str(batch_id)]
    pace.stopped = [*others, str(batch_id)] if stopped else others
    pace.save(update_fields=["stopped"])


def may_have_room(number: PhoneNumber, *, at: datetime) -> bool:
    """Whether a claim is worth its transaction; number: with `pace` joined. No query."""
    return not hasattr(number, "pace") or free(number.pace, number, at=at) > 0


def free(pace: NumberPace, number: PhoneNumber, *, at: datetime) -> int:
    """How many messages the number may send now; one, as a probe, while nobody answers it."""
    room = _bucket(pace, number, at=at).free(pace.paid_until, at=at)
    return min(room, 1) if pacing.is_broken(pace.silent_calls) else room


def take(
    pace: NumberPace, number: PhoneNumber, messages: Sequence[Message], *, at: datetime
) -> list[float]:
    """Pays for messages that are claimed, number and pair; how long each has to wait, in seconds.

    pace, and the conversations of the messages: locked. Two statements for any number of them.
    """
    if not messages:
        return []
    bucket, count = _bucket(pace, number, at=at), len(messages)
    delays = bucket.delays_s(pace.paid_until, count, at=at)
    pace.paid_until = bucket.after(pace.paid_until, count, at=at)
    pace.save(update_fields=["paid_until"])
    threads = [message.conversation for message in messages]
    for thread in threads:
        thread.pair_paid_until = pacing.PAIR.after(thread.pair_paid_until, 1, at=at)
    update_rows(threads, ["pair_paid_until"])
    if pacing.is_broken(pace.silent_calls):
        _rest_unanswered(number.pk, at=at)
    return delays


def _bucket(pace: NumberPace, number: PhoneNumber, *, at: datetime) -> pacing.Bucket:
    return pacing.number_bucket(pacing.rate(_allowed(number), pace.narrowed, at=at))


def _allowed(number: PhoneNumber) -> float:
    return pacing.messages_per_s(number.throughput, coexistence=number.coexistence)


def close_pair(conversation_id: UUID, *, until: datetime) -> None:
    """Meta says that this customer gets too much: nothing before then, and then one by one."""
    closed = pacing.PAIR.closed_until(until)
    Conversation.objects.filter(pk=conversation_id).update(pair_paid_until=closed)


def learn(outcomes: Iterable[tuple[UUID, Outcome]], *, at: datetime) -> None:
    """What calls say of their numbers: a limit narrows one, silence opens its breaker.

    outcomes: of (our) numbers, in the order of the calls. One query when there is nothing to learn.
    """
    by_number: defaultdict[UUID, list[Outcome]] = defaultdict(list)
    for number_id, outcome in outcomes:
        by_number[number_id].append(outcome)
    paces = NumberPace.objects.in_bulk(by_number)
    for number_id in sorted(paces):
        if paces[number_id].silent_calls or any(map(_says_something, by_number[number_id])):
            _learn_of(number_id, by_number[number_id], at=at)


def _says_something(outcome: Outcome) -> bool:
    of_number = isinstance(outcome, CloudApiError) and outcome.code in (NUMBER_LIMIT, MAINTENANCE)
    return of_number or not _is_answer(outcome)


def _is_answer(outcome: Outcome) -> bool:
    if isinstance(outcome, OutcomeUnknown):
        return outcome.http_status is not None and outcome.http_status < 500
    return not isinstance(outcome, NotSent)


def _learn_of(number_id: UUID, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    pace = NumberPace.objects.select_for_update(of=("self",)).get(pk=number_id)
    was_broken = pacing.is_broken(pace.silent_calls)
    for outcome in outcomes:
        pace.silent_calls = pacing.silent_after(pace.silent_calls, answered=_is_answer(outcome))
    codes = {one.code for one in outcomes if isinstance(one, CloudApiError)}
    if NUMBER_LIMIT in codes:
        _narrow(pace, at=at)
    pace.save()
    is_broken = pacing.is_broken(pace.silent_calls)
    if is_broken and not was_broken:
        _rest_unanswered(number_id, at=at)
    elif was_broken and not is_broken:
        end_rest(number_id, by=SYSTEM, at=at)
    if MAINTENANCE in codes:
        rest_number(
            number_id,
            until=at + MAINTENANCE_TAKES,
            reason="maintenance",
            message=_("WhatsApp is working on this number. Messages go out in a few minutes."),
            by=SYSTEM,
            at=at,
        )


def _narrow(pace: NumberPace, *, at: datetime) -> None:
    number = PhoneNumber.objects.get(pk=pace.phone_number_id)
    narrowed = pacing.narrower(_allowed(number), pace.narrowed, at=at)
    bucket = pacing.number_bucket(pacing.rate(_allowed(number), narrowed, at=at))
    pace.narrowed = narrowed
    # Meta counts a second: when that is over, the narrower rate begins.
    rested = bucket.closed_until(narrowed.at + pacing.REST_AFTER_LIMIT)
    pace.paid_until = max(pace.paid_until or rested, rested)


def _rest_unanswered(number_id: UUID, *, at: datetime) -> None:
    rest_number(
        number_id,
        until=at + pacing.PROBE_EVERY,
        reason="no_answer",
        message=_("WhatsApp is not answering. Messages are delayed and go out by themselves."),
        by=SYSTEM,
        at=at,
    )
