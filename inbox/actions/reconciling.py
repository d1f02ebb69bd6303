"""What nobody knows: sends whose answer is lost, until a status of Meta's or a person settles them.

Never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.events import unit_of_work
from inbox.actions.settling import leave_unconfirmed
from inbox.actions.status_news import announce_status
from inbox.message_status import Status
from inbox.models import Message
from inbox.models.messages import Lane
from webhooks.hearing import heard_since

# So long a status may settle it before a person is asked.
GRACE: Final[Mapping[int, timedelta]] = {
    Lane.CONVERSATION: timedelta(minutes=2),
    Lane.CAMPAIGN: timedelta(minutes=15),
}
BATCH: Final = 100


def end_leases() -> int:
    """Messages whose sender died in the call: nobody knows, so `unconfirmed`. How many."""
    at = database_now()
    with unit_of_work(durable=True):
        over = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(status=Status.SENDING, lease_until__lt=at)
            .values_list("pk", flat=True)[:BATCH]
        )
        leave_unconfirmed(over, at=at)
    return len(over)


def end_grace() -> int:
    """Asks people about what is still unconfirmed; how many.

    The time counts only while Meta could tell us: not while nothing takes its webhooks, nor while
    those that came are not digested. After such a gap it begins anew, for Meta repeats with breaks.
    """
    at = database_now()
    since = heard_since(at=at)
    if since is None:
        return 0
    over = Q()
    for lane, grace in GRACE.items():
        if since <= at - grace:
            over |= Q(lane=lane, silent_since__lte=at - grace)
    return _ask_about(over, at=at) if over else 0


def _ask_about(over: Q, *, at: datetime) -> int:
    silent = Q(status=Status.UNCONFIRMED, silent_since__isnull=False)
    with unit_of_work(durable=True):
        rows = Message.objects.select_for_update(skip_locked=True, of=("self",))
        messages = list(rows.filter(silent & over)[:BATCH])
        Message.objects.filter(pk__in=[one.pk for one in messages]).update(silent_since=None)
        for message in messages:
            announce_status(message, Status.UNCONFIRMED, by=SYSTEM, at=at)
    return len(messages)
