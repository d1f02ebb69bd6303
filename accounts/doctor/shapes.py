"""What the doctor's page, its command and the API get: frozen, worded where people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.doctor.verdicts import State


@dataclass(frozen=True, slots=True)
class RepairView:
    """One button. href: where it leads; "" for one that is done here. code: its name for a post."""

    code: str
    label: str
    href: str = ""
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check. tone: good, warn, bad, idle. evidence: (label, value). runs: at this moment."""

    name: str
    title: str
    state: str
    state_label: str
    tone: str
    icon: str
    sentence: str
    evidence: tuple[tuple[str, str], ...]
    since: str
    repair: RepairView | None
    runs: bool


@dataclass(frozen=True, slots=True)
class DoctorPage:
    """The connection of one number. runs: an examination is asked for or under way."""

    id: UUID
    name: str
    state: str
    tone: str
    sentence: str
    looked_at: str
    runs: bool
    rows: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One check for a program."""

    name: str
    state: State
    message: str
    evidence: dict[str, Any]
    repair: str | None
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """The checks of a number for a program. state: ok, warning or broken; unknown before any."""

    state: State
    checks: tuple[HealthCheck, ...]
    last_status_at: datetime | None
