"""Conversation Routing: who owns a thread, and threads we only watch."""

from typing import Any

from whatsapp.inbound.coexistence import echo
from whatsapp.inbound.message import InboundMessage
from whatsapp.inbound.messages import inbound_message, summary_of
from whatsapp.inbound.people import People, user
from whatsapp.inbound.reading import Broken, long_text, maybe_obj, moment, obj, text
from whatsapp.inbound.statuses import read_status
from whatsapp.inbound.types import Echo, HandoverEvent, StandbyItem, SystemNotice


def handover(value: dict[str, Any]) -> HandoverEvent:
    """A change of owner. Raises: Broken when it names no kind or nobody."""
    kind = text(value.get("type"), 64)
    sender = maybe_obj(value.get("sender"))
    number = sender.get("phone_number") or sender.get("wa_id")
    person = user(number, sender.get("user_id"), sender.get("parent_user_id"))
    if not kind or not person.is_known:
        raise Broken("a handover without a kind or a person")
    facts = maybe_obj(value.get(kind))
    return HandoverEvent(
        kind=kind,
        user=person,
        at=moment(value.get("timestamp")),
        previous_owner_role=text(facts.get("previous_owner_role"), 64),
        new_owner_role=text(facts.get("new_owner_role"), 64),
        metadata=long_text(facts.get("metadata")),
        summary=summary_of(facts.get("conversation_context")),
    )


def watched_message(raw: Any, people: People) -> StandbyItem | SystemNotice:
    """A customer's message in a thread that another app owns."""
    found = inbound_message(raw, people)
    return StandbyItem(found) if isinstance(found, InboundMessage) else found


def watched_echo(raw: Any, people: People) -> StandbyItem:
    """What the owner of the thread sent: the body of its send under `message`."""
    whole = obj(raw, "message_echo")
    sent = maybe_obj(whole.get("message"))
    found = echo({**sent, **{key: whole[key] for key in whole if key != "message"}}, people)
    if not isinstance(found, Echo):
        raise Broken("an edit or revoke in standby")
    return StandbyItem(found)


def watched_status(raw: Any, people: People) -> StandbyItem:
    """A status of a message of the owner."""
    return StandbyItem(read_status(raw, people))
