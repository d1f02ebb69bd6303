"""What every change of one conversation does the same way: once for a key, then answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.api.answers import answered
from accounts.api.idempotency import once
from accounts.api.requests import caller_of
from inbox.api import shapes
from inbox.api.showing import conversations_out, with_relations
from inbox.models import Conversation


class Act(Protocol):
    """An action with all it needs but the time."""

    def __call__(self, *, at: datetime) -> object:
        """Does it."""


def shape_of(request: HttpRequest, row: Conversation, *, at: datetime) -> shapes.ConversationOut:
    """The conversation as it is now, as this caller reads it. Two queries."""
    fresh = with_relations(Conversation.objects.filter(pk=row.pk))
    person_id = caller_of(request).key.user_id
    return conversations_out(list(fresh), person_id=person_id, at=at)[0]


def changed(
    request: HttpRequest,
    row: Conversation,
    act: Act,
    *,
    shape: Callable[[shapes.ConversationOut], Any] = lambda whole: whole,
) -> HttpResponse:
    """Acts and answers the conversation, as one effect of its `Idempotency-Key`.

    shape: what of the conversation is answered. Refuses: what the action refuses.
    """

    def effect() -> HttpResponse:
        at = timezone.now()
        act(at=at)
        return answered(request, shape(shape_of(request, row, at=at)))

    return once(request, effect)
