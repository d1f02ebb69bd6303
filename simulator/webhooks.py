"""Webhooks leave over real HTTP: signed, repeated until 200, and badly behaved when told so."""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Awaitable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import requests

from simulator.addresses import destination
from simulator.wire import Json
from simulator.world import DELIVERIES_KEPT, Message, World
from whatsapp.signature import sign

CONNECTIONS: Final = 8
ANSWER_KEPT: Final = 2000  # characters of an answer's body
USER_AGENT: Final = "facebookexternalua"
EARLIER_S: Final = 0.05


@dataclass(slots=True)
class Delivery:
    """One body and what became of it. `state`: sending, delivered, waiting, lost, given_up."""

    id: int
    at: float
    summary: str
    body: bytes
    wamids: list[str]
    url: str = ""  # where it goes; "" for the app's address, which may change until then
    state: str = "sending"
    status: int | None = None
    answer: str = ""
    attempts: int = 0
    took_ms: int = 0
    seq: int = 0

    def as_json(self) -> Json:
        """What the event log shows."""
        names = ("id", "at", "summary", "state", "status", "answer", "attempts", "took_ms", "seq")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Change:
    """One `changes[]` entry on its way, of one WABA."""

    waba_id: str
    field: str
    value: Json
    wamids: tuple[str, ...] = ()


@dataclass(slots=True)
class Tasks:
    """Running background work; a task that nobody holds may be collected half-way."""

    running: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, work: Awaitable[None]) -> None:
        """Run `work` in the background."""
        task = asyncio.ensure_future(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    def stop(self) -> None:
        """Cancel everything that runs."""
        for task in list(self.running):
            task.cancel()


class Sender:
    """Posts changes to the webhook address of its world."""

    def __init__(self, world: World, tasks: Tasks) -> None:
        self.world = world
        self.tasks = tasks
        self.deliveries: deque[Delivery] = deque(maxlen=DELIVERIES_KEPT)
        self.held: list[Change] = []
        self.stalled: list[Change] = []
        self.gathered: list[Change] = []
        self.count = 0
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="simulator-webhook")
        self._local = threading.local()
        self._sessions: list[requests.Session] = []

    def put(self, change: Change) -> None:
        """Take one change: hold it back, lose it, gather it for a batch, or send it."""
        switches = self.world.switches
        if switches.webhooks.hold:
            self.held.append(change)
            self.world.wake()
        elif self.world.setup.stalls(change.value):
            self.stalled.append(change)
        elif switches.use_up("lose"):
            self._new(change_summary([change]), b"", []).state = "lost"
        else:
            self._route(change)

    def _route(self, change: Change) -> None:
        webhooks = self.world.switches.webhooks
        why_not = self._destination(change)[1]
        if why_not:
            lost = self._new(change_summary([change]), b"", [])
            lost.state, lost.answer = "lost", why_not
        elif webhooks.batch or webhooks.reorder:
            self._gather(change)
        else:
            self._send([change])

    def _destination(self, change: Change) -> tuple[str, str]:
        return destination(self.world, change.waba_id, change.field, change.value)

    def put_body(self, body: bytes, summary: str) -> Delivery:
        """Send a body of the caller's making, byte for byte."""
        delivery = self._new(summary, body, [])
        self.tasks.start(self._deliver(delivery))
        return delivery

    def release(self) -> int:
        """Send what was held back, in order, and say how many changes that were."""
        changes, self.held = self.held, []
        for change in changes:
            self.put(change)
        return len(changes)

    def flow(self) -> None:
        """Send what was stalled and no longer is, in order."""
        changes, self.stalled = self.stalled, []
        for change in changes:
            self.put(change)

    def close(self) -> None:
        """Let threads and connections go; posts on the wire end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for session in self._sessions:
            session.close()

    def forget(self) -> None:
        """Drop everything not yet sent, and the log."""
        self.held, self.stalled, self.gathered = [], [], []
        self.deliveries.clear()

    def _gather(self, change: Change) -> None:
        self.gathered.append(change)
        if len(self.gathered) == 1:
            self.tasks.start(self._send_gathered())

    async def _send_gathered(self) -> None:
        await asyncio.sleep(self.world.switches.webhooks.gather_s)
        changes, self.gathered = self.gathered, []
        if self.world.switches.webhooks.reorder:
            changes.reverse()
        if self.world.switches.webhooks.batch:
            by_address: dict[str, list[Change]] = {}
            for change in changes:
                by_address.setdefault(self._destination(change)[0], []).append(change)
            for together in by_address.values():
                self._send(together)
            return
        for change in changes:
            self._send([change])
            await asyncio.sleep(EARLIER_S)

    def _send(self, changes: list[Change]) -> None:
        body = compact(envelope(changes))
        for _copy in range(1 + self.world.switches.webhooks.duplicate):
            wamids = [wamid for change in changes for wamid in change.wamids]
            delivery = self._new(change_summary(changes), body, wamids)
            url = self._destination(changes[0])[0]
            delivery.url = "" if url == self.world.webhook_url else url
            self.tasks.start(self._deliver(delivery))

    def _new(self, summary: str, body: bytes, wamids: list[str]) -> Delivery:
        self.count += 1
        delivery = Delivery(self.count, self.world.now(), summary, body, wamids)
        self.deliveries.append(delivery)
        self.world.touch(delivery)
        return delivery

    async def _deliver(self, delivery: Delivery) -> None:
        epoch = self.world.epoch
        wait_s = self.world.switches.webhooks.first_retry_s
        while self.world.epoch == epoch and not await self._attempt(delivery):
            switches = self.world.switches.webhooks
            if delivery.attempts >= switches.tries or not self._address(delivery):
                delivery.state = "given_up"
                self.world.touch(delivery)
                return
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * switches.retry_factor, switches.longest_retry_s)

    async def _attempt(self, delivery: Delivery) -> bool:
        delivery.attempts += 1
        url, secret = self._address(delivery), self.world.app_secret
        if not url:
            delivery.answer = "No webhook address is set."
            return False
        if self.world.setup.other_secret or self.world.switches.use_up("wrong_signature"):
            secret += "-not"
        loop = asyncio.get_running_loop()
        timeout_s = self.world.switches.webhooks.timeout_s
        before = time.monotonic()
        args = (url, delivery.body, secret, timeout_s)
        status, answer = await loop.run_in_executor(self._threads, self._post, *args)
        delivery.took_ms = round((time.monotonic() - before) * 1000)
        delivery.status, delivery.answer = status, answer
        delivery.state = "delivered" if status == 200 else "waiting"
        self.world.touch(delivery)
        if status == 200:
            self._mark_delivered(delivery.wamids)
        return status == 200

    def _address(self, delivery: Delivery) -> str | None:
        return delivery.url or self.world.webhook_url

    def _post(self, url: str, body: bytes, secret: str, timeout_s: float) -> tuple[int | None, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "X-Hub-Signature-256": sign(body, secret),
        }
        try:
            answer = self._session().post(
                url, data=body, headers=headers, timeout=(3, timeout_s), allow_redirects=False
            )
        except requests.RequestException as error:
            return None, f"{type(error).__name__}: {error}"[:ANSWER_KEPT]
        return answer.status_code, answer.text[:ANSWER_KEPT]

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False
            self._sessions.append(session)
        return session

    def _mark_delivered(self, wamids: Iterable[str]) -> None:
        for wamid in wamids:
            if message := self.world.messages.get(wamid):
                self.world.raise_status(message, "delivered")


def compact(body: Any) -> bytes:
    """JSON as Meta sends it: no blanks, everything beyond ASCII escaped."""
    return json.dumps(body, separators=(",", ":")).encode()


def envelope(changes: Iterable[Change]) -> Json:
    """The whole body; changes of one WABA share an entry."""
    entries: dict[str, list[Json]] = {}
    for change in changes:
        entry = {"value": change.value, "field": change.field}
        entries.setdefault(change.waba_id, []).append(entry)
    rows = [{"id": waba_id, "changes": rows} for waba_id, rows in entries.items()]
    return {"object": "whatsapp_business_account", "entry": rows}


def change_summary(changes: Iterable[Change]) -> str:
    """A few words for the event log, such as "message text" or "status delivered"."""
    words = []
    for change in changes:
        words += [f"message {entry.get('type')}" for entry in change.value.get("messages", [])]
        words += [f"status {entry['status']}" for entry in change.value.get("statuses", [])]
        words += [] if change.field == "messages" else [change.field]
    return ", ".join(words)


def message_change(world: World, number_id: str, value: Json, wamids: tuple[str, ...]) -> Change:
    """A change of field `messages` for one business number."""
    facts = world.numbers[number_id].facts
    metadata = {"display_phone_number": facts.display, "phone_number_id": facts.id}
    frame = {"messaging_product": "whatsapp", "metadata": metadata}
    return Change(facts.waba_id, "messages", frame | value, wamids)


def inbound_change(world: World, message: Message) -> Change:
    """The change that brings one message of a customer."""
    contact = world.customers[message.customer].contact()
    value = {"contacts": [contact], "messages": [message.raw]}
    return message_change(world, message.number_id, value, (message.wamid,))
