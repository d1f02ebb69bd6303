"""What became of each call to Meta, kept for whoever asks later what happened to a message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from inbox.actions.paces import Outcome
from inbox.models import Message, SendAttempt
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

LONGEST_TEXT = 500


def keep(calls: Iterable[tuple[UUID, Outcome]], *, lease: timedelta, at: datetime) -> None:
    """One row for each call, before it is settled. Two queries for any number of them.

    lease: how long before the end of its lease a call began. at: when the answers were there.
    """
    outcomes = dict(calls)
    leases = Message.objects.filter(pk__in=outcomes).values_list("pk", "lease_until")
    SendAttempt.objects.bulk_create(
        _row(pk, outcomes[pk], began=until - lease if until else at, at=at) for pk, until in leases
    )


def _row(message_id: UUID, outcome: Outcome, *, began: datetime, at: datetime) -> SendAttempt:
    row = SendAttempt(message_id=message_id, at=min(began, at), ended_at=at)
    match outcome:
        case Accepted():
            row.outcome = "accepted"
        case CloudApiError():
            row.outcome, row.code, row.text = "refused", outcome.code, outcome.sentence
        case NotSent():
            row.outcome = "not_sent"
        case OutcomeUnknown():
            row.outcome = "unknown"
    row.text = row.text[:LONGEST_TEXT]
    return row
