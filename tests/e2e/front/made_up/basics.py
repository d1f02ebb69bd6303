"""What all of it is made with: ids, times, and the small parts that several panes show."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from inbox import shapes

NOW = datetime.now(UTC).replace(microsecond=0)
_ids = itertools.count(1)
ME = UUID(int=0xA1)


def new_id() -> UUID:
    return UUID(int=next(_ids))


def order_of(at: datetime, row: UUID) -> str:
    return f"{int(at.timestamp() * 1000):015d}-{row.hex}"


def window(conversation: UUID, hours: float | None) -> shapes.WindowChip:
    if hours is None:
        return shapes.WindowChip(conversation, "never", "Never written", "idle", None)
    expires = datetime.now(UTC) + timedelta(hours=hours)
    if hours <= 0:
        return shapes.WindowChip(conversation, "closed", "Window closed", "idle", expires)
    text = f"{int(hours)} h left" if hours >= 1 else f"{int(hours * 60)} min left"
    tone = "bad" if hours < 1 else "warn" if hours < 4 else "plain"
    return shapes.WindowChip(conversation, "closing" if hours < 4 else "open", text, tone, expires)


def label(name: str, colour: str) -> shapes.LabelChip:
    return shapes.LabelChip(new_id(), name, colour, "/inbox/?search=label")


AI = shapes.Chip("Assistant", "ai", "sparkles")
WAITING = shapes.Chip("Waiting for a person", "warn", "hourglass")
BEN = shapes.Chip("Ben", "plain", "user")
AMINA = shapes.Chip("Amina", "plain", "user")
NOBODY = shapes.Chip("Unassigned", "idle", "user")
PHONE = shapes.Chip("Phone app", "plain", "smartphone")
READ = shapes.Tick("read", "check-check-read", "Read 10:44")
DELIVERED = shapes.Tick("delivered", "check-check", "Delivered 10:42")
FAILED = shapes.Tick("failed", "alert-circle", "Not delivered")


def initials(name: str) -> str:
    letters = [word[0] for word in name.replace("@", " ").split() if word[0].isalpha()]
    return "".join(letters[:2]).upper() or "#"


def made(cls: type, **values: Any) -> Any:
    """A shape from those values it has a field for: the shapes grow while this file stands."""
    names = {field.name for field in dataclasses.fields(cls)}
    return cls(**{name: value for name, value in values.items() if name in names})
