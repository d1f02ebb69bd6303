"""The conversation row: found or made, locked, and kept in step with its newest message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import PhoneNumber
from inbox.models import Contact, Conversation, Identity, Message
from inbox.models.conversations import ConversationStatus
from inbox.ownership import Handoff, Mode

PREVIEW_LENGTH = 160


class NotInTransaction(RuntimeError):
    """A row was to be locked where the lock would end at once."""


def locked(conversation_id: UUID) -> Conversation:
    """The conversation with its number, contact and identity, locked until the transaction ends.

    Raises: NotInTransaction; Conversation.DoesNotExist.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("A lock outside a transaction protects nothing.")
    # First the lock, then the read: where the lock had to wait, PostgreSQL gives the newest row but
    # joins what belonged to the one before (seen: the loser of a claim found no assignee).
    held = Conversation.objects.select_for_update(of=("self",)).values_list("pk", flat=True)
    return _read().get(pk=held.get(pk=conversation_id))


def hold(conversation_ids: Iterable[UUID]) -> None:
    """Locks these conversations, in one order, before any of their messages is locked.

    Everybody takes conversation, then message: a send holds its conversation and then needs the
    message that it quotes. In the other order one of the two is thrown out (seen: the person's).
    """
    rows = Conversation.objects.select_for_update(of=("self",)).filter(pk__in=set(conversation_ids))
    list(rows.order_by("pk").values_list("pk", flat=True))


def hold_threads_of(messages: QuerySet[Message]) -> None:
    """The same for the conversations of messages that are still to be locked."""
    hold(messages.values_list("conversation", flat=True))


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a thread is with: a person (contact and the identity that wrote), or a group.

    The thread does not answer that identity yet: `inbox.actions.answering` decides.
    at: when a thread that does not exist yet begins. begins: its status then.
    """

    number: PhoneNumber
    contact: Contact | None
    identity: Identity | None
    at: datetime
    group_id: str = ""
    begins: str = ConversationStatus.OPEN

    @property
    def key(self) -> tuple[UUID, UUID | None, str]:
        """There is one thread for each key, for ever (G4)."""
        of_person = self.contact.pk if self.contact and not self.group_id else None
        return (self.number.pk, of_person, self.group_id)


def threads_of(parties: Iterable[Party]) -> dict[tuple[UUID, UUID | None, str], Conversation]:
    """The threads of these parties by their key, made where there is none, all locked.

    Two queries for any number of them, three more where one is new. Locked in one order, so that
    two callers never wait for each other in a circle.
    """
    by_key: dict[tuple[UUID, UUID | None, str], Party] = {}
    for party in parties:
        by_key.setdefault(party.key, party)
    found = _hold(by_key)
    missing = [party for key, party in by_key.items() if key not in found]
    if missing:
        # Two first messages at once: the second waits on the unique index, then finds the first.
        Conversation.objects.bulk_create(map(_fresh, missing), ignore_conflicts=True)
        found |= _hold({party.key: party for party in missing})
    return found


def thread_of(
    number: PhoneNumber,
    contact: Contact | None,
    identity: Identity | None,
    *,
    at: datetime,
    group_id: str = "",
) -> Conversation:
    """The one thread of (number, contact), or of a group, locked."""
    party = Party(number, contact, identity, at, group_id)
    return threads_of([party])[party.key]


def _hold(
    by_key: Mapping[tuple[UUID, UUID | None, str], Party],
) -> dict[tuple[UUID, UUID | None, str], Conversation]:
    numbers = {number for number, _, _ in by_key}
    people = {person for _, person, _ in by_key if person}
    groups = {group for _, _, group in by_key if group}
    wanted = Q(contact__in=people, group_id="") | Q(group_id__in=groups)
    rows = Conversation.objects.filter(wanted, phone_number__in=numbers).order_by("pk")
    held = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    found = {}
    for row in Conversation.objects.filter(pk__in=held):
        of_person = None if row.group_id else row.contact_id
        party = by_key.get((row.phone_number_id, of_person, row.group_id))
        if party is not None:
            # What the caller has at hand need not be read and built again, once for each thread.
            row.phone_number = party.number
            if of_person is not None:
                row.contact = party.contact
            found[party.key] = row
    return found


def _fresh(party: Party) -> Conversation:
    number = party.number
    starts_with_ai = number.start_mode == Mode.AI and number.bot_answers and not party.group_id
    return Conversation(
        organization_id=number.organization_id,
        phone_number=number,
        contact=None if party.group_id else party.contact,
        group_id=party.group_id,
        status=party.begins,
        team_id=number.default_team_id,
        mode=Mode.AI if starts_with_ai else Mode.HUMAN,
        handoff_state=Handoff.NONE,
        last_activity_at=party.at,
        created_at=party.at,
    )


def _read() -> QuerySet[Conversation]:
    return Conversation.objects.select_related(
        "phone_number__organization", "contact", "identity", "assignee", "team"
    )


def preview_line(text: str) -> str:
    """A text as the list shows it."""
    return " ".join(text.split())[:PREVIEW_LENGTH]


def show_newest(conversation: Conversation, message: Message, *, preview: str) -> None:
    """Repeats the message in the list's fields, unless a newer one stands there already."""
    newest = conversation.last_message_at
    if newest is None:
        # What made the thread before its first message (a reaction, a line about an edit) may be
        # of a later time than the message itself.
        conversation.last_activity_at = message.at
    if newest is not None and (message.at, message.pk) < (newest, conversation.last_message_id):
        return
    conversation.last_message_id = message.pk
    conversation.last_message_at = message.at
    conversation.last_message_preview = preview_line(preview)
    conversation.last_message_direction = message.direction
    conversation.last_message_type = message.type
    conversation.last_activity_at = max(conversation.last_activity_at, message.at)
    conversation.woken_at = None
