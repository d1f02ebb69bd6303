"""The head of a thread, its composer, and the contact beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import NumberStatus, PhoneNumber
from inbox import wording
from inbox.models import Conversation, Suggestion
from inbox.ownership import OwnerState
from inbox.presentation.naming import (
    address_of,
    may_give_back,
    may_take_over,
    name_of,
    owner_name,
)
from inbox.shapes import Chip
from inbox.thread_shapes import ComposerState, Header, SuggestionView, WaitingView


def header(conversation: Conversation, *, at: datetime) -> Header:
    """The head of the thread, by the clock of the active time zone."""
    name = name_of(conversation)
    number = conversation.phone_number
    paused = number.status != NumberStatus.ACTIVE
    return Header(
        conversation_id=conversation.pk,
        name=name,
        initials=wording.initials(name),
        address=_address(conversation),
        number=number.short_name,
        window=wording.window_chip(conversation.pk, conversation.window, at=at),
        owner=wording.owner_chip(conversation),
        owner_state=str(conversation.ownership.state),
        status=conversation.status,
        version=conversation.version,
        can_take_over=may_take_over(conversation),
        can_give_back=may_give_back(conversation),
        snooze=_until(conversation, at=at),
        banner=_banner(number, at=at),
        banner_href=f"/settings/numbers/{number.pk}/doctor/" if paused else "",
        number_id=number.pk,
        tells_typing=number.read_receipts == "on_open",
    )


def _until(conversation: Conversation, *, at: datetime) -> Chip | None:
    """Only while it is snoozed: that it is back is told by the log and by its row."""
    if conversation.status != "snoozed":
        return None
    return wording.snooze_chip(conversation, timezone.get_current_timezone_name(), now=at)


def _banner(number: PhoneNumber, *, at: datetime) -> str:
    if number.status != NumberStatus.ACTIVE:
        return _("Sending is paused: %(why)s") % {"why": number.status_message or "…"}
    if number.paused_until is not None and number.paused_until > at:
        return number.status_message or _("Messages are delayed and go out by themselves.")
    return ""


def _address(conversation: Conversation) -> str:
    if conversation.group_id:
        return _("A group on WhatsApp")
    return address_of(conversation.contact)


def composer_state(
    conversation: Conversation,
    suggestions: Sequence[Suggestion],
    sending: str,
    waiting: tuple[WaitingView, ...] = (),
    *,
    at: datetime,
) -> ComposerState:
    """What may be written now. sending: the assistant's text that is on the wire, or ""."""
    state, sentence = _composer(conversation, at=at)
    contact = conversation.contact
    name = name_of(conversation)
    return ComposerState(
        conversation_id=conversation.pk,
        state=state,
        sentence=sentence,
        expires_at=conversation.window.expires_at,
        owner_state=str(conversation.ownership.state),
        owner_name=owner_name(conversation),
        version=conversation.version,
        contact_first_name=name.split(" ")[0] if contact else "",
        can_take_over=may_take_over(conversation),
        can_give_back=may_give_back(conversation),
        assistant_sending=sending,
        suggestions=tuple(
            SuggestionView(one.pk, one.text, reason_of_suggestion(one.reason))
            for one in suggestions
        ),
        waiting=waiting,
    )


def _composer(conversation: Conversation, *, at: datetime) -> tuple[str, str]:
    if conversation.group_id:
        return "locked", _("Messages in groups cannot be answered from here.")
    if conversation.observed:
        return "locked", _("Another application answers this customer. You can only watch.")
    if conversation.contact and conversation.contact.blocked_at:
        return "locked", _("You have blocked this customer. Unblock to write.")
    if conversation.window.is_open(at):
        waits = conversation.ownership.state in (OwnerState.REQUESTED, OwnerState.QUEUED)
        return "free", _("This customer waits for a person.") if waits else ""
    if conversation.window.expires_at is None:
        return "template", _("This customer has not written yet. Start with a template.")
    return "template", _("The 24 hours are over. Send a template to reopen the conversation.")


def reason_of_suggestion(reason: str) -> str:
    """Why the assistant's text was not sent."""
    if reason == "stale_epoch":
        return _("Not sent: somebody took over first.")
    if reason == "window_closing":
        return _("Not sent: the window closed.")
    return _("Not sent.")
