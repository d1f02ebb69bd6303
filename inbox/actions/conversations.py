"""Conversations as a whole: found by receiver, closed, reopened, drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import transactional
from accounts.models import PhoneNumber
from accounts.refusals import Refused
from accounts.row_updates import update_rows
from inbox import ownership
from inbox.actions.contacts import Directory
from inbox.actions.ownership import change_owner, check_version, take
from inbox.actions.pending import settle_pending
from inbox.actions.reopening import open_again, reopen_by_rule, save_status
from inbox.actions.threads import Party, locked, threads_of
from inbox.models import Conversation, Draft
from inbox.models.conversations import ConversationStatus
from whatsapp.ids import Bsuid, WaId, is_bsuid
from whatsapp.inbound import WhatsAppUser
from whatsapp.phone import e164


@transactional
def conversation_with(
    number: PhoneNumber,
    *,
    to: str,
    country_code: str | None,
    at: datetime,
    name: str = "",
) -> Conversation:
    """The thread with a receiver, made when there is none. Nothing is sent.

    to: a phone number in any usual form, or a BSUID. Refuses: INVALID_RECIPIENT.
    """
    user = _receiver(to, country_code or number.country_code or number.organization.country_code)
    if user.wa_id and number.phone and number.phone == f"+{user.wa_id}":
        raise Refused("INVALID_RECIPIENT", _("You cannot write to your own number."), field="to")
    (conversation,) = conversations_with(number, [(user, name)], at=at)
    return conversation


@transactional
def conversations_with(
    number: PhoneNumber,
    receivers: Sequence[tuple[WhatsAppUser, str]],
    *,
    at: datetime,
    begins: ConversationStatus = ConversationStatus.OPEN,
) -> list[Conversation]:
    """The threads with these people and what to call them, made where there is none; locked.

    begins: the status of one that is made; closed where nobody owes anything until they write.
    In their order, the same object where two are one person. About eight statements for any number.
    """
    directory = Directory(number.organization_id, [user for user, _name in receivers])
    parties, named = [], []
    for user, name in receivers:
        contact, identity = directory.person_behind(user, at=at)
        if name and not contact.name:
            contact.name = name[:120]
            named.append(contact)
        parties.append(Party(number, contact, identity, at, begins=begins))
    directory.save()
    update_rows(named, ["name"])
    found = threads_of(parties)
    fresh = {}
    for party in parties:
        thread = found[party.key]
        if thread.identity_id is None:
            thread.identity = party.identity
            fresh[thread.pk] = thread
    update_rows(list(fresh.values()), ["identity"])
    return [found[party.key] for party in parties]


def _receiver(to: str, country_code: str) -> WhatsAppUser:
    wanted = to.strip()
    if is_bsuid(wanted):
        return WhatsAppUser(bsuid=Bsuid(wanted))
    phone = e164(wanted, country_code or None)
    if phone is None:
        raise Refused(
            "INVALID_RECIPIENT",
            _("This is neither a phone number with its country code nor a WhatsApp user id."),
            field="to",
        )
    return WhatsAppUser(wa_id=WaId(phone.removeprefix("+")))


@transactional
def close(
    conversation_id: UUID,
    *,
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
    keep_scheduled: bool | None = False,
) -> Conversation:
    """Nothing more is owed. Ends the handoff, the assignment and the assistant's unsent answers.

    keep_scheduled: whether what people scheduled stays; None asks (Refuses: SCHEDULED_PENDING).
    """
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    if conversation.status == ConversationStatus.CLOSED:
        return conversation
    settle_pending(conversation, keep=keep_scheduled, by=by, at=at)
    change_owner(
        conversation, ownership.closed(conversation.ownership), by=by, at=at, reason="closed"
    )
    conversation.status = ConversationStatus.CLOSED
    conversation.snoozed_until = conversation.woken_at = None
    conversation.handoff_reason = ""
    conversation.handoff_reasons = []
    save_status(conversation, by=by, at=at)
    return conversation


@transactional
def reopen(
    conversation_id: UUID, *, by: Actor, at: datetime, expected_version: int | None = None
) -> Conversation:
    """Work is owed again. A person who reopens a closed one owns it; a snoozed one has whom it had.

    A program reopens a closed one by the rule of its number, as the customer would.
    """
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    match conversation.status:
        case ConversationStatus.OPEN:
            return conversation
        case ConversationStatus.CLOSED if by.person_id is None:
            reopen_by_rule(conversation, by=by, at=at)
        case ConversationStatus.CLOSED:
            take(conversation, by=by, at=at)
        case _:
            conversation.version += 1
    was_snoozed = conversation.status == ConversationStatus.SNOOZED
    open_again(conversation)
    save_status(conversation, by=by, at=at, **({"reason": "woken"} if was_snoozed else {}))
    return conversation


@transactional
def wait_for_customer(
    conversation_id: UUID, *, by: Actor, at: datetime, expected_version: int | None = None
) -> Conversation:
    """Nothing is owed until the customer writes. Refuses: STATE_CONFLICT when it is closed."""
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    if conversation.status == ConversationStatus.CLOSED:
        raise Refused("STATE_CONFLICT", _("This conversation is closed. Reopen it first."))
    if conversation.status != ConversationStatus.PENDING_CUSTOMER:
        conversation.version += 1
        conversation.status = ConversationStatus.PENDING_CUSTOMER
        conversation.snoozed_until = conversation.woken_at = None
        save_status(conversation, by=by, at=at)
    return conversation


@transactional
def keep_draft(conversation_id: UUID, *, text: str, by: Actor) -> None:
    """Keeps what a person is typing; an empty text forgets it."""
    person_id = by.person_id
    if person_id is None:
        raise RuntimeError("a draft belongs to a person")
    if not text:
        Draft.objects.filter(conversation_id=conversation_id, person_id=person_id).delete()
        return
    Draft.objects.update_or_create(
        conversation_id=conversation_id, person_id=person_id, defaults={"text": text[:8192]}
    )
