"""What is left of somebody who was erased: keyed hashes, and what they keep out. Pure.

A number has few digits: a plain hash of it is found by trying. So the key is a secret of the
organization, stored encrypted; a copy of the database alone tells nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from whatsapp.inbound import Named, WhatsAppUser
from whatsapp.phone import canonical


def mark_of(key: str, name: str) -> str:
    """The hash of a name (`address_names`, `message_name`) under an organization's key: hex."""
    return hmac.new(key.encode(), name.encode(), "sha256").hexdigest()


def address_names(user: WhatsAppUser) -> list[str]:
    """A person's addresses, each by a name that all its written forms share."""
    bsuids = [one for one in (user.bsuid, user.parent_bsuid) if one]
    return ([f"wa_id:{canonical(user.wa_id)}"] if user.wa_id else []) + [
        f"user_id:{one}" for one in bsuids
    ]


def message_name(wamid_or_id: str) -> str:
    """The name of a message, by Meta's id or by our own."""
    return f"message:{wamid_or_id}"


def names_in(found: Named) -> frozenset[str]:
    """All the names that an item of a webhook has."""
    addresses = {name for user in found.users for name in address_names(user)}
    ids = [*found.wamids, *([found.opaque] if found.opaque else [])]
    return frozenset(addresses | {message_name(one) for one in ids})


def brings_back(names: Iterable[str], erased: Mapping[str, datetime], *, at: datetime) -> bool:
    """Whether an item would bring back what was erased.

    names: those in it; erased: when, by name. at: what the item tells of happened then. A message
    that is gone never comes back; what a person wrote before, neither. What they write afterwards
    is a new acquaintance. Meta tells whole seconds: the very second is taken for afterwards.
    """
    return any(
        name.startswith("message:") or at < erased[name].replace(microsecond=0)
        for name in names
        if name in erased
    )
