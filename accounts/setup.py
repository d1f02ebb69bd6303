"""What a step of connecting a number is given, and how it comes out (`CONNECT_STEPS`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from accounts.actors import Actor
from accounts.models import PhoneNumber, StepState

# Without these nothing can be sent; the rest may follow while the number works.
NEEDED: Final = frozenset(
    {"check_token", "read_account", "read_number", "subscribe_app", "register_number"}
)
SETTLED: Final = frozenset({StepState.DONE, StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Setup:
    """One try. pin: six digits for Meta's registration, kept nowhere; "" for none.

    here: also move webhooks that go elsewhere to this installation.
    """

    number: PhoneNumber
    by: Actor
    at: datetime
    pin: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step came out. code: which sentence says so. facts: what stands in it, no secrets."""

    state: StepState
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


Step: TypeAlias = Callable[[Setup], Outcome]
"""May wait for Meta: it is called outside of any transaction.

Raises: whatever a call to Meta raises; that is a failed step, too."""


def done(code: str = "", **facts: Any) -> Outcome:
    """It has come out well."""
    return Outcome(StepState.DONE, code, facts)


def skipped(code: str, **facts: Any) -> Outcome:
    """It is not needed."""
    return Outcome(StepState.SKIPPED, code, facts)


def failed(code: str, **facts: Any) -> Outcome:
    """It has to be tried again."""
    return Outcome(StepState.FAILED, code, facts)


def waiting(code: str, **facts: Any) -> Outcome:
    """Somebody else has to do something first."""
    return Outcome(StepState.WAITING, code, facts)


def can_send(states: Mapping[str, str]) -> bool:
    """Whether all that is needed is settled. states: by name of the step."""
    return all(states.get(name) in SETTLED for name in NEEDED)
