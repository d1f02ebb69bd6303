"""Notes for the team, beside a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from accounts.api.answers import answered, listed
from accounts.api.auth import needs
from accounts.api.bodies import Body
from accounts.api.endpoints import Paging
from accounts.api.envelopes import Many, One
from accounts.api.idempotency import once
from accounts.api.paging import Order, paged
from accounts.api.requests import caller_of
from inbox.actions.notes import add_note
from inbox.api.finding import conversation_of
from inbox.models import Note

router = Router(tags=["Conversations"])
PATH = "/conversations/{conversation_id}/notes"
NEWEST = Order(("created_at", "pk"))


class AuthorOut(BaseModel):
    """Who wrote it. id: null for a program, and for somebody who has gone."""

    id: UUID | None
    name: str


class NoteOut(BaseModel):
    """A note."""

    id: UUID
    body: str
    author: AuthorOut
    created_at: datetime


class NoteIn(Body):
    """POST /conversations/{id}/notes."""

    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset({"mentions"})

    body: Annotated[str, Field(min_length=1, max_length=4096)]


@router.get(PATH, auth=needs("conversations:read"), response=Many[NoteOut])
def notes(request: HttpRequest, conversation_id: str, filters: Query[Paging]) -> HttpResponse:
    """Its notes, newest first."""
    row = conversation_of(caller_of(request).key, conversation_id)
    page = paged(
        Note.objects.filter(conversation=row),
        order=NEWEST,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question | {"conversation": str(row.pk)},
        shape=_shapes,
    )
    return listed(request, page)


def _shapes(found: Sequence[Note]) -> list[NoteOut]:
    return [
        NoteOut(
            id=one.pk,
            body=one.body,
            author=AuthorOut(id=one.author_id, name=one.author_name),
            created_at=one.created_at,
        )
        for one in found
    ]


@router.post(PATH, auth=needs("conversations:write"), response={201: One[NoteOut]})
def post_note(request: HttpRequest, conversation_id: str, body: NoteIn) -> HttpResponse:
    """Writes one. It is never sent."""
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    write = partial(add_note, row.pk, body=body.body, by=caller.actor)

    def effect() -> HttpResponse:
        (shape,) = _shapes([write(at=timezone.now())])
        return answered(request, shape, status=201)

    return once(request, effect)
