"""Fault switches, rules and delays: everything `POST /control` can change.

The body is one JSON object; keys left out stay as they are:

``faults``      list of faults (see `Fault`), replaces the present list; ``add_fault`` appends one
``latency_ms``  number, or [least, most], before every Graph answer
``rules``       ``{"window", "pair", "allow_list", "opt_out", "auto_read", "media"}`` and
                ``throughput`` (messages a second, 0 is off)
``webhooks``    ``{"hold", "duplicate", "reorder", "lose", "batch", "wrong_signature", "gather_s",
                "first_retry_s", "retry_factor", "longest_retry_s", "tries", "timeout_s"}``;
                ``lose`` and ``wrong_signature`` take a number (the next n), true or false
``delays``      seconds: ``{"sent", "delivered", "read"}``
``setup``       what is wrong with the connection: see `simulator.setup`
``clock_offset_s``, ``seed``, ``access_token``, ``webhook_url``, ``app_secret``
"""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, TypeVar

from simulator.wire import Json

ALWAYS: Final = -1

REFUSING: Final = frozenset({"error", "http", "drop_before_accept", "black_hole"})
SPOILING: Final = frozenset(
    {
        "accept_then_drop",
        "accept_then_slow",
        "accept_then_hang",
        "accept_then_http",
        "empty_200",
        "object_200",
        "truncated_200",
        "two_ids_200",
    }
)
BENDING: Final = frozenset(
    {"failed_status", "no_statuses", "held", "wrong_hash", "slow", "half_upload"}
)
KINDS: Final = REFUSING | SPOILING | BENDING
PLACES: Final = frozenset(
    {"send", "read", "media", "bytes", "templates", "uploads", "numbers", "any"}
)


@dataclass(slots=True)
class Fault:
    """One fault: what goes wrong, where, and how often.

    kind: a word of `KINDS`. on: a word of `PLACES`. count: the next n, -1 for always.
    skip: let so many through first. chance: 0 to 1. `phone_number_id`, `to` and `page` (of a
    template list, from 1) narrow it down; `code`, `http`, `subcode`, `details`, `body`, `seconds`,
    `retry_after_s` and `user_message` shape it.
    """

    kind: str
    on: str = "send"
    count: int = ALWAYS
    skip: int = 0
    chance: float = 1.0
    phone_number_id: str | None = None
    to: str | None = None
    page: int | None = None
    code: int = 131000
    http: int | None = None
    subcode: int | None = None
    details: str | None = None
    body: str | None = None
    seconds: float = 60.0
    retry_after_s: int | None = None
    user_message: str | None = None
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.on not in PLACES:
            raise ValueError(f"no such fault: {self.kind} on {self.on}")

    def fits(self, call: "Call") -> bool:
        """Whether this fault is meant for that call."""
        wanted = (
            (self.phone_number_id, call.phone_number_id),
            (_digits(self.to), _digits(call.to)),
            (self.page, call.page),
        )
        return (
            self.count != 0
            and self.on in ("any", call.on)
            and all(mine is None or mine == theirs for mine, theirs in wanted)
        )


@dataclass(frozen=True, slots=True)
class Call:
    """A Graph call as the faults see it."""

    on: str
    phone_number_id: str | None = None
    to: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Meta's rules that are kept when switched on. All but `media` are off at the start."""

    window: bool = False
    pair: bool = False
    throughput: int = 0
    allow_list: bool = False
    opt_out: bool = False
    auto_read: bool = False
    media: bool = True


@dataclass(frozen=True, slots=True)
class WebhookSwitches:
    """How webhooks misbehave, and how a refused one is repeated (times in seconds)."""

    hold: bool = False
    duplicate: int = 0
    reorder: bool = False
    lose: int = 0
    batch: bool = False
    wrong_signature: int = 0
    gather_s: float = 0.5
    first_retry_s: float = 1.0
    retry_factor: float = 2.0
    longest_retry_s: float = 600.0
    tries: int = 20
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds until a status is reported, each after the one before."""

    sent: float = 0.3
    delivered: float = 0.9
    read: float = 1.5


Part = TypeVar("Part", Rules, WebhookSwitches, Delays)


def changed(part: Part, changes: Json) -> Part:
    """`part` with the changes; raises ValueError for a key that does not exist."""
    known = {entry.name for entry in fields(part)}
    if unknown := set(changes) - known:
        raise ValueError(f"unknown switch: {', '.join(sorted(unknown))}")
    return replace(part, **{key: _same_type(getattr(part, key), changes[key]) for key in changes})


def _same_type(old: Any, new: Any) -> Any:
    if isinstance(old, int) and not isinstance(old, bool) and isinstance(new, bool):
        return ALWAYS if new else 0
    return type(old)(new)


@dataclass(slots=True)
class Switchboard:
    """All switches as they are now."""

    faults: list[Fault] = field(default_factory=list)
    latency_ms: tuple[int, int] = (0, 0)
    rules: Rules = field(default_factory=Rules)
    webhooks: WebhookSwitches = field(default_factory=WebhookSwitches)
    delays: Delays = field(default_factory=Delays)
    chances: random.Random = field(default_factory=lambda: seeded(1))

    @staticmethod
    def names() -> tuple[str, ...]:
        """The keys `apply` knows."""
        return tuple(_STEPS)

    def apply(self, changes: Json) -> None:
        """Change the switches named in `changes`; all or nothing. Raises ValueError, TypeError."""
        planned = [_STEPS[key](self, value) for key, value in changes.items() if key in _STEPS]
        for step in planned:
            step()

    def take(self, call: Call) -> Fault | None:
        """The first fault meant for this call, used up by one."""
        for fault in self.faults:
            if fault.fits(call) and self._comes_true(fault):
                return fault
        return None

    def _comes_true(self, fault: Fault) -> bool:
        if fault.skip:
            fault.skip -= 1
            return False
        if self.chances.random() >= fault.chance:
            return False
        fault.hits += 1
        fault.count -= fault.count > 0
        return True

    def latency_s(self) -> float:
        """How long this answer takes longer, in seconds."""
        return self.chances.uniform(*self.latency_ms) / 1000

    def use_up(self, name: str) -> bool:
        """Whether `lose` or `wrong_signature` strikes now."""
        left: int = getattr(self.webhooks, name)
        if left > 0:
            self.webhooks = changed(self.webhooks, {name: left - 1})
        return left != 0

    def as_json(self) -> Json:
        """The switches in the shape `apply` takes."""
        return {
            "faults": [asdict(fault) for fault in self.faults],
            "latency_ms": list(self.latency_ms),
            "rules": asdict(self.rules),
            "webhooks": asdict(self.webhooks),
            "delays": asdict(self.delays),
        }


def seeded(seed: int) -> random.Random:
    """Chances that fall the same way for the same seed."""
    return random.Random(seed)  # noqa: S311 - repeatable on purpose


def _digits(number: str | None) -> str | None:
    return number.lstrip("+") if number else number


def _pair(value: Any) -> tuple[int, int]:
    least, most = value if isinstance(value, list) else (value, value)
    return int(least), int(most)


Step = Callable[[], None]


def _set(board: Switchboard, name: str, value: Any) -> Step:
    return lambda: setattr(board, name, value)


_STEPS: Final[dict[str, Callable[[Switchboard, Any], Step]]] = {
    "faults": lambda board, value: _set(board, "faults", [Fault(**entry) for entry in value]),
    "add_fault": lambda board, value: _set(board, "faults", [*board.faults, Fault(**value)]),
    "latency_ms": lambda board, value: _set(board, "latency_ms", _pair(value)),
    "rules": lambda board, value: _set(board, "rules", changed(board.rules, value)),
    "webhooks": lambda board, value: _set(board, "webhooks", changed(board.webhooks, value)),
    "delays": lambda board, value: _set(board, "delays", changed(board.delays, value)),
    "seed": lambda board, value: _set(board, "chances", seeded(int(value))),
}
