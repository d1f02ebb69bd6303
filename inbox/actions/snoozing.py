"""A conversation is put aside until a time. It comes back then, or when the customer writes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.clock import database_now
from accounts.events import transactional, unit_of_work
from accounts.refusals import Refused
from inbox.actions.ownership import check_version
from inbox.actions.reopening import open_again, save_status
from inbox.actions.threads import locked
from inbox.models import Conversation
from inbox.models.conversations import ConversationStatus

log = logging.getLogger(__name__)

FURTHEST: Final = timedelta(days=365)
BATCH: Final = 50


@transactional
def snooze_conversation(
    conversation_id: UUID,
    *,
    until: datetime,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Conversation:
    """Nothing of it is asked of anybody until then. Its owner stays; snoozed again, it gets the
    other time. An answer leaves it snoozed, a message of the customer does not.

    Refuses: STATE_CONFLICT when it is closed; VALIDATION_ERROR (snoozed_until) for a time that is
    past or more than a year away; VERSION_CONFLICT, ALREADY_CLAIMED.
    """
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    if conversation.status == ConversationStatus.CLOSED:
        raise Refused("STATE_CONFLICT", _("This conversation is closed. Reopen it first."))
    if not at < until <= at + FURTHEST:
        sentence = _("Choose a time from now on, up to a year ahead.")
        raise Refused("VALIDATION_ERROR", sentence, field="snoozed_until")
    conversation.status = ConversationStatus.SNOOZED
    conversation.snoozed_until = until
    conversation.woken_at = None
    conversation.version += 1
    save_status(conversation, by=by, at=at, until=until.isoformat())
    return conversation


def wake_due(limit: int = BATCH) -> int:
    """Brings back what is due, a transaction each, on top of the list; how many.

    The database's clock decides. Another worker beside this one is fine.
    """
    at = database_now()
    woken = 0
    for conversation_id in list(_due(at).values_list("pk", flat=True)[:limit]):
        try:
            woken += _wake_and_commit(conversation_id, at=at)
        except Exception:  # the outer edge of one conversation: the others go on
            log.exception("waking conversation %s failed", conversation_id)
    return woken


def _due(at: datetime) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(status=ConversationStatus.SNOOZED, snoozed_until__lte=at)
    return rows.order_by("snoozed_until", "pk")


def _wake_and_commit(conversation_id: UUID, *, at: datetime) -> bool:
    with unit_of_work(durable=True):
        conversation = locked(conversation_id)
        until = conversation.snoozed_until
        if conversation.status != ConversationStatus.SNOOZED or until is None or until > at:
            return False  # somebody was faster
        open_again(conversation)
        conversation.woken_at = at
        conversation.last_activity_at = max(conversation.last_activity_at, at)
        conversation.version += 1
        save_status(conversation, by=SYSTEM, at=at, reason="snooze_over")
    return True
