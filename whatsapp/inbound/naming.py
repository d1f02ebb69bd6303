"""Whom and what an item of a webhook is about: persons, messages, and the moment it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from whatsapp.ids import WaId
from whatsapp.inbound.coexistence import thread_person
from whatsapp.inbound.content import Edit, Reaction, Revoke
from whatsapp.inbound.message import NOBODY, InboundMessage, WhatsAppUser
from whatsapp.inbound.people import bsuid, user
from whatsapp.inbound.types import (
    Echo,
    EchoChange,
    HistoryMessage,
    Item,
    StandbyItem,
    Status,
    SystemNotice,
)


@dataclass(frozen=True, slots=True)
class Named:
    """users: every person it is about. wamids: its own, and those it changes or reacts to.

    A quote is not among them: it is a new message all the same. brings: the message that it is
    itself. sent: the message that a status is about, where it went to one person and no group.
    opaque: our own id of the message that a status is about. at: Meta's time, None where it gives
    none.
    """

    users: tuple[WhatsAppUser, ...]
    wamids: frozenset[str]
    brings: str | None
    sent: str | None
    opaque: str | None
    at: datetime | None


def named(item: Item) -> Named:
    """Whom and what this item is about; nobody where it is malformed or of no person."""
    content = item.content.content if isinstance(item.content, StandbyItem) else item.content
    message = content.message if isinstance(content, HistoryMessage | Echo) else content
    users = tuple(one for one in _users(content, message) if one.is_known)
    wamids = frozenset(one for one in _wamids(message) if one)
    brings = message.wamid if isinstance(message, InboundMessage) else None
    sent = message.wamid if isinstance(message, Status) and not message.group_id else None
    opaque = getattr(content, "opaque", None)
    return Named(users, wamids, brings, sent, opaque, getattr(message, "at", None))


def person_in(raw: Any) -> WhatsAppUser:
    """Whom an entry of `contacts`, or an imported thread without its messages, is about."""
    if not isinstance(raw, dict):
        return NOBODY
    listed, thread = user(raw.get("wa_id"), raw.get("user_id")), thread_person(raw)
    return WhatsAppUser(
        wa_id=listed.wa_id or thread.wa_id,
        bsuid=listed.bsuid or thread.bsuid,
        parent_bsuid=bsuid(raw.get("parent_user_id")) or thread.parent_bsuid,
    )


def _users(content: object, message: object) -> Iterator[WhatsAppUser]:
    for one in (getattr(message, "user", None), getattr(content, "to", None)):
        if isinstance(one, WhatsAppUser):
            yield one
    if isinstance(content, Status):
        yield WhatsAppUser(content.recipient_wa_id, content.recipient_bsuid)
        participant = content.participant or ""
        digits = WaId(participant) if participant.isascii() and participant.isdigit() else None
        yield WhatsAppUser(digits, bsuid(participant))
    if isinstance(content, SystemNotice):
        yield WhatsAppUser(content.old_wa_id, content.old_bsuid, content.old_parent_bsuid)
        yield WhatsAppUser(content.new_wa_id, content.new_bsuid, content.new_parent_bsuid)


def _wamids(message: object) -> Iterator[str | None]:
    yield getattr(message, "wamid", None)
    change = getattr(message, "change", None) if isinstance(message, EchoChange) else None
    match message.content if isinstance(message, InboundMessage) else change:
        case Reaction(target=target):
            yield target
        case Edit(original=original) | Revoke(original=original):
            yield original
        case _:
            pass
