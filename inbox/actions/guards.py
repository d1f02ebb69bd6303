"""The checks of a send, each one a line of the contract; the first that fails wins.

All run under the lock of the conversation. The claim of the outbox repeats those that time or
people may have changed since: `still_allowed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Event, NumberStatus
from accounts.refusals import Refused
from inbox import ownership, persons
from inbox.models import Conversation, Message
from inbox.outgoing import Outgoing
from inbox.ownership import OwnerState

MARKETING = "MARKETING"


@dataclass(frozen=True, slots=True)
class Guards:
    """What the sender knew when it decided to send.

    form_token: the page's one-use token. last_seen: the `seq` up to which the page showed the
    thread. owner_epoch, turn_id: of an AI text. force: go on in spite of newer messages.
    """

    form_token: UUID | None = None
    last_seen: int | None = None
    expected_last_inbound_id: UUID | None = None
    force: bool = False
    owner_epoch: int | None = None
    turn_id: UUID | None = None


def check(
    conversation: Conversation, outgoing: Outgoing, guards: Guards, *, by: Actor, at: datetime
) -> None:
    """Runs every guard, in the contract's order. Refuses: see each."""
    _reachable(conversation, outgoing)
    if outgoing.free_form:
        window_open(conversation, at=at)
    owned_by_sender(conversation, guards, by=by)
    nothing_newer(conversation, guards, by=by)


def check_but_window(
    conversation: Conversation, outgoing: Outgoing, guards: Guards, *, by: Actor
) -> None:
    """The same for what goes out later: the window counts then. Refuses: see each."""
    _reachable(conversation, outgoing)
    owned_by_sender(conversation, guards, by=by)
    nothing_newer(conversation, guards, by=by)


def _reachable(conversation: Conversation, outgoing: Outgoing) -> None:
    number_active(conversation)
    not_blocked(conversation)
    not_opted_out(conversation, outgoing)
    answerable(conversation)


def number_active(conversation: Conversation) -> None:
    """Refuses: NUMBER_NOT_ACTIVE."""
    number = conversation.phone_number
    if number.status != NumberStatus.ACTIVE:
        raise Refused(
            "NUMBER_NOT_ACTIVE",
            number.status_message or _("This number cannot send. An admin has to look at it."),
            status=number.status,
            reason=number.status_reason,
        )


def not_blocked(conversation: Conversation) -> None:
    """Refuses: RECIPIENT_BLOCKED."""
    if conversation.contact is not None and conversation.contact.blocked_at is not None:
        raise Refused("RECIPIENT_BLOCKED", _("You have blocked this customer. Unblock to write."))


def stops_at_opt_out(category: str, campaign_id: UUID | None) -> bool:
    """Whether somebody who stopped marketing does not get it: that, and whatever goes to many."""
    return category == MARKETING or campaign_id is not None


def not_opted_out(conversation: Conversation, outgoing: Outgoing) -> None:
    """Refuses: RECIPIENT_OPTED_OUT. An opt-out stops marketing, not answers.

    It is the person's: it counts for every contact that is the same person.
    """
    contact = conversation.contact
    if contact is None or outgoing.template_category != MARKETING:
        return
    wants_any(opted_out=persons.has_opted_out(contact))


def wants_any(*, opted_out: bool) -> None:
    """The same where it is known already. Refuses: RECIPIENT_OPTED_OUT."""
    if opted_out:
        raise Refused("RECIPIENT_OPTED_OUT", _("This customer stopped marketing messages."))


def answerable(conversation: Conversation) -> None:
    """Refuses: STATE_CONFLICT for groups and for threads that another app owns at Meta."""
    if conversation.group_id:
        raise Refused("STATE_CONFLICT", _("Messages in groups cannot be answered from here."))
    if conversation.observed:
        raise Refused(
            "STATE_CONFLICT", _("Another application answers this customer. You can only watch.")
        )


def window_open(conversation: Conversation, *, at: datetime) -> None:
    """Refuses: SESSION_EXPIRED."""
    window = conversation.window
    if window.is_open(at):
        return
    expired = window.expires_at
    raise Refused(
        "SESSION_EXPIRED",
        _("The 24-hour window is closed. Send a template instead.")
        if expired
        else _("This customer has not written yet. Only a template can start the conversation."),
        window_expired_at=expired,
    )


def owned_by_sender(conversation: Conversation, guards: Guards, *, by: Actor) -> None:
    """Refuses: STALE_EPOCH, NOT_OWNER (AI); AI_OWNS_CONVERSATION, ASSIGNED_TO_OTHER (people)."""
    if by.type == "ai":
        _ai_is_current(conversation, guards)
    elif by.person_id is not None:
        _person_may_write(conversation, guards, by=by)


def _ai_is_current(conversation: Conversation, guards: Guards) -> None:
    if not ownership.is_current(guards.owner_epoch, conversation.ownership):
        raise Refused(
            "STALE_EPOCH",
            _("The owner of this conversation has changed."),
            owner_epoch=conversation.owner_epoch,
            mode=conversation.mode,
        )
    if not conversation.phone_number.bot_answers:
        raise Refused("NOT_OWNER", _("The assistant is switched off for this number."))


def _person_may_write(conversation: Conversation, guards: Guards, *, by: Actor) -> None:
    owner = conversation.ownership
    if (
        conversation.organization.takeover_before_writing
        and owner.state in ownership.TAKEN_OVER_BY_ANSWERING
    ):
        raise Refused("AI_OWNS_CONVERSATION", _("Take the conversation over before you write."))
    other = conversation.assignee
    owned = owner.state in (OwnerState.HUMAN, OwnerState.PEOPLE)
    if owned and other is not None and other.pk != by.person_id and not guards.force:
        raise Refused(
            "ASSIGNED_TO_OTHER",
            _("%(name)s has this conversation. Answer anyway and it becomes yours.")
            % {"name": other.name},
            assignee={"id": str(other.pk), "name": other.name},
        )


def nothing_newer(conversation: Conversation, guards: Guards, *, by: Actor) -> None:
    """Refuses: NEWER_INBOUND, NEWER_REPLY: nobody answers over a message they have not seen."""
    if guards.force:
        return
    expected = guards.expected_last_inbound_id
    if expected is not None and expected != conversation.last_inbound_id:
        raise _newer_inbound([conversation.last_inbound_id])
    if guards.last_seen is None:
        return
    newer = list(
        Event.objects.filter(conversation=conversation.pk, seq__gt=guards.last_seen)
        .filter(
            Q(kind="message.received")
            | Q(kind="message.queued", actor_type__in=["agent", "ai", "device"])
        )
        .exclude(actor_type="agent", actor_id=by.person_id)
        .order_by("seq")
    )
    inbound = [event.ids[0] for event in newer if event.kind == "message.received"]
    if inbound:
        raise _newer_inbound(inbound)
    if newer:
        raise Refused(
            "NEWER_REPLY",
            _("%(name)s answered meanwhile. Read it, then decide.")
            % {"name": newer[-1].actor_name or _("A colleague")},
            message_ids=[event.ids[0] for event in newer],
        )


def _newer_inbound(ids: Iterable[UUID | str | None]) -> Refused:
    return Refused(
        "NEWER_INBOUND",
        _("The customer wrote meanwhile. Read it, then decide."),
        message_ids=[str(one) for one in ids if one is not None],
    )


def marketing_to_none(messages: Iterable[Message]) -> frozenset[UUID]:
    """The contacts among those of these messages, all of one number, who are not to get them.

    messages: with their conversation. No query where none stops at an opt-out, else as
    `opted_out_among`.
    """
    contacts: dict[UUID, set[UUID]] = {}
    for message in messages:
        contact_id = message.conversation.contact_id
        stops = stops_at_opt_out(message.template_category, message.campaign_id)
        if stops and contact_id is not None:
            contacts.setdefault(message.organization_id, set()).add(contact_id)
    return frozenset().union(*(persons.opted_out_among(*one) for one in contacts.items()))


def still_allowed(message: Message, *, at: datetime, opted_out: bool) -> Refused | None:
    """The guards that the claim repeats; the refusal, or None when it may go.

    opted_out: whether it is marketing to somebody who stopped that (see `marketing_to_none`).
    """
    conversation = message.conversation
    try:
        not_blocked(conversation)
        wants_any(opted_out=opted_out)
        answerable(conversation)
        if not message.template_name:
            window_open(conversation, at=at)
        if message.sender_type == "ai":
            _ai_is_current(conversation, Guards(owner_epoch=message.owner_epoch))
    except Refused as refusal:
        return refusal
    return None
