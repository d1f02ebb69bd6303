"""A number that lives in the phone app too: echoes, imported history, its address book."""

from typing import Any

from whatsapp.inbound.content import Edit, Revoke
from whatsapp.inbound.message import WhatsAppUser
from whatsapp.inbound.messages import read_message, writer
from whatsapp.inbound.people import People, bsuid, label, user, username, wa_id
from whatsapp.inbound.reading import Broken, errors, maybe_obj, moment, obj, text, whole
from whatsapp.inbound.types import ContactSync, Echo, EchoChange, HistoryMessage, HistoryNotice


def echo(raw: Any, people: People) -> Echo | EchoChange:
    """What the business wrote elsewhere. Raises: Broken without an id or a recipient."""
    message = obj(raw, "message_echo")
    person = people.join(addressee(message))
    if not person.is_known:
        raise Broken("no recipient")
    found = read_message(message, person)
    if isinstance(found.content, Edit | Revoke):
        return EchoChange(found.wamid, found.at, person, found.content)
    return Echo(found, person)


def addressee(message: dict[str, Any]) -> WhatsAppUser:
    """Who an outgoing message went to."""
    return user(
        message.get("to"),
        message.get("to_user_id") or message.get("recipient"),
        message.get("to_parent_user_id"),
    )


def contact_sync(raw: Any) -> ContactSync:
    """A change in the phone's address book. Raises: Broken without a contact or an action."""
    change = obj(raw, "state_sync")
    contact = obj(change.get("contact"), "contact")
    action = text(change.get("action"), 64)
    if not action:
        raise Broken("action is missing")
    return ContactSync(
        action=action,
        user=WhatsAppUser(
            wa_id=wa_id(contact.get("phone_number")),
            bsuid=bsuid(contact.get("user_id")),
            parent_bsuid=bsuid(contact.get("parent_user_id")),
            username=username(contact.get("username")),
        ),
        full_name=label(contact.get("full_name")),
        first_name=label(contact.get("first_name")),
        phone=text(contact.get("phone_number"), 64),
        at=moment(maybe_obj(change.get("metadata")).get("timestamp")),
    )


def history_notice(raw: Any) -> HistoryNotice:
    """How far the import is, or that the owner declined it."""
    chunk = obj(raw, "history")
    metadata = maybe_obj(chunk.get("metadata"))
    return HistoryNotice(
        phase=whole(metadata.get("phase")),
        chunk_order=whole(metadata.get("chunk_order")),
        progress=whole(metadata.get("progress")),
        errors=errors(chunk.get("errors")),
    )


def thread_person(thread: dict[str, Any]) -> WhatsAppUser:
    """The customer of an imported thread."""
    context = maybe_obj(thread.get("context"))
    number = wa_id(context.get("wa_id")) or thread.get("id")
    found = user(number, context.get("user_id"), context.get("parent_user_id"))
    return WhatsAppUser(
        wa_id=found.wa_id,
        bsuid=found.bsuid,
        parent_bsuid=found.parent_bsuid,
        username=username(context.get("username")),
    )


def history_message(raw: Any, person: WhatsAppUser, our_number: str | None) -> HistoryMessage:
    """A message of an imported thread. Raises: Broken without an id or anybody to file it under.

    our_number: digits of the business number, to tell who wrote.
    """
    message = obj(raw, "message")
    outgoing = _is_outgoing(message, person, our_number)
    if not person.is_known:
        person = addressee(message) if outgoing else writer(message)
    if not person.is_known:
        raise Broken("an imported message that names nobody")
    status = text(maybe_obj(message.get("history_context")).get("status"), 64)
    return HistoryMessage(read_message(message, person), outgoing, status)


def late_media(raw: Any, people: People, *, outgoing: bool) -> HistoryMessage:
    """The file behind a placeholder. Raises: Broken without an id or a person."""
    message = obj(raw, "message")
    person = people.join(addressee(message) if outgoing else writer(message))
    if not person.is_known:
        raise Broken("an imported message that names nobody")
    return HistoryMessage(read_message(message, person), outgoing, fills_placeholder=True)


def _is_outgoing(message: dict[str, Any], person: WhatsAppUser, our_number: str | None) -> bool:
    written_by = writer(message)
    if written_by.wa_id and written_by.wa_id == person.wa_id:
        return False
    if written_by.bsuid and written_by.bsuid == person.bsuid:
        return False
    if our_number and written_by.wa_id == our_number:
        return True
    return addressee(message).is_known
