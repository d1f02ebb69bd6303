"""Who a conversation is with, whose it is, and where its rows stand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from inbox import ownership
from inbox.models import Contact, Conversation
from inbox.ownership import OwnerState
from whatsapp.phone import display


def order_of(at: datetime, row_id: UUID) -> str:
    """Fixed-length key: Meta's time, then arrival. Logs sort it up, lists sort it down."""
    return f"{int(at.timestamp() * 1000):015d}-{row_id.hex}"


def name_of(conversation: Conversation) -> str:
    """What the list calls the customer, or the group."""
    if conversation.contact is None:
        return _("Group")
    return name_of_contact(conversation.contact.survivor)


def name_of_contact(contact: Contact) -> str:
    """The best label of a contact; a number in its readable form."""
    named = contact.name or contact.profile_name or contact.username
    return contact.shown_name if named else display(contact.phone or "") or contact.shown_name


def address_of(contact: Contact | None) -> str:
    """Number or user name: what tells people of one name apart."""
    if contact is not None and contact.phone:
        return display(contact.phone)
    if contact is not None and contact.username:
        return f"@{contact.username}"
    return _("No phone number")


def owner_name(conversation: Conversation) -> str:
    """Who owns it, as a name; "" for nobody."""
    if conversation.ownership.state is OwnerState.AI:
        return conversation.phone_number.bot_name or _("The assistant")
    if conversation.owned_by_phone:
        return _("The phone app")
    return conversation.assignee.name if conversation.assignee else ""


def may_give_back(conversation: Conversation) -> bool:
    """Whether there is an assistant to give it to, and a person who has it."""
    return (
        conversation.phone_number.bot_answers
        and not conversation.group_id
        and conversation.status != "closed"
        and conversation.ownership.state not in (OwnerState.AI, OwnerState.REQUESTED)
    )


def may_take_over(conversation: Conversation) -> bool:
    """Whether the button is offered."""
    return conversation.ownership.state in ownership.TAKEN_OVER_BY_ANSWERING
