"""Which assistant a number has, and whether it answers there."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.actions.numbers import set_bot
from accounts.actors import Actor
from accounts.events import unit_of_work
from accounts.models import PhoneNumber
from automation.models import Bot
from inbox.actions.ownership import request_handoff
from inbox.models import Conversation
from inbox.ownership import Mode

BATCH: Final = 100


def link_bot(
    number_id: UUID,
    *,
    bot: Bot | None,
    auto_reply: bool,
    start_mode: str,
    by: Actor,
    at: datetime,
) -> PhoneNumber:
    """Gives the number this assistant, or none; what the one before had goes to people.

    Conversations are handed over a batch at a time, each in its own transaction: not to be called
    inside one. Until its batch comes, a text of the assistant is refused anyway.
    bot: of the number's organization. Refuses: NO_BOT_LINKED for answers or a start without one.
    """
    before = PhoneNumber.objects.get(pk=number_id)
    number = set_bot(
        number_id,
        bot_id=bot.pk if bot else None,
        name=bot.name if bot else "",
        enabled=bot is not None and bot.enabled,
        auto_reply=auto_reply,
        start_mode=start_mode,
        by=by,
        at=at,
    )
    answers = number.bot_id is not None and number.bot_enabled and number.auto_reply
    if not answers or number.bot_id != before.bot_id:
        hand_over_all(number_id, by=by, at=at)
    return number


def hand_over_all(number_id: UUID, *, by: Actor, at: datetime) -> int:
    """Puts every conversation that the assistant has on this number into the queue. How many."""
    count = 0
    owned = Conversation.objects.filter(phone_number=number_id, mode=Mode.AI).order_by("pk")
    while batch := list(owned.values_list("pk", flat=True)[:BATCH]):
        with unit_of_work():
            for conversation_id in batch:
                request_handoff(conversation_id, reason="bot_disabled", by=by, at=at)
        count += len(batch)
    return count


def switch_auto_reply(
    number: PhoneNumber, *, enabled: bool, by: Actor, at: datetime
) -> PhoneNumber:
    """The number-wide switch. Off: as without an assistant, but the link stays.

    Refuses: NO_BOT_LINKED when switched on without one.
    """
    bot = Bot.objects.filter(pk=number.bot_id).first() if number.bot_id else None
    return link_bot(
        number.pk,
        bot=bot,
        auto_reply=enabled,
        start_mode=number.start_mode if bot else "human",
        by=by,
        at=at,
    )
