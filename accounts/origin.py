"""From where somebody acts: set around a request or a command, read when an act is recorded."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Origin:
    """address: who calls, "" inside. agent: the browser's family at most. key_id: the API key."""

    address: str = ""
    agent: str = ""
    key_id: UUID | None = None


INSIDE: Final = Origin()
COMMAND: Final = Origin(agent="command")
# What stands first counts: each of these also names some that come after it.
FAMILIES: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
    ("PostmanRuntime/", "Postman"),
)

_origin: ContextVar[Origin] = ContextVar("origin", default=INSIDE)


def origin() -> Origin:
    """From where this request or command comes; `INSIDE` for the worker."""
    return _origin.get()


@contextmanager
def coming_from(where: Origin) -> Iterator[None]:
    """Whatever happens inside comes from there."""
    token = _origin.set(where)
    try:
        yield
    finally:
        _origin.reset(token)


def with_key(key_id: UUID) -> None:
    """The rest of this request acts with that API key."""
    _origin.set(replace(_origin.get(), key_id=key_id))


def family(user_agent: str) -> str:
    """The browser's or program's family, "other" for one we do not know, "" for none."""
    if not user_agent:
        return ""
    return next((name for sign, name in FAMILIES if sign in user_agent), "other")


def caller_address(peer: str, forwarded_for: str, *, proxies: int) -> str:
    """Who calls: the peer, or what the last trusted proxy saw. An IPv6 network counts as one.

    forwarded_for: the header `X-Forwarded-For`. proxies: how many of ours stand in front.
    """
    seen = [one.strip() for one in forwarded_for.split(",") if one]
    if proxies and seen:
        peer = seen[-proxies:][0]
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer[:64]
    if address.version == 6:
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
