"""Messages that are named by another id than the one we have of them, inside their thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Q

from inbox.models import Message
from whatsapp.ids import own_in, own_part, writings_of

# Of `Message.details`: the id that a message answers, as it was told, while nothing here has it.
ANSWERS: Final = "answers"
Named = tuple[UUID, str]
"""A conversation, and an id or a shared name that something gives to a message in it."""


def known_otherwise(wanted: Iterable[Named]) -> dict[Named, Message]:
    """The messages that these ids mean, where exactly one can be meant.

    For ids that no message has: their threads are read. One query, none where no id is of the
    known form.
    """
    owns = {(thread, name): own for thread, name in wanted if (own := own_in(name))}
    if not owns:
        return {}
    writings = Q()
    for own in set(owns.values()):
        for writing in writings_of(own):
            writings |= Q(wamid__contains=writing)
    rows = Message.objects.filter(writings, conversation__in={thread for thread, _name in owns})
    meant: defaultdict[tuple[UUID, str], list[Message]] = defaultdict(list)
    for row in rows:
        meant[row.conversation_id, own_part(row.wamid or "")].append(row)
    # Several names may mean one message: it has another id under each address of the person.
    found = {name: meant[name[0], own] for name, own in owns.items()}
    return {name: rows[0] for name, rows in found.items() if len(rows) == 1}
