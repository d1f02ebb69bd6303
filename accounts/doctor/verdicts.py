"""What a check may say: its name, its state, a code for the sentence, evidence, one repair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class Name(StrEnum):
    """The checks, in the order in which they are shown; what comes first explains what follows."""

    TOKEN = "token"  # noqa: S105 - a name, no secret
    PERMISSIONS = "permissions"
    ACCOUNT_VISIBLE = "account_visible"
    NUMBER_REGISTERED = "number_registered"
    WEBHOOK_SUBSCRIPTION = "webhook_subscription"
    WEBHOOK_OVERRIDE = "webhook_override"
    CHALLENGE = "challenge"
    SIGNATURE = "signature"
    LAST_INBOUND = "last_inbound"
    LAST_STATUS = "last_status"
    QUALITY = "quality"
    PAYMENT = "payment"


class State(StrEnum):
    """unknown: could not be looked at, which is nobody's fault."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Repair(StrEnum):
    """What one button does. Those of `LINKS` only lead somewhere."""

    REPLACE_TOKEN = "replace_token"  # noqa: S105 - a name, no secret
    ASSIGN_ACCOUNT = "assign_account"
    REGISTER = "register"
    SUBSCRIBE_APP = "subscribe_app"
    USE_OUR_ADDRESS = "use_our_address"
    SEND_CHALLENGE = "send_challenge"
    ROTATE_SECRET = "rotate_secret"  # noqa: S105 - a name, no secret
    RESUME = "resume"
    OPEN_BILLING = "open_billing"
    OPEN_MANAGER = "open_manager"


# Whoever presses one of these is led to where it is done; the others are done here.
LINKS: Final = frozenset(
    {
        Repair.REPLACE_TOKEN,
        Repair.ASSIGN_ACCOUNT,
        Repair.ROTATE_SECRET,
        Repair.OPEN_BILLING,
        Repair.OPEN_MANAGER,
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check found. code: which sentence (`wording.SENTENCES`), filled from evidence."""

    name: Name
    state: State
    code: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    repair: Repair | None = None

    @property
    def is_fault(self) -> bool:
        """Whether something has to be done about it."""
        return self.state in (State.BROKEN, State.WARNING)


def skipped(name: Name, *, because: Name) -> Verdict:
    """Not looked at: what another check has found would make this one red, too."""
    return Verdict(name, State.UNKNOWN, "skipped", {"because": because.value})


def overall(states: Iterable[str]) -> State:
    """The state of a connection from those of its checks."""
    found = set(states)
    if State.BROKEN in found:
        return State.BROKEN
    # Nothing could be looked at: nobody may read that as "all is well".
    if State.WARNING in found or found == {State.UNKNOWN}:
        return State.WARNING
    return State.OK if found else State.UNKNOWN
