"""Calls, and what a customer wants to hear from us."""

from typing import Any

from whatsapp.inbound.message import WhatsAppUser
from whatsapp.inbound.people import People, user
from whatsapp.inbound.reading import Broken, errors, identifier, maybe_id, moment, obj, text, whole
from whatsapp.inbound.statuses import recipient
from whatsapp.inbound.types import CallEvent, UserPreference

BY_US = "BUSINESS_INITIATED"
BY_THEM = "USER_INITIATED"


def call_event(raw: Any, people: People) -> CallEvent:
    """A step of a call. Raises: Broken without an id."""
    call = obj(raw, "call")
    direction = text(call.get("direction"), 64)
    event = text(call.get("event"), 64) or ""
    return CallEvent(
        call_id=identifier(call.get("id"), "id"),
        event=event,
        direction=direction,
        user=people.join(_other_end(call, direction)),
        at=moment(call.get("timestamp")),
        status=text(call.get("status"), 64),
        missed=_is_missed(call, event, direction),
        duration_s=whole(call.get("duration")),
        opaque=maybe_id(call.get("biz_opaque_callback_data")),
        errors=errors(call.get("errors")),
    )


def call_status(raw: Any, people: People) -> CallEvent:
    """A status of a call we made: RINGING, ACCEPTED, REJECTED. Raises: Broken without an id."""
    status = obj(raw, "status")
    return CallEvent(
        call_id=identifier(status.get("id"), "id"),
        event="status",
        direction=BY_US,
        user=people.join(recipient(status)),
        at=moment(status.get("timestamp")),
        status=text(status.get("status"), 64),
        opaque=maybe_id(status.get("biz_opaque_callback_data")),
        errors=errors(status.get("errors")),
    )


def user_preference(raw: Any, people: People) -> UserPreference:
    """A choice about marketing messages. Raises: Broken when it names nobody or no choice."""
    choice = obj(raw, "user_preference")
    written = user(choice.get("wa_id"), choice.get("user_id"), choice.get("parent_user_id"))
    person = people.join(written)
    value, category = text(choice.get("value"), 64), text(choice.get("category"), 64)
    if not person.is_known or not value or not category:
        raise Broken("a preference without a person, a category or a value")
    return UserPreference(
        user=person,
        category=category,
        value=value,
        at=moment(choice.get("timestamp")),
        detail=text(choice.get("detail")),
        signup_id=maybe_id(choice.get("signup_id")),
    )


def _other_end(call: dict[str, Any], direction: str | None) -> WhatsAppUser:
    side = "to" if direction == BY_US else "from"
    return user(call.get(side), call.get(f"{side}_user_id"), call.get(f"{side}_parent_user_id"))


def _is_missed(call: dict[str, Any], event: str, direction: str | None) -> bool:
    if event != "terminate" or direction == BY_US:
        return False
    return not call.get("start_time") and call.get("status") != "COMPLETED"
