"""One thing that happened, before it has its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actors import Actor


@dataclass(frozen=True, slots=True)
class Announcement:
    """What `announce()` was told. data: ids, codes and numbers, never a customer's words."""

    organization_id: UUID
    kind: str
    conversation_id: UUID | None
    ids: tuple[UUID, ...]
    data: dict[str, Any]
    by: Actor
    at: datetime
