"""What the digest hands to a handler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from whatsapp.inbound import Item, Malformed


@dataclass(frozen=True, slots=True)
class Work:
    """One item of one delivery. of: how many items the delivery has.

    secret_fingerprint: whose secret signed the delivery; the digest has checked it.
    """

    delivery_id: int
    received_at: datetime
    secret_fingerprint: str
    item: Item
    index: int
    of: int

    @property
    def is_last(self) -> bool:
        """Whether its delivery is done with it."""
        return self.index == self.of - 1

    @property
    def about(self) -> str:
        """Meta's id of the message, for failpoints; "" where there is none."""
        return str(getattr(self.item.content, "wamid", ""))

    @property
    def malformed(self) -> str:
        """Why nobody can apply it; "" where somebody may."""
        return self.item.content.reason if isinstance(self.item.content, Malformed) else ""
