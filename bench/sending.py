"""From the queue to Meta's door, with nothing to do and with a great deal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bench.bodies import TOKEN
from bench.places import Bench, Place
from bench.report import Figure, percentile
from tests.faults.installation import PHONE_NUMBER_ID
from tests.faults.sending import Meta, queue_up, wait_until_quiet
from whatsapp import outbound
from whatsapp.client import CloudApi
from whatsapp.limits import MESSAGES_PER_S

GRAPH_MS = 300
SENDERS = 80  # as inbox.drains has them, which cannot be read without Django
CAMPAIGN = 2_000
MANY = 10_000
EVERY_S = 0.35
WITHIN_S = 120

# One message after another into an idle installation.
ONE_BY_ONE = """
import time
from django.utils import timezone
from accounts.actors import SYSTEM
from inbox import outgoing
from inbox.actions.sending import send
from inbox.models import Conversation
from webhooks import worker
running = worker.run() if {worker} else None
if running:
    running.start()
threads = list(Conversation.objects.order_by("pk").values_list("pk", flat=True)[:{count}])
time.sleep(1)
for n in range({count}):
    send(threads[n % len(threads)], outgoing.text("one"), by=SYSTEM, at=timezone.now())
    time.sleep({every} + n % 7 * 0.013)
time.sleep(1)
if running:
    running.stop()
"""
# A campaign's messages, each to somebody of its own; prints how long the queueing took.
QUEUE_MANY = """
import time
from dataclasses import replace
from django.utils import timezone
from accounts.actors import Actor
from accounts.models import PhoneNumber
from inbox import outgoing
from inbox.actions.bulk import Addressed, queue_many
from inbox.models import Contact, Conversation, Identity
number, at = PhoneNumber.objects.get(), timezone.now()
mine = dict(organization_id=number.organization_id)
people = Contact.objects.bulk_create(
    Contact(profile_name="Customer %d" % n, created_at=at, **mine) for n in range({count})
)
names = Identity.objects.bulk_create(
    Identity(contact=one, kind="wa_id", value="4930%07d" % n, **mine)
    for n, one in enumerate(people)
)
threads = Conversation.objects.bulk_create(
    Conversation(
        phone_number=number, contact=person, identity=name, window_opened_at=at,
        last_activity_at=at, created_at=at, **mine
    )
    for person, name in zip(people, names)
)
offer = outgoing.text("An offer")
messages = [Addressed(one.pk, offer) for one in threads]
began = time.monotonic()
queue_many(messages, by=Actor("campaign", name="Autumn"), at=at)
print(time.monotonic() - began)
"""
COMMAND = ("manage.py", "shell", "--verbosity=0", "--command")


def measure(bench: Bench, seconds: float) -> Iterator[Figure]:
    """On every database; SQLite lets only one process send, so there the writer works itself."""
    for database in bench.databases:
        yield from _idle(bench, database, max(5, round(seconds / EVERY_S)), same_process=True)
        if database == "postgres":
            yield from _idle(bench, database, max(5, round(seconds / EVERY_S)), same_process=False)
        yield from _beside_a_campaign(bench, database, max(5, round(seconds / EVERY_S)))
        yield from _flat_out(bench, database, max(100, round(seconds * 160)))
        yield _many(bench, database)


def _idle(bench: Bench, database: str, count: int, *, same_process: bool) -> Iterator[Figure]:
    with bench.place(database) as place, MetaBeside(place) as meta:
        queue_up(place, messages=0, threads=count)
        if not same_process:
            place.run("manage.py", "work")
        code = ONE_BY_ONE.format(worker=same_process, count=count, every=EVERY_S)
        place.run(*COMMAND, code).wait(WITHIN_S)
        wait_until_quiet(place)
        queued = dict(place.rows("SELECT id, created_at FROM inbox_message"))
        by_id = {UUID(str(key)): _seconds(at) for key, at in queued.items()}
        waits = [(line["t"] - by_id[UUID(line["opaque"])]) * 1000 for line in _accepts(meta)]
        about = f"{database}, {'one process' if same_process else 'another process'}"
        yield from _waits(about, waits)


def _waits(about: str, waits: list[float]) -> Iterator[Figure]:
    for percent in (50, 95):
        yield Figure(
            "5 sending",
            f"queue to Graph p{percent}: {about}",
            percentile(waits, percent),
            "ms",
            note=f"{len(waits)} messages",
        )


def _beside_a_campaign(bench: Bench, database: str, count: int) -> Iterator[Figure]:
    """What a person waits while a campaign takes all that the number may send."""
    with bench.place(database) as place, MetaBeside(place) as meta:
        meta.control(latency_ms=GRAPH_MS)
        queue_up(place, messages=0, threads=count)
        _queue_many(place, CAMPAIGN)
        place.run(*COMMAND, ONE_BY_ONE.format(worker=True, count=count, every=EVERY_S)).wait(
            WITHIN_S
        )
        rows = place.rows("SELECT id, created_at FROM inbox_message WHERE lane = 0")
        by_id = {UUID(str(key)): _seconds(at) for key, at in rows}
        lines = [(UUID(line["opaque"]), line["t"]) for line in _accepts(meta)]
    waits = [(t - by_id[key]) * 1000 - GRAPH_MS for key, t in lines if key in by_id]
    yield from _waits(f"{database}, beside {CAMPAIGN} of a campaign", waits)


def _many(bench: Bench, database: str) -> Figure:
    with bench.place(database) as place:
        took = _queue_many(place, MANY)
    name = f"queued together: {database}"
    return Figure("5 sending", name, MANY / took, "/s", note=f"{MANY} messages")


def _queue_many(place: Place, count: int) -> float:
    """A campaign in the queue; how many seconds the queueing itself took."""
    said = place.run_aside(*COMMAND[1:], QUEUE_MANY.format(count=count))
    if said.returncode:
        raise RuntimeError(said.stderr.decode())
    return float(said.stdout.decode().split()[-1])


def _flat_out(bench: Bench, database: str, count: int) -> Iterator[Figure]:
    with bench.place(database) as place, MetaBeside(place) as meta:
        meta.control(latency_ms=GRAPH_MS)
        queue_up(place, messages=count, threads=count // 2)
        place.run("manage.py", "work")
        wait_until_quiet(place, timeout=WITHIN_S)
        place.end_all()
        times = [line["t"] for line in _accepts(meta)]
        ((vain,),) = place.rows("SELECT sum(attempts) FROM inbox_message")
        bare = _bare(meta, count)
    calls = 1 + vain / len(times)
    yield Figure(
        "5 sending",
        f"with Graph at {GRAPH_MS} ms: {database}",
        (len(times) - 1) / (times[-1] - times[0]),
        "/s",
        bare,
        note=f"{len(times)} sent, {calls:.2f} calls each",
    )


def _bare(meta: Meta, count: int) -> float:
    """The same calls at the rate that Meta allows, with nothing to read and nothing to write."""
    client = CloudApi(base_url=meta.url, version="v25.0", token=TOKEN)
    began = time.monotonic()

    def call(number: int) -> float:
        time.sleep(max(0.0, began + number / MESSAGES_PER_S - time.monotonic()))
        client.send(
            PHONE_NUMBER_ID,
            outbound.message(
                outbound.text("one"), to=outbound.Recipient(phone="12025550143"), opaque=str(number)
            ),
        )
        return time.monotonic()

    with ThreadPoolExecutor(SENDERS) as pool:
        ended = sorted(pool.map(call, range(count)))
    return (count - 1) / (ended[-1] - ended[0])


class MetaBeside(Meta):
    """The make-believe Meta beside a place, for the time of a `with`."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.directory)
        place.environment["GRAPH_API_URL"] = self.url

    def __enter__(self) -> MetaBeside:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def _accepts(meta: Meta) -> list[dict[str, Any]]:
    return [json.loads(line) for line in meta.log.read_text().splitlines()]


def _seconds(at: object) -> float:
    moment = datetime.fromisoformat(str(at))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
