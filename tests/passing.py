"""Time that passes for the outbox: every moment that it waits for lies so much earlier."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import F, Model

from accounts.models import PhoneNumber
from inbox.actions import reconciling
from inbox.models import Conversation, Message, NumberPace
from webhooks import hearing
from webhooks.models import Hearing

MOMENTS: Final[tuple[tuple[type[Model], str], ...]] = (
    (NumberPace, "paid_until"),
    (NumberPace, "narrowed_at"),
    (PhoneNumber, "paused_until"),
    (Conversation, "pair_paid_until"),
    (Message, "not_before"),
    (Message, "lease_until"),
    (Message, "silent_since"),
    (Hearing, "since"),
)


def time_passes(seconds: float) -> None:
    """So many seconds go by while somebody listens to Meta."""
    for model, name in MOMENTS:
        model._default_manager.update(**{name: F(name) - timedelta(seconds=seconds)})


def grace_ends() -> int:
    """Nothing came for longer than any grace; how many messages people are asked about."""
    hearing.hear()
    time_passes(3600)
    return reconciling.end_grace()
