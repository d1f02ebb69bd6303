"""Giving a conversation to somebody: to a person, to a team, or to nobody in particular."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, StrEnum
from typing import Final, Literal, TypeAlias
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import Person, Team
from accounts.refusals import Refused
from inbox import ownership
from inbox.actions.ownership import change_owner, check_version, take
from inbox.actions.threads import locked
from inbox.models import Conversation
from inbox.models.conversations import ConversationStatus


class Unchanged(Enum):
    """What an assignment leaves alone; None would mean nobody."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED
Stays: TypeAlias = Literal[Unchanged.UNCHANGED]


class Why(StrEnum):
    """Why a conversation is given on. A code, for events hold nobody's words."""

    KNOWS_MORE = "knows_more"
    LANGUAGE = "language"
    ASKED_FOR = "asked_for"
    SHIFT = "shift"
    LOAD = "load"


@transactional
def assign(
    conversation_id: UUID,
    *,
    person: Person | Stays | None = UNCHANGED,
    team: Team | Stays | None = UNCHANGED,
    why: Why | None = None,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Conversation:
    """Gives the conversation to a person (None: to nobody), and to a team (None: to none).

    A team changes who sees the conversation, not who owns it. Both are of its organization. What
    is so already changes nothing. Refuses: VERSION_CONFLICT, ALREADY_CLAIMED; STATE_CONFLICT to
    give a closed conversation to somebody else.
    """
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    for one in (person, team):
        if one not in (None, UNCHANGED) and one.organization_id != conversation.organization_id:
            raise ValueError("a conversation is assigned within its organization")
    if team is not UNCHANGED:
        _give_to_team(conversation, team, why=why, by=by, at=at)
    if person is not UNCHANGED:
        _give_to_person(conversation, person, why=why, by=by, at=at)
    conversation.save()
    return conversation


def _give_to_team(
    conversation: Conversation, team: Team | None, *, why: Why | None, by: Actor, at: datetime
) -> None:
    if conversation.team_id == (team.pk if team else None):
        return
    before, holder = conversation.team_id, conversation.holder
    conversation.team = team
    conversation.version += 1
    announce(
        "conversation.team_changed",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        ids=[team.pk] if team else [],
        before=str(before) if before else None,
        why=str(why or ""),
        **holder.as_data(),
    )


def _give_to_person(
    conversation: Conversation, person: Person | None, *, why: Why | None, by: Actor, at: datetime
) -> None:
    if conversation.assignee_id == (person.pk if person else None):
        return
    if person is None:
        now = ownership.released(conversation.ownership)
        change_owner(conversation, now, by=by, at=at, reason="released", why=str(why or ""))
    elif person.pk == by.person_id:
        take(conversation, by=by, at=at)
    elif conversation.status == ConversationStatus.CLOSED:
        raise Refused(
            "STATE_CONFLICT",
            _("This conversation is closed. Reopen it first, then give it to a colleague."),
            status=conversation.status,
        )
    else:
        now = ownership.given_to(conversation.ownership, person_id=person.pk)
        change_owner(conversation, now, by=by, at=at, reason="assigned", why=str(why or ""))
