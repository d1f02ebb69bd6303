"""Items understood per second by one worker process with a backlog, beside the same rows by SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bench import bodies, plain
from bench.places import Bench, Place
from bench.report import Figure
from tests.faults.installation import APP_SECRET
from whatsapp.signature import fingerprint

WITHIN_S = 240
WORDS = ("sent", "delivered", "read")

# Messages of ours that Meta has accepted, spread over the conversations there are.
ACCEPTED = """
from django.utils import timezone
from accounts.ids import new_id
from inbox.models import Conversation, Message
at = timezone.now()
threads = list(Conversation.objects.order_by("id"))
Message.objects.bulk_create(
    Message(
        id=new_id(), organization_id=thread.organization_id, conversation=thread,
        phone_number_id=thread.phone_number_id, wamid=f"wamid.ours{{n:08}}", direction="outbound",
        type="text", status="accepted", status_rank=1, sender_type="person",
        content={{"body": "It is back."}}, at=at, created_at=at, accepted_at=at,
    )
    for n in range({count})
    for thread in [threads[n % len(threads)]]
)
"""


def measure(bench: Bench, items: int) -> Iterator[Figure]:
    """`items` messages, then as many statuses, one per delivery, on every database."""
    for database in bench.databases:
        with bench.place(database) as place:
            yield from _messages(place, database, items)
            yield from _statuses(place, database, items)


def _messages(place: Place, database: str, items: int) -> Iterator[Figure]:
    backlog(place, [bodies.text_message(n, f"hello {n}") for n in range(items)])
    rate = _digested_per_s(place)
    found = place.count("inbox_message")
    with place.connection() as connection:
        bare = plain.messages_per_s(connection)
    yield _figure("messages", database, rate, bare, found, items)


def _statuses(place: Place, database: str, items: int) -> Iterator[Figure]:
    count = -(-items // len(WORDS))
    place.manage("shell", "--verbosity=0", "--command", ACCEPTED.format(count=count))
    told = [(word, f"wamid.ours{n:08}") for word in WORDS for n in range(count)][:items]
    backlog(place, [bodies.status(wamid, word, "12025550000") for word, wamid in told])
    rate = _digested_per_s(place)
    found = place.count("inbox_statusevent")
    with place.connection() as connection:
        bare = plain.statuses_per_s(connection)
    yield _figure("statuses", database, rate, bare, found, items)


def _figure(kind: str, database: str, rate: float, bare: float, found: int, items: int) -> Figure:
    note = f"{items:,} items" if found == items else f"{found:,} rows of {items:,} items!"
    return Figure("4 digest", f"{kind}: {database}", rate, "/s", bare, note=note)


def backlog(place: Place, stored: Sequence[bytes]) -> None:
    """Deliveries that wait, as the ingest stores them."""
    signer, now = fingerprint(APP_SECRET), datetime.now(UTC).replace(tzinfo=None)
    with place.connection() as connection:
        plain.many(
            connection,
            "INSERT INTO webhooks_delivery"
            " (body, secret_fingerprint, received_at, state, attempts, items)"
            " VALUES (?, ?, ?, 'received', 0, 0)",
            [(body, signer, f"{now}+00:00" if place.is_postgres else str(now)) for body in stored],
        )
        connection.commit()


def _digested_per_s(place: Place) -> float:
    place.rows("DELETE FROM webhooks_delivery WHERE state = 'done'")
    place.run("manage.py", "work")
    place.wait_until_none("webhooks_delivery", "state <> 'done'", within_s=WITHIN_S)
    place.end_all()
    return rate(place)


def rate(place: Place) -> float:
    """Items per second by the database's clock, from the first chunk's commit on."""
    times = place.rows(
        "SELECT digested_at, count(*) FROM webhooks_delivery GROUP BY digested_at ORDER BY 1"
    )
    first, last = (datetime.fromisoformat(str(times[end][0])) for end in (0, -1))
    after_the_first = sum(count for _, count in times[1:])
    return after_the_first / max(0.001, (last - first).total_seconds())
