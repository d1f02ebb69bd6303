"""The make-believe world: numbers, customers, messages, media, and a counter of changes."""

import asyncio
import base64
import secrets
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.people import Customer, as_meta_writes, cast
from simulator.settings import BusinessNumber, Settings
from simulator.setup import Setup
from simulator.switches import Switchboard, seeded
from simulator.templates_catalogue import Template, catalogue
from simulator.wire import Json

WINDOW_S: Final = 24 * 60 * 60
RANKS: Final = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": 5}
DELIVERIES_KEPT: Final = 200
CALLS_KEPT: Final = 100
ACCEPTS_KEPT: Final = 100_000


@dataclass(slots=True)
class Number:
    """A business number and its changing state."""

    facts: BusinessNumber
    status: str = "CONNECTED"
    registered_at: list[float] = field(default_factory=list)  # and deregistered
    pin: str = ""
    synced: set[str] = field(default_factory=set)
    free_replies: int = 0
    profile: Json = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Message:
    """A message in either direction; `direction` is the business's view of it.

    `bubble` is what the phone shows, `raw` the Graph payload or the webhook's message.
    """

    wamid: str
    number_id: str
    customer: str
    direction: str
    kind: str
    at: float
    bubble: Json
    raw: Json
    status: str
    opaque: str | None = None
    category: str = "service"
    error: Json | None = None
    reactions: dict[str, str] = field(default_factory=dict)
    seq: int = 0


@dataclass(slots=True)
class Medium:
    """A stored file. `url_until` and `until` are seconds of the simulator's clock."""

    id: str
    data: bytes
    mime_type: str
    filename: str | None
    number_id: str
    until: float
    inbound: bool
    url_until: float = 0.0


@dataclass(slots=True)
class Upload:
    """A resumable upload: what has come of it so far."""

    id: str
    length: int
    mime_type: str
    data: bytes = b""


@dataclass(slots=True)
class Typing:
    """The business's typing indicator in one chat."""

    until: float
    seq: int


@dataclass(slots=True)
class GraphCall:
    """One call to the Graph side, for the event log. `result` is a status, or how it was cut."""

    at: float
    method: str
    path: str
    result: str
    answer: str
    took_ms: int
    seq: int = 0


class World:
    """All state of one simulator. Only the server's event loop touches it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.changed = asyncio.Event()
        self.seq = 0
        self.epoch = ""
        self.base = ""
        self.restart()

    def restart(self) -> None:
        """A new world: people and templates as at first, no messages, every switch off."""
        self.epoch = secrets.token_hex(6)
        self.webhook_url = self.settings.webhook_url
        self.app_secret = self.settings.app_secret
        self.access_token = self.settings.access_token
        self.clock_offset_s = 0.0
        self.switches = Switchboard(chances=seeded(self.settings.seed))
        self.switches.apply(dict(self.settings.switches))
        self.numbers = {facts.id: Number(facts) for facts in self.settings.numbers}
        self.accounts = {facts.waba_id for facts in self.settings.numbers}
        self.setup = Setup()
        self.token_ends_at = 0.0  # 0: never
        self.answered: set[str] = set()  # addresses that answered a challenge
        self.codes: dict[str, float] = {}  # of an Embedded Signup: when it was made
        self.customers: dict[str, Customer] = {}
        self.known_as: dict[str, Customer] = {}
        self.templates: list[Template] = catalogue()
        self.names_blocked: dict[tuple[str, str], float] = {}
        self.uploads: dict[str, Upload] = {}
        self.samples: set[str] = set()
        self.messages: dict[str, Message] = {}
        self.media: dict[str, Medium] = {}
        self.accepts: deque[Json] = deque(maxlen=ACCEPTS_KEPT)
        self.calls: deque[GraphCall] = deque(maxlen=CALLS_KEPT)
        self.wrote_at: dict[tuple[str, str], float] = {}
        self.typing: dict[tuple[str, str], Typing] = {}
        self.open_chats: Counter[tuple[str, str]] = Counter()
        self.allowed: set[str] = set()
        self.pair_debt: dict[tuple[str, str], float] = {}
        self.sent_at: dict[str, deque[float]] = {}
        for person in cast():
            self.add(person)

    def change_setup(self, changes: Json) -> None:
        """Throw switches of the connection, see `simulator.setup`. Raises: ValueError."""
        self.setup.apply(changes)
        if "expires_in_s" in changes:
            lives = self.setup.expires_in_s
            self.token_ends_at = self.now() + lives if lives else 0.0

    # Time and change

    def now(self) -> float:
        """Unix seconds by the simulator's own clock."""
        return time.time() + self.clock_offset_s

    def touch(self, thing: Any) -> None:
        """Note that a customer, message, typing indicator or delivery changed; wakes the pages."""
        self.seq += 1
        thing.seq = self.seq
        self.wake()

    def wake(self) -> None:
        """Let every waiting page look again."""
        self.changed.set()
        self.changed = asyncio.Event()

    # People

    def add(self, person: Customer) -> Customer:
        """Take a customer in."""
        self.customers[person.key] = person
        names = (person.key, person.wa_id, person.bsuid)
        self.known_as |= {name: person for name in names if name}
        self.touch(person)
        return person

    def customer(self, who: str) -> Customer | None:
        """A customer by key, number in any form, BSUID or None."""
        if found := self.known_as.get(who):
            return found
        return None if who[:2].isalpha() else self.known_as.get(as_meta_writes(who))

    # Messages

    def keep(self, message: Message) -> None:
        """Store a new message."""
        self.messages[message.wamid] = message
        self.touch(message)

    def chat(self, number_id: str, customer: str) -> list[Message]:
        """The messages between one number and one customer, in order of arrival."""
        return [
            message
            for message in self.messages.values()
            if message.number_id == number_id and message.customer == customer
        ]

    def raise_status(self, message: Message, status: str) -> bool:
        """Move a status up; False, and nothing done, where it would go down or stay."""
        if RANKS.get(status, 0) <= RANKS.get(message.status, 0):
            return False
        message.status = status
        self.touch(message)
        return True

    def window_open(self, number_id: str, customer: str) -> bool:
        """Whether the customer wrote to this number in the last 24 hours of our clock."""
        wrote = self.wrote_at.get((number_id, customer))
        return wrote is not None and self.now() - wrote < WINDOW_S

    def default_number(self) -> str:
        """The id of the first number."""
        return next(iter(self.numbers))


def new_wamid(wa_id: str | None, *, outbound: bool) -> str:
    """A wamid that looks like Meta's: base64 around the number and a random mark."""
    who = (wa_id or "").encode()
    mark = secrets.token_hex(9 if outbound else 10).upper().encode()
    inner = b"\x1c\x18" + bytes([len(who)]) + who + b"\x15\x02\x00"
    inner += (b"\x11\x18\x12" if outbound else b"\x12\x18\x14") + mark + b"\x00"
    return f"wamid.{base64.b64encode(inner).decode()}"


def new_id() -> str:
    """Sixteen digits, as Graph ids of media and templates."""
    return str(1_000_000_000_000_000 + secrets.randbelow(8_999_999_999_999_999))
