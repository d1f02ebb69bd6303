"""What is known of a connection at one moment. Plain values, nothing decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from whatsapp.answers import PhoneNumberFacts
from whatsapp.setup_calls import TokenFacts


@dataclass(frozen=True, slots=True)
class Refusal:
    """Meta said no. trace: what its support asks for."""

    code: int
    subcode: int | None = None
    details: str = ""
    trace: str = ""

    @property
    def evidence(self) -> dict[str, Any]:
        """What is stored of it, and shown."""
        known = {"code": self.code, "subcode": self.subcode, "meta": self.details[:300]}
        return {name: value for name, value in (known | {"trace": self.trace}).items() if value}


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing clear came back, or only that Meta is busy. reason: a word for the evidence."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoToken:
    """The account has no token: nothing could be asked."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whether this token's app gets the account's webhooks. override: "" for none."""

    subscribed: bool
    override: str = ""


Unasked: TypeAlias = NoToken | Refusal | NoAnswer | None
Token: TypeAlias = TokenFacts | NoToken | Refusal | NoAnswer
Listed: TypeAlias = bool | Refusal | NoAnswer | None
Number: TypeAlias = PhoneNumberFacts | Refusal | NoAnswer | None
Subscribed: TypeAlias = Subscription | Refusal | NoAnswer | None


@dataclass(frozen=True, slots=True)
class MetaFacts:
    """What Meta says. None: not asked, because what comes before it did not work.

    listed: whether the account has this number among its own.
    """

    token: Token
    listed: Listed = None
    number: Number = None
    subscription: Subscribed = None


@dataclass(frozen=True, slots=True)
class Own:
    """What we know ourselves. callback: our address for webhooks.

    stopped_for: the `status_reason` for which sending is paused; "" while it is not.
    """

    callback: str
    waba_id: str
    stopped_for: str = ""
    coexistence: bool = False


@dataclass(frozen=True, slots=True)
class Reception:
    """What the receiving side knows (`DOCTOR_CHECKS`, "reception").

    echo: "answered", "wrong" or "none": what came of a challenge we sent to ourselves; status: its
    HTTP status. has_verify_token, has_secret: whether there is one at all.
    wrong_signatures: posts about this account that nobody's secret had signed, since the last one
    that was well signed. heard_at: when anything of the app's was last received.
    listening_since: from when on nothing was missed; None: nobody listens now.
    """

    echo: str
    status: int | None = None
    has_verify_token: bool = True
    has_secret: bool = True
    wrong_signatures: int = 0
    last_wrong_at: datetime | None = None
    heard_at: datetime | None = None
    listening_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What passes through the number (`DOCTOR_CHECKS`, "traffic").

    unreported_since: when Meta took the oldest of `unreported` messages of the last day of which
    it has reported nothing. by_hour: received messages of four weeks, by the hour (UTC) they
    came in; None: not counted this time.
    """

    last_inbound_at: datetime | None = None
    last_status_at: datetime | None = None
    unreported_since: datetime | None = None
    unreported: int = 0
    by_hour: Mapping[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be sent (`DOCTOR_CHECKS`, "queue"). oldest_seconds: of the queued ones."""

    queued: int = 0
    held: int = 0
    oldest_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Messages that usually come in each hour of the week, Monday 0 o'clock first; local time.

    weeks: how many weeks it was learned from.
    """

    hours: tuple[float, ...] = field(default=(0.0,) * 168)
    weeks: int = 0
