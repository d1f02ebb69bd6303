"""Statuses of messages we sent."""

from datetime import datetime
from typing import Any

from whatsapp.inbound.message import WhatsAppUser
from whatsapp.inbound.people import People, bsuid, user, wa_id
from whatsapp.inbound.reading import (
    Broken,
    errors,
    flag,
    maybe_id,
    maybe_obj,
    moment,
    money,
    obj,
    text,
    wamid,
)
from whatsapp.inbound.types import Pricing, Status

LONGEST_WORD = 64
# One of these names the person in a group: Meta writes the key in several ways.
PARTICIPANT_KEYS = (
    "recipient_participant_id",
    "participant_recipient_id",
    "recipient_participant_user_id",
)


def read_status(raw: Any, people: People) -> Status:
    """A status. Raises: Broken without an id or a status word."""
    status = obj(raw, "status")
    group = status.get("recipient_type") == "group"
    conversation = maybe_obj(status.get("conversation"))
    pricing = _pricing(status.get("pricing") or conversation.get("pricing"))
    person = recipient(status)
    return Status(
        wamid=wamid(status.get("id")),
        status=_word(status.get("status")),
        at=moment(status.get("timestamp")),
        opaque=maybe_id(status.get("biz_opaque_callback_data")),
        recipient_wa_id=None if group else person.wa_id,
        recipient_bsuid=None if group else person.bsuid,
        participant=_participant(status),
        group_id=maybe_id(status.get("recipient_id")) if group else None,
        pricing=pricing,
        conversation=conversation or None,
        errors=errors(status.get("errors")),
        user=_person_in_group(status, people) if group else people.join(person),
        free_entry_point_until=_free_until(pricing, conversation),
        template_id=maybe_id(status.get("template_id")),
    )


def recipient(status: dict[str, Any]) -> WhatsAppUser:
    """Who a status is about, by the identifiers on the status itself."""
    parent = status.get("recipient_parent_user_id") or status.get("parent_recipient_user_id")
    return user(status.get("recipient_id"), status.get("recipient_user_id"), parent)


def _word(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_WORD:
        raise Broken("status is missing or not a word")
    return value


def _participant(status: dict[str, Any]) -> str | None:
    return next((found for key in PARTICIPANT_KEYS if (found := maybe_id(status.get(key)))), None)


def _person_in_group(status: dict[str, Any], people: People) -> WhatsAppUser:
    participant = _participant(status)
    person = WhatsAppUser(wa_id=wa_id(participant), bsuid=bsuid(participant))
    return people.join(person) if person.is_known else person


def _pricing(raw: Any) -> Pricing | None:
    if not isinstance(raw, dict) or not raw:
        return None
    cost = maybe_obj(raw.get("cost"))
    return Pricing(
        billable=flag(raw.get("billable")),
        model=text(raw.get("pricing_model"), LONGEST_WORD),
        type=text(raw.get("type"), LONGEST_WORD),
        category=text(raw.get("category"), LONGEST_WORD),
        cost=money(cost.get("amount")),
        currency=text(cost.get("currency"), 8),
    )


def _free_until(pricing: Pricing | None, conversation: dict[str, Any]) -> datetime | None:
    origin = maybe_obj(conversation.get("origin")).get("type")
    is_free = pricing is not None and pricing.type == "free_entry_point"
    if is_free or origin == "referral_conversion":
        return moment(conversation.get("expiration_timestamp"))
    return None
