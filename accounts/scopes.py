"""What an API key may do: the scopes, and the other names under which callers know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

SCOPES: Final = frozenset(
    {
        "numbers:read",
        "numbers:manage",
        "conversations:read",
        "conversations:write",
        "messages:read",
        "messages:send",
        "messages:send_raw",
        "handoff:write",
        "contacts:read",
        "contacts:write",
        "templates:read",
        "templates:manage",
        "media:read",
        "media:write",
        "campaigns:read",
        "campaigns:manage",
        "analytics:read",
        "webhooks:manage",
    }
)
READS: Final = frozenset(scope for scope in SCOPES if scope.endswith(":read"))

ALIASES: Final[Mapping[str, frozenset[str]]] = {
    "*": SCOPES,
    "read": READS,
    "whatsapp:read": READS,
    "whatsapp:write": frozenset({"conversations:write", "messages:send", "media:write"}),
    "whatsapp:send": frozenset({"messages:send"}),
    "messaging:conversations:read": frozenset({"conversations:read"}),
    "messaging:messages:read": frozenset({"messages:read"}),
    "messaging:messages:send": frozenset({"messages:send"}),
    "messages.send": frozenset({"messages:send", "media:write"}),
    "messages.read": frozenset({"messages:read", "media:read"}),
    "contacts.write": frozenset({"contacts:write"}),
}
# With profile s4, `whatsapp:write` manages and does not send: sending is `whatsapp:send` there.
WRITE_OF_S4: Final = frozenset(
    {
        "numbers:manage",
        "conversations:write",
        "handoff:write",
        "contacts:write",
        "media:write",
        "templates:manage",
        "campaigns:manage",
    }
)


def expand(scopes: Iterable[str], *, profile: str = "") -> frozenset[str]:
    """Every scope that these names open; names that mean nothing open nothing."""
    return frozenset().union(*(_meaning(name, profile) for name in scopes))


def _meaning(name: str, profile: str) -> frozenset[str]:
    if name == "whatsapp:write" and profile == "s4":
        return WRITE_OF_S4
    return ALIASES.get(name) or (frozenset({name}) & SCOPES)


def unknown(scopes: Iterable[str]) -> list[str]:
    """The names among these that mean nothing."""
    return [name for name in scopes if name not in SCOPES and name not in ALIASES]
