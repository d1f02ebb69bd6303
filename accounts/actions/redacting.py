"""What this app keeps of a person who is erased: events of their conversations, stored answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.models import Event, IdempotencyRecord

BATCH: Final = 500
GONE: Final = json.dumps(
    {"success": False, "error": {"code": "NOT_FOUND", "message": "This person was erased."}}
).encode()


def forget_events(
    organization_id: UUID, conversation_ids: Collection[UUID], *, most: int = BATCH
) -> int:
    """Removes one batch of the events of these conversations; how many."""
    mine = Event.objects.filter(
        organization=organization_id, conversation__in=list(conversation_ids)
    )
    ids = list(mine.order_by("seq").values_list("pk", flat=True)[:most])
    return Event.objects.filter(pk__in=ids).delete()[0]


def forget_events_about(
    organization_id: UUID, contact_ids: Collection[str], *, kinds: str = "contact."
) -> int:
    """Removes the events about these contacts that belong to no conversation; how many."""
    rows = Event.objects.filter(
        organization=organization_id, conversation=None, kind__startswith=kinds
    )
    wanted = set(contact_ids)
    ids = [pk for pk, named in rows.values_list("pk", "ids") if not wanted.isdisjoint(named)]
    return Event.objects.filter(pk__in=ids).delete()[0]


def forget_answers(
    organization_id: UUID, *, object_ids: Sequence[UUID] = (), words: Q | None = None
) -> int:
    """Empties the stored answers about these objects, or that hold these words; how many.

    The record stays: a repeat of the request must not have its effect again.
    """
    about = Q(object_id__in=object_ids)
    return (
        IdempotencyRecord.objects.filter(api_key__organization=organization_id)
        .filter(about if words is None else about | words)
        .update(answer_status=404, answer_body=GONE, object_id=None)
    )
