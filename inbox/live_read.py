"""What the hub reads from the database, in its reader's thread: events, cursors, viewers."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from accounts.events import last_seq
from accounts.models import Event, Person
from inbox.access import sight_of
from inbox.fragments import Fragments, Looking, fragments_of
from inbox.models import Conversation
from inbox.shapes import Variant
from inbox.sight import EVERYTHING, Sight

log = logging.getLogger(__name__)

BATCH: Final = 500
MOST_BEHIND: Final = 500
REPLAYED_FOR: Final = timedelta(hours=24)
# The database is away: nothing was decided about the events themselves.
AWAY: Final = (OperationalError, InterfaceError)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks through a socket. sight: what they see, as it was when they were last checked."""

    session_key: str
    person_id: UUID
    organization_id: UUID
    name: str
    variant: Variant
    sight: Sight = EVERYTHING


@dataclass(frozen=True, slots=True)
class Rendered:
    """One event as it goes out. fragments: by variant; None where it could not be rendered."""

    seq: int
    kind: str
    conversation_id: UUID | None
    fragments: Mapping[Variant, Fragments | None]

    def text_for(self, variant: Variant, sight: Sight) -> str | None:
        """What somebody who reads so and sees so gets of it; None: they have to load again."""
        found = self.fragments[variant]
        return None if found is None else found.text_for(sight)

    def takes_away(self, open_thread: UUID | None, variant: Variant, sight: Sight) -> bool:
        """Whether this thread left that sight by the event."""
        found = self.fragments[variant]
        here = open_thread is not None and open_thread == self.conversation_id
        return here and found is not None and found.takes_away(sight)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a cursor stands. seq: the newest event; replay: what lies between can be replayed."""

    seq: int
    replay: bool


def read(
    organization_id: UUID,
    after: int,
    variants: Collection[Variant],
    looking: Looking,
) -> list[Rendered]:
    """The events behind `after` in order, at most `BATCH`, rendered once per variant.

    looking: who has which thread open; of the others only what the list shows.
    Complete: numbers are committed in order (`accounts.events`). Raises: `AWAY`.
    """
    behind = Event.objects.filter(organization_id=organization_id, seq__gt=after)
    events = list(behind.order_by("seq")[:BATCH])
    found = {variant: _fragments(events, variant, looking) for variant in variants}
    return [
        Rendered(
            event.seq,
            event.kind,
            event.conversation,
            {variant: fragments[event.seq] for variant, fragments in found.items()},
        )
        for event in events
    ]


def read_thread(viewer: Viewer, conversation_id: UUID, after: int, to: int) -> str | None:
    """What happened in one conversation between two numbers, for somebody who opened it just now.

    None: more than `BATCH` events, or one that cannot be rendered. Raises: `AWAY`.
    """
    rows = Event.objects.filter(
        organization_id=viewer.organization_id,
        conversation=conversation_id,
        seq__gt=after,
        seq__lte=to,
    )
    events = list(rows.order_by("seq")[: BATCH + 1])
    looking = {conversation_id: ((viewer.variant, viewer.sight),)}
    found = _fragments(events[:BATCH], viewer.variant, looking).values()
    told = [one.text_for(viewer.sight) for one in found if one is not None]
    return "".join(told) if len(told) == len(events) else None


def may_view(viewer: Viewer, conversation_id: UUID) -> bool:
    """Whether this viewer sees this conversation, as it is now. One query."""
    rows = Conversation.objects.filter(pk=conversation_id, organization_id=viewer.organization_id)
    row = rows.first()
    return row is not None and viewer.sight.sees(row.holder)


def _fragments(
    events: Sequence[Event], variant: Variant, looking: Looking
) -> Mapping[int, Fragments | None]:
    if not events:
        return {}
    try:
        return fragments_of(events, variant, looking)
    except AWAY:
        raise
    except Exception:  # the outer edge: one bad event must not stop the others
        if len(events) == 1:
            log.exception("event %s (%s) cannot be rendered", events[0].seq, events[0].kind)
            return {events[0].seq: None}
    one_by_one: dict[int, Fragments | None] = {}
    for event in events:
        one_by_one.update(_fragments([event], variant, looking))
    return one_by_one


def frame(kind: str, **data: Any) -> str:
    """A frame of the socket as text: a JSON object with its `type`."""
    return json.dumps({"type": kind, **data}, ensure_ascii=False, separators=(",", ":"))


def standing(organization_id: UUID, since: int | None) -> Standing:
    """Judges a browser's cursor; None is one that is not a number.

    No replay: more than 500 events or 24 h behind, or ahead of the counter (GUARANTEES F60).
    """
    last = last_seq(organization_id)
    if since is None or not last - MOST_BEHIND <= since <= last:
        return Standing(last, replay=False)
    return Standing(last, since == last or _is_recent(organization_id, since + 1))


def _is_recent(organization_id: UUID, seq: int) -> bool:
    found = Event.objects.filter(organization_id=organization_id, seq=seq)
    event_id = found.values_list("pk", flat=True).first()
    if event_id is None:
        return False
    # By the time inside the id (UUID 7: milliseconds): `at` may be Meta's, hours before.
    made_at = datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC)
    return timezone.now() - made_at < REPLAYED_FOR


def viewer(session_key: str | None) -> Viewer | None:
    """The person logged in by this session; None when it ended or the person is deactivated.

    Only reads: `django.contrib.auth.get_user` may give a session a new key, which would log the
    browser out, since a socket cannot set its cookie.
    """
    if not session_key:
        return None
    session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key)
    people = Person.objects.select_related("organization").filter(is_active=True)
    person = people.filter(pk=session.get(SESSION_KEY)).first()
    if person is None or not _is_of(person, session.get(HASH_SESSION_KEY, "")):
        return None
    return Viewer(
        session_key,
        person.pk,
        person.organization_id,
        person.name,
        Variant(person.language, person.zone),
        sight_of(person),
    )


def may_log_in(person_id: UUID) -> bool:
    """Whether this person still has access: a session that ended can be followed by another."""
    return Person.objects.filter(pk=person_id, is_active=True).exists()


def _is_of(person: Person, session_hash: str) -> bool:
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, one) for one in hashes)
