"""The only way from what a key names to a conversation or a message it may see."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.access import is_bound, numbers_of
from accounts.api.finding import as_uuid, not_found
from accounts.models import ApiKey, Person, Team
from inbox.access import conversations_in, is_limited, visible_conversations
from inbox.api.showing import message_rows
from inbox.models import Conversation, Message


def reader_of(key: ApiKey) -> Person | None:
    """The person whose eyes the key has: it is of kind `human`; None for a program's."""
    return key.user if key.kind == "human" else None


def limited_reader(key: ApiKey) -> Person | None:
    """The key's person where they do not see every conversation; else None."""
    reader = reader_of(key)
    return reader if reader is not None and is_limited(reader) else None


def sees_all(key: ApiKey) -> bool:
    """Whether no conversation of the organization is beyond this key."""
    return not is_bound(key) and limited_reader(key) is None


def conversations_of(key: ApiKey) -> QuerySet[Conversation]:
    """Every conversation the key reaches: within its bounds, and as its person sees them."""
    reader = reader_of(key)
    rows = visible_conversations(reader) if reader else conversations_in(key.organization_id)
    return rows.filter(phone_number__in=numbers_of(key)) if is_bound(key) else rows


def conversation_of(key: ApiKey, name: str) -> Conversation:
    """One of them, with its number. Refuses: NOT_FOUND."""
    own_id = as_uuid(name)
    rows = conversations_of(key).select_related("phone_number__organization")
    row = rows.filter(pk=own_id).first() if own_id else None
    if row is None:
        raise not_found()
    return row


def check_reaches(key: ApiKey, conversation: Conversation, *, at: datetime) -> None:
    """For a thread found by its receiver. One that was made at this moment, `at`, is fine.

    Refuses: NOT_FOUND.
    """
    if limited_reader(key) is None or conversation.created_at == at:
        return
    if not conversations_of(key).filter(pk=conversation.pk).exists():
        raise not_found()


def messages_of(key: ApiKey) -> QuerySet[Message]:
    """Every message the key reaches, with what its shape needs."""
    rows = message_rows().filter(organization_id=key.organization_id)
    if reader := limited_reader(key):
        rows = rows.filter(conversation__in=visible_conversations(reader))
    return rows.filter(phone_number__in=numbers_of(key)) if is_bound(key) else rows


def message_of(key: ApiKey, name: str) -> Message:
    """One of them, by our id or its wamid. Refuses: NOT_FOUND."""
    row = messages_of(key).filter(named(name)).first()
    if row is None:
        raise not_found()
    return row


def named(name: str) -> Q:
    """The condition for a message's id or wamid."""
    own_id = as_uuid(name)
    return Q(pk=own_id) if own_id else Q(wamid=name)


def colleague_of(key: ApiKey, person_id: UUID) -> Person:
    """A person of the key's organization. Refuses: NOT_FOUND."""
    person = Person.objects.filter(
        pk=person_id, organization_id=key.organization_id, is_active=True
    ).first()
    if person is None:
        raise not_found()
    return person


def team_of(key: ApiKey, team_id: UUID) -> Team:
    """A team of the key's organization. Refuses: NOT_FOUND."""
    team = Team.objects.filter(pk=team_id, organization_id=key.organization_id).first()
    if team is None:
        raise not_found()
    return team
