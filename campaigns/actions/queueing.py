"""Some recipients get their turn: each a message in the outbox, or the reason why not."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.row_updates import update_rows
from campaigns.actions.holding import actor_of
from campaigns.compiling import known_of, letter
from campaigns.models import Campaign, CampaignRecipient
from campaigns.segments import survivors_of
from campaigns.status import RecipientState
from inbox.actions.bulk import Addressed, queue_many
from inbox.actions.conversations import conversations_with
from inbox.models import Contact, Conversation, Message
from inbox.models.conversations import ConversationStatus
from templates_app.models import MessageTemplate
from whatsapp.ids import Bsuid, WaId
from whatsapp.inbound import WhatsAppUser

log = logging.getLogger(__name__)

WRITTEN: Final = ("state", "contact", "skip_code", "skip_reason", "message")


class Disturbed(Exception):
    """A recipient was taken out, or the person erased, while their message was being made."""


@dataclass(slots=True)
class _Turn:
    """A recipient, their thread, and what is made of them."""

    recipient: CampaignRecipient
    thread: Conversation
    refusal: Refused | None = None
    letter: Addressed | None = None


def queue_for(
    campaign: Campaign,
    template: MessageTemplate,
    recipients: Sequence[CampaignRecipient],
    *,
    at: datetime,
) -> int:
    """Queues for these, or skips them; how many were queued. About thirty statements for any.

    The campaign is locked, recipients are pending ones of it. Raises: Disturbed.
    """
    turns = _threads(campaign, recipients, at=at)
    _settle_persons(campaign, turns)
    _find_what_was_sent(campaign, turns)
    for turn in turns:
        if turn.refusal is None and turn.recipient.state == RecipientState.PENDING:
            _compile(campaign, template, turn)
    count = _queue(campaign, [turn for turn in turns if turn.letter is not None], at=at)
    for turn in turns:
        if turn.refusal is not None:
            _skip(turn.recipient, turn.refusal)
    _write([turn.recipient for turn in turns])
    return count


def _threads(
    campaign: Campaign, recipients: Sequence[CampaignRecipient], *, at: datetime
) -> list[_Turn]:
    receivers = [(_user(one.to), one.name) for one in recipients]
    # Closed: thousands to whom nobody owes an answer have no place among those who wait for one.
    threads = conversations_with(
        campaign.phone_number, receivers, at=at, begins=ConversationStatus.CLOSED
    )
    return [_Turn(one, thread) for one, thread in zip(recipients, threads, strict=True)]


def _user(to: str) -> WhatsAppUser:
    if to.startswith("+"):
        return WhatsAppUser(wa_id=WaId(to.removeprefix("+")))
    return WhatsAppUser(bsuid=Bsuid(to))


def _settle_persons(campaign: Campaign, turns: Sequence[_Turn]) -> None:
    """One person gets it once, by whichever address they come first."""
    persons = _persons(campaign, [_contact(turn) for turn in turns])
    known = CampaignRecipient.objects.filter(campaign=campaign, contact__in=persons.values())
    has = dict(known.values_list("contact", "pk"))
    for turn in turns:
        person = persons[_contact(turn).pk]
        if has.setdefault(person, turn.recipient.pk) == turn.recipient.pk:
            turn.recipient.contact_id = person
            continue
        turn.recipient.contact_id = None
        sentence = _("This is the same person as another recipient.")
        turn.refusal = Refused("DUPLICATE_RECIPIENT", sentence)


def _contact(turn: _Turn) -> Contact:
    contact = turn.thread.contact
    if contact is None:
        raise RuntimeError(f"conversation {turn.thread.pk} of a recipient has no contact")
    return contact


def _persons(campaign: Campaign, contacts: Sequence[Contact]) -> Mapping[UUID, UUID]:
    """The contact that stands for each. No query where nobody was joined with another."""
    if all(one.merged_into_id is None for one in contacts):
        return {one.pk: one.pk for one in contacts}
    return survivors_of(campaign.organization_id, [one.pk for one in contacts])


def _find_what_was_sent(campaign: Campaign, turns: Sequence[_Turn]) -> None:
    """Who has a message of this campaign already gets no other, whatever became of their row."""
    threads = [turn.thread.pk for turn in turns if turn.recipient.message_id is None]
    sent = Message.objects.filter(campaign_id=campaign.pk, conversation__in=threads)
    of_thread = dict(sent.order_by("pk").values_list("conversation", "pk"))
    for turn in turns:
        earlier = of_thread.get(turn.thread.pk)
        if earlier is not None and turn.refusal is None and turn.recipient.message_id is None:
            turn.recipient.state = RecipientState.QUEUED
            turn.recipient.message_id = earlier


def _compile(campaign: Campaign, template: MessageTemplate, turn: _Turn) -> None:
    one = turn.recipient
    try:
        made = letter(campaign, template, one.variables, known=known_of(turn.thread.contact))
    except Refused as refusal:
        turn.refusal = refusal
        return
    turn.letter = Addressed(turn.thread.pk, made, one.reference, one.message_id)


def _queue(campaign: Campaign, turns: Sequence[_Turn], *, at: datetime) -> int:
    letters = [turn.letter for turn in turns if turn.letter is not None]
    done = queue_many(letters, by=actor_of(campaign), at=at, campaign_id=campaign.pk)
    queued = iter(done.queued)
    for turn in turns:
        refusal = done.refused.get(turn.thread.pk)
        if refusal is None:
            turn.recipient.state = RecipientState.QUEUED
            turn.recipient.message_id = next(queued)
        elif refusal.code != "NUMBER_NOT_ACTIVE":  # that is the campaign's, and its next turn's
            turn.refusal = refusal
    return len(done.queued)


def _skip(recipient: CampaignRecipient, why: Refused) -> None:
    if recipient.message_id is not None:  # a retry that may not be: the failure stays what it says
        recipient.state = RecipientState.QUEUED
        return
    recipient.state = RecipientState.SKIPPED
    recipient.skip_code, recipient.skip_reason = why.code[:40], why.message[:300]


def _write(recipients: Sequence[CampaignRecipient]) -> None:
    """Last of all, for who is erased waits with the conversation in hand. Raises: Disturbed."""
    ids = {one.pk for one in recipients}
    still = CampaignRecipient.objects.filter(pk__in=ids, state=RecipientState.PENDING)
    locked = still.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    if set(locked) != ids:
        raise Disturbed
    update_rows(recipients, WRITTEN)
