"""What Meta told about an organization, as plain data: equal where two databases know the same.

Without our ids, without our own times, without what our people did: none of that is in the raw log.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from accounts.models import Organization
from inbox.models import (
    Contact,
    Conversation,
    Message,
    PendingStatus,
    Reaction,
    StatusEvent,
)
from templates_app.models import MessageTemplate

# Ours: what was sent from here. The rest came by webhook.
OURS = frozenset({"agent", "ai", "api", "campaign", "system"})


def state_of(organization: Organization) -> dict[str, Any]:
    """People, threads with their lines, statuses, reactions and templates, sorted."""
    return {
        "people": sorted(map(_person, Contact.objects.filter(organization=organization)), key=repr),
        "threads": {
            _thread_name(row): _thread(row)
            for row in Conversation.objects.filter(organization=organization)
        },
        "statuses": _statuses(organization),
        "reactions": sorted(
            map(_reaction, Reaction.objects.filter(conversation__organization=organization)),
            key=repr,
        ),
        "templates": sorted(
            MessageTemplate.objects.filter(organization=organization).values_list(
                "name", "language", "status", "quality", "category", "rejected_reason"
            )
        ),
    }


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two states differ, a line each; the beginnings of both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted(one.keys() | other.keys(), key=repr)
        return [
            line
            for key in keys
            for line in differences(one.get(key), other.get(key), f"{place}/{key}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [line for n, (a, b) in pairs for line in differences(a, b, f"{place}[{n}]")]
    return [] if one == other else [f"{place}: {one!r:.300} != {other!r:.300}"]


def _addresses(contact: Contact) -> list[str]:
    return sorted(f"{one.kind}:{one.value}" for one in contact.identities.all())


def _person(contact: Contact) -> dict[str, Any]:
    return {
        "addresses": _addresses(contact),
        "name": contact.profile_name,
        "username": contact.username,
        "phone": contact.phone,
        "opted out": contact.opted_out_at,
    }


def _thread_name(row: Conversation) -> str:
    who = row.group_id or " ".join(_addresses(row.contact) if row.contact else [])
    return f"{row.phone_number.meta_phone_number_id} {who}"


def _thread(row: Conversation) -> dict[str, Any]:
    lines = row.messages.exclude(sender_type__in=OURS)
    return {
        "window": row.window_opened_at,
        "free after an ad until": row.free_entry_point_expires_at,
        "answers go to": row.identity.value if row.identity else None,
        "watched only": row.observed,
        "inbound": row.inbound_count,
        "newest inbound": (row.last_inbound_wamid, row.last_inbound_at),
        "calls": sorted(row.call_steps.values_list("call_id", "event")),
        "lines": [_line(one) for one in sorted(lines, key=lambda one: (one.at, one.wamid or ""))],
    }


def _line(row: Message) -> dict[str, Any]:
    return {
        "wamid": row.wamid,
        "kind": f"{row.direction} {row.type} by {row.sender_type}",
        "status": row.status,
        "content": row.content,
        "details": row.details,
        "quotes": row.reply_to_wamid,
        "forwarded": row.forwarded,
        "at": (row.at, row.meta_timestamp),
        "late": row.arrived_late,
        "changed": (row.edited_at, row.deleted_at),
        "file": row.media.meta_media_id if hasattr(row, "media") else None,
    }


def _statuses(organization: Organization) -> dict[str, list[tuple[Any, ...]]]:
    """By wamid, whether their message is here or not: of ours it is not in the log."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for event in StatusEvent.objects.filter(message__organization=organization):
        wamid = event.message.wamid or ""
        found[wamid].append((event.status, event.participant, event.at, event.error))
    for one in PendingStatus.objects.filter(phone_number__organization=organization):
        found[one.wamid].append((one.status, one.participant, one.at, one.data.get("error")))
    return {wamid: sorted(events, key=repr) for wamid, events in found.items()}


def _reaction(row: Reaction) -> tuple[Any, ...]:
    return _thread_name(row.conversation), row.target_wamid, row.by, row.emoji, row.at
