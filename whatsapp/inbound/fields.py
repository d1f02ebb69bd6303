"""Which reader gets which part of a change: one function per webhook field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from whatsapp.inbound import updates
from whatsapp.inbound.calls import call_event, call_status, user_preference
from whatsapp.inbound.coexistence import (
    contact_sync,
    echo,
    history_message,
    history_notice,
    late_media,
    thread_person,
)
from whatsapp.inbound.messages import inbound_message, lacks_content, summary_of, user_id_update
from whatsapp.inbound.people import People
from whatsapp.inbound.reading import Broken, errors, maybe_obj, obj
from whatsapp.inbound.routing import handover, watched_echo, watched_message, watched_status
from whatsapp.inbound.statuses import read_status
from whatsapp.inbound.types import CallEvent, Content, Status, Unsupported, ValueError_

Read = Callable[[Any], Content]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. our_number: digits of the business number, where the change names it."""

    field: str
    value: dict[str, Any]
    our_number: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One future item. path: below `value`, ".messages[2]". read: may raise Broken."""

    path: str
    raw: Any
    read: Read


def parts_of(change: Change) -> Iterator[Part]:
    """The parts of a change, at least one: what nobody reads is kept as Unsupported."""
    found = False
    for part in FIELDS.get(change.field, _nothing)(change):
        found = True
        yield part
    if not found:
        yield Part("", change.value, partial(Unsupported, change.field))


def _nothing(_change: Change) -> Iterator[Part]:
    return iter(())


def _messages(change: Change) -> Iterator[Part]:
    value = change.value
    people, found = People(value.get("contacts")), errors(value.get("errors"))
    read = partial(
        inbound_message,
        people=people,
        summary=summary_of(value.get("conversation_context")),
        value_errors=found,
    )
    yield from members(value, "messages", read)
    yield from members(value, "statuses", partial(_status, people=people))
    yield from members(value, "user_id_update", user_id_update)
    # With a message that lacks its content the errors explain that message.
    if found and not any(map(lacks_content, _list(value.get("messages")))):
        yield Part(".errors", value.get("errors"), lambda _raw: ValueError_(found))


def _status(raw: Any, people: People) -> Status | CallEvent:
    if maybe_obj(raw).get("type") == "call":
        return call_status(raw, people)
    return read_status(raw, people)


def _echoes(change: Change) -> Iterator[Part]:
    people = People(change.value.get("contacts"))
    yield from members(change.value, "message_echoes", partial(echo, people=people))


def _state_sync(change: Change) -> Iterator[Part]:
    yield from members(change.value, "state_sync", contact_sync)


def _history(change: Change) -> Iterator[Part]:
    value = change.value
    people = People(value.get("contacts"))
    for part in members(value, "history", history_notice):
        yield part
        yield from _threads(part, change.our_number)
    came_in = partial(late_media, people=people, outgoing=False)
    went_out = partial(late_media, people=people, outgoing=True)
    yield from members(value, "messages", came_in)
    yield from members(value, "message_echoes", went_out)


def _threads(chunk: Part, our_number: str | None) -> Iterator[Part]:
    for thread in members(maybe_obj(chunk.raw), "threads", _thread, chunk.path):
        if not isinstance(thread.raw, dict):
            yield thread
            continue
        person = thread_person(thread.raw)
        read = partial(history_message, person=person, our_number=our_number)
        yield from members(thread.raw, "messages", read, thread.path)


def _thread(raw: Any) -> Content:
    obj(raw, "thread")
    raise Broken("a thread that cannot be read")


def _calls(change: Change) -> Iterator[Part]:
    people = People(change.value.get("contacts"))
    yield from members(change.value, "calls", partial(call_event, people=people))
    yield from members(change.value, "statuses", partial(call_status, people=people))


def _preferences(change: Change) -> Iterator[Part]:
    people = People(change.value.get("contacts"))
    yield from members(change.value, "user_preferences", partial(user_preference, people=people))


def _standby(change: Change) -> Iterator[Part]:
    seen = maybe_obj(change.value.get("standby"))
    people = People(seen.get("contacts"))
    readers = (
        ("messages", watched_message),
        ("message_echoes", watched_echo),
        ("statuses", watched_status),
    )
    for key, reader in readers:
        yield from members(seen, key, partial(reader, people=people), ".standby")


def _whole(read: Callable[[dict[str, Any]], Content]) -> Callable[[Change], Iterator[Part]]:
    def parts(change: Change) -> Iterator[Part]:
        yield Part("", change.value, read)

    return parts


def members(holder: dict[str, Any], key: str, read: Read, path: str = "") -> Iterator[Part]:
    """A part per member of the list under `key`; one bad part when it is there but no list."""
    if key not in holder:
        return
    found, place = holder[key], f"{path}.{key}"
    if not isinstance(found, list):
        yield Part(place, found, partial(_no_list, key))
        return
    for index, raw in enumerate(found):
        yield Part(f"{place}[{index}]", raw, read)


def _no_list(key: str, _raw: Any) -> Content:
    raise Broken(f"{key} is not a list")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


FIELDS: Mapping[str, Callable[[Change], Iterator[Part]]] = {
    "messages": _messages,
    "user_id_update": _messages,
    "smb_message_echoes": _echoes,
    "smb_app_state_sync": _state_sync,
    "history": _history,
    "calls": _calls,
    "user_preferences": _preferences,
    "messaging_handovers": _whole(handover),
    "standby": _standby,
    "message_template_status_update": _whole(updates.template_status),
    "message_template_quality_update": _whole(updates.template_quality),
    "message_template_components_update": _whole(updates.template_components),
    "template_category_update": _whole(updates.template_category),
    "phone_number_quality_update": _whole(updates.number_quality),
    "phone_number_name_update": _whole(updates.number_name),
    "security": _whole(updates.number_security),
    "account_update": _whole(updates.account_update),
    "account_alerts": _whole(updates.account_alert),
    "account_review_update": _whole(updates.account_review),
    "business_capability_update": _whole(updates.business_capability),
    "flows": _whole(updates.flow_update),
}
