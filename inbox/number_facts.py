"""Counters of business numbers, for the pages and the API of `accounts` (`NUMBER_FACTS`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Max, Sum

from accounts.shapes import NumberFacts
from inbox.models import Conversation


def number_facts(number_ids: Sequence[UUID]) -> Mapping[UUID, NumberFacts]:
    """What these numbers sent and received, from the counters of their threads. One query."""
    rows = (
        Conversation.objects.filter(phone_number__in=number_ids)
        .values("phone_number")
        .annotate(
            written=Sum("message_count"),
            received=Sum("inbound_count"),
            newest=Max("last_message_at"),
            newest_inbound=Max("last_inbound_at"),
        )
    )
    return {
        row["phone_number"]: NumberFacts(
            messages_sent=row["written"] - row["received"],
            messages_received=row["received"],
            last_message_at=row["newest"],
            last_inbound_at=row["newest_inbound"],
        )
        for row in rows
    }
