"""Turns: made and extended by the customer's lines, run once, ended with a stored reason."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string

from accounts import actors
from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.refusals import Refused
from automation.bots.results import HandOver, Line, Reply, Result, TurnInput
from automation.models import LIVE, Bot, Turn, TurnState
from inbox import outgoing
from inbox.actions.guards import Guards
from inbox.actions.ownership import note_refused_text, request_handoff
from inbox.actions.sending import send
from inbox.models import Conversation, Message
from inbox.ownership import Mode
from webhooks.failpoints import hit
from webhooks.worker import wake

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
CONTEXT_LINES = 30
MOST_RESTARTS = 2
# A campaign's or an integration's message is no answer to what the customer wrote.
ANSWERERS = frozenset({"agent", "ai", "device"})


def line_arrived(conversation: Conversation, message: Message, *, at: datetime) -> None:
    """A customer's line in AI mode: waits for more, at most `max_wait_seconds` from the first.

    Inside the transaction that stored the line. A late line of an old delivery wakes nobody (F29).
    """
    number = conversation.phone_number
    late = message.arrived_late or conversation.observed
    bot_id = number.bot_id if number.bot_answers else None
    if conversation.mode != Mode.AI or bot_id is None or late:
        return
    bot = Bot.objects.filter(pk=bot_id, organization_id=number.organization_id).first()
    if bot is None:
        return  # the number outlived it: people answer, and no line is refused for that
    live = Turn.objects.filter(conversation=conversation, state=TurnState.WAITING).first()
    if live is not None and live.epoch == conversation.owner_epoch:
        _extend(live, bot, message, at=at)
    elif not Turn.objects.filter(conversation=conversation, state__in=LIVE).exists():
        _begin(conversation, bot, message, at=at)
    # A running turn is restarted by the check of `last_inbound_id` when it wants to answer.
    transaction.on_commit(lambda: wake("turns"), robust=True)


def _begin(conversation: Conversation, bot: Bot, message: Message, *, at: datetime) -> None:
    Turn.objects.create(
        conversation=conversation,
        bot=bot,
        epoch=conversation.owner_epoch,
        first_inbound_id=message.pk,
        last_inbound_id=message.pk,
        first_inbound_at=at,
        not_before=at + timedelta(seconds=bot.quiet_seconds),
        created_at=at,
    )


def _extend(turn: Turn, bot: Bot, message: Message, *, at: datetime) -> None:
    quiet = at + timedelta(seconds=bot.quiet_seconds)
    latest = turn.first_inbound_at + timedelta(seconds=bot.max_wait_seconds)
    Turn.objects.filter(pk=turn.pk, state=TurnState.WAITING).update(
        last_inbound_id=message.pk, not_before=min(quiet, latest)
    )


def end_live(conversation_id: UUID, state: TurnState, reason: str, *, at: datetime) -> None:
    """Ends a live turn, e.g. because the owner changed."""
    Turn.objects.filter(conversation=conversation_id, state__in=LIVE).update(
        state=state, reason=reason, ended_at=at, claim_token=None, lease_until=None
    )


def claim() -> Turn | None:
    """The next due turn, leased for a minute; a turn tried too often becomes a handoff."""
    at = database_now()
    due = Turn.objects.filter(
        Q(state=TurnState.WAITING, not_before__lte=at)
        | Q(state=TurnState.RUNNING, lease_until__lt=at)
    )
    # Five times a second: SQLite has one lock for all who write, and whoever only looks takes none.
    if not due.exists():
        return None
    with unit_of_work(durable=True):
        turn = (
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("conversation", "bot")
            .order_by("not_before")
            .first()
        )
        if turn is None:
            return None
        held = turn.conversation.ai_hold_until
        if held is not None and held > at:  # a person is typing
            Turn.objects.filter(pk=turn.pk).update(
                state=TurnState.WAITING, not_before=held, lease_until=None, claim_token=None
            )
            return None
        turn.claim_token = uuid4()
        turn.attempts += 1
        Turn.objects.filter(pk=turn.pk).update(
            state=TurnState.RUNNING,
            claim_token=turn.claim_token,
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
        )
        return turn


def run(turn: Turn) -> None:
    """Asks the engine, with no transaction open, and carries its answer out under the epoch."""
    if turn.attempts > MOST_ATTEMPTS:
        finish(turn, HandOver("model_error"), last_seen=turn.last_inbound_id)
        return
    given, last_inbound_id = _input(turn)
    hit("turn.before_reply")
    result = _ask(turn.bot, given)
    finish(turn, result, last_seen=last_inbound_id)


def _ask(bot: Bot, given: TurnInput) -> Result:
    try:
        engine = import_string(settings.BOTS[bot.engine])(bot.settings)
        result: Result = engine.reply(given)
    except Exception:
        log.exception("bot %s failed", bot.pk)
        return HandOver("model_error")
    return result


def _input(turn: Turn) -> tuple[TurnInput, UUID | None]:
    conversation = Conversation.objects.get(pk=turn.conversation_id)
    said = Message.objects.filter(conversation=conversation, in_thread=True)
    rows = list(said.order_by("-at", "-pk")[:CONTEXT_LINES])[::-1]
    answers = [row.pk for row in rows if row.sender_type in ANSWERERS]
    asked = [row for row in rows if row.direction == "inbound" and _is_asked(row, turn, answers)]
    misses = 0
    for row in reversed(rows):
        if row.direction == "outbound" and row.sender_type == "ai":
            if not row.details.get("missed"):
                break
            misses += 1
    given = TurnInput(
        lines=tuple(_line(row) for row in rows),
        asked=tuple(_line(row) for row in asked),
        first=not answers,
        misses=misses,
        return_note=conversation.return_note,
    )
    return given, conversation.last_inbound_id


def _is_asked(row: Message, turn: Turn, answers: list[UUID]) -> bool:
    """Whether it came after our last answer, or with this turn.

    By arrival, which the ids keep: Meta's time is cut to seconds, and a quick line would seem to
    stand before the answer it follows.
    """
    return row.pk >= turn.first_inbound_id or row.pk > max(answers, default=row.pk)


def _line(row: Message) -> Line:
    return Line(row.sender_type, row.type, str(row.content.get("body") or ""))


def finish(turn: Turn, result: Result, *, last_seen: UUID | None) -> None:
    """Carries the result out in one transaction with the end of the turn."""
    at = database_now()
    by = actors.bot(turn.bot_id, turn.bot.name)
    with unit_of_work(durable=True):
        conversation = Conversation.objects.select_for_update(of=("self",)).get(
            pk=turn.conversation_id
        )
        mine = Turn.objects.filter(
            pk=turn.pk, claim_token=turn.claim_token, state=TurnState.RUNNING
        )
        if not mine.exists():
            _keep_text(conversation, result, turn, at=at)
            return
        if conversation.last_inbound_id != last_seen and turn.restarts < MOST_RESTARTS:
            # The customer wrote again: once more, with all lines.
            _wait_again(
                mine,
                restarts=F("restarts") + 1,
                attempts=0,
                last_inbound_id=conversation.last_inbound_id,
            )
            return
        held = conversation.ai_hold_until
        if result is not None and held is not None and held > at:
            # A person began to type while the engine was thinking: from the start when they stop.
            _wait_again(mine, not_before=held, attempts=F("attempts") - 1)
            return
        state, reason = _carry_out(conversation, turn, result, by=by, at=at)
        Turn.objects.filter(pk=turn.pk).update(
            state=state, reason=reason, ended_at=at, claim_token=None, lease_until=None
        )
        _take_up_newer_lines(turn, last_seen, at=at)


def _wait_again(turn: QuerySet[Turn], **changes: Any) -> None:
    turn.update(state=TurnState.WAITING, claim_token=None, lease_until=None, **changes)


def _take_up_newer_lines(turn: Turn, last_seen: UUID | None, *, at: datetime) -> None:
    """After two restarts the third answer went out; what came meanwhile gets its own turn."""
    conversation = Conversation.objects.select_related("phone_number").get(pk=turn.conversation_id)
    if conversation.last_inbound_id in (last_seen, None):
        return
    line_arrived(conversation, Message.objects.get(pk=conversation.last_inbound_id), at=at)


def _keep_text(conversation: Conversation, result: Result, turn: Turn, *, at: datetime) -> None:
    if isinstance(result, Reply):
        note_refused_text(
            conversation.pk, result.text, reason="stale_epoch", epoch=turn.epoch, at=at
        )


def _carry_out(
    conversation: Conversation, turn: Turn, result: Result, *, by: actors.Actor, at: datetime
) -> tuple[TurnState, str]:
    match result:
        case None:
            return TurnState.NO_REPLY, ""
        case HandOver(reason, holding_line):
            return _hand_over(conversation, turn, reason, holding_line, by=by, at=at)
        case Reply(text, missed):
            if _answers(conversation) >= turn.bot.max_turns:
                return _hand_over(conversation, turn, "max_turns", "", by=by, at=at)
            return _say(conversation, turn, text, missed=missed, by=by, at=at)


def _answers(conversation: Conversation) -> int:
    since = conversation.returned_at or conversation.created_at
    return Message.objects.filter(
        conversation=conversation, sender_type="ai", created_at__gte=since
    ).count()


def _say(
    conversation: Conversation,
    turn: Turn,
    text: str,
    *,
    missed: bool,
    by: actors.Actor,
    at: datetime,
) -> tuple[TurnState, str]:
    try:
        message = send(
            conversation.pk,
            outgoing.text(text),
            by=by,
            at=at,
            guards=Guards(owner_epoch=turn.epoch, turn_id=turn.pk),
        )
    except Refused as refusal:
        return _refused(conversation, turn, text, refusal, by=by, at=at)
    if missed:
        Message.objects.filter(pk=message.pk).update(details=message.details | {"missed": True})
    return TurnState.ANSWERED, ""


def _refused(
    conversation: Conversation,
    turn: Turn,
    text: str,
    refusal: Refused,
    *,
    by: actors.Actor,
    at: datetime,
) -> tuple[TurnState, str]:
    reasons = {
        "STALE_EPOCH": "stale_epoch",
        "SESSION_EXPIRED": "window_closing",
        "NOT_OWNER": "bot_disabled",
        "NUMBER_NOT_ACTIVE": "bot_disabled",
        "VALIDATION_ERROR": "model_error",  # an empty or an endless text
    }
    reason = reasons.get(refusal.code)
    if reason is None:
        return TurnState.DROPPED, refusal.code.lower()
    if text.strip():
        note_refused_text(conversation.pk, text, reason=reason, epoch=turn.epoch, at=at)
    if reason != "stale_epoch":
        request_handoff(conversation.pk, reason=reason, by=by, at=at, owner_epoch=turn.epoch)
    return TurnState.DROPPED, reason


def _hand_over(
    conversation: Conversation,
    turn: Turn,
    reason: str,
    holding_line: str,
    *,
    by: actors.Actor,
    at: datetime,
) -> tuple[TurnState, str]:
    try:
        request_handoff(conversation.pk, reason=reason, by=by, at=at, owner_epoch=turn.epoch)
    except Refused:
        return TurnState.DROPPED, "stale_epoch"
    if holding_line:
        _hold_the_line(conversation.pk, holding_line, at=at)
    return TurnState.HANDED_OFF, reason


def _hold_the_line(conversation_id: UUID, text: str, *, at: datetime) -> None:
    """The one line the customer gets while waiting; where it may not go, nothing is said."""
    try:
        send(conversation_id, outgoing.text(text), by=actors.SYSTEM, at=at)
    except Refused as refusal:
        log.info("no holding line: %s", refusal.code)
