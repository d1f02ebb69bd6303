"""A shop of many years: threads, messages and read marks, copied by SQL from one row of each."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass

from bench.places import Place

PER_THREAD = 20  # messages
TEXTS = 20_000
MAKERS = ("ba", "ke", "lo", "mi", "nu", "ra", "so", "te", "vi", "zu")

# One of each, as the models make them; everything else is a copy with other ids.
FIRST = """
from datetime import UTC, datetime
from django.utils import timezone
from accounts.models import Person, PhoneNumber
from inbox.models import Contact, Conversation, Identity, Message, ReadMark
at, number = timezone.now(), PhoneNumber.objects.get()
shop = number.organization
dora = Contact.objects.create(organization=shop, profile_name="Dora Lindqvist", phone="12025550143")
Identity.objects.create(
    organization=shop, contact=dora, kind="wa_id", value="12025550143", canonical="12025550143"
)
thread = Conversation.objects.create(
    organization=shop, phone_number=number, contact=dora, last_activity_at=at, created_at=at,
    last_message_at=at, inbound_count=10, message_count=20,
)
Message.objects.create(
    organization=shop, conversation=thread, phone_number=number, wamid="wamid.first",
    direction="inbound", type="text", status="received", sender_type="contact",
    content={"body": "the first of all"}, at=at, created_at=at,
)
ReadMark.objects.create(conversation=thread, person=Person.objects.get(), updated_at=at)
"""


@dataclass(frozen=True, slots=True)
class Words:
    """How one system writes ids, texts, JSON and times."""

    postgres: bool

    def id(self, number: str) -> str:
        """A UUID from a number."""
        return f"lpad(to_hex({number}), 32, '0')::uuid" if self.postgres else self.padded(number)

    def padded(self, number: str) -> str:
        """32 hexadecimal digits."""
        return f"printf('%032x', {number})"

    def at(self, seconds_ago: str) -> str:
        """A moment of the past."""
        if self.postgres:
            return f"now() - ({seconds_ago}) * interval '1 second'"
        return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ({seconds_ago}) || ' seconds')"

    def text_of(self, number: str) -> str:
        """The content of a message."""
        column = "content::jsonb" if self.postgres else "content"
        return f"SELECT {column} FROM texts WHERE texts.n = {number} % {TEXTS}"  # noqa: S608


def fill(place: Place, messages: int) -> None:
    """So many messages, 20 to a thread, most of the threads open; about 1 % of them failed.

    A million takes about a minute and a half on PostgreSQL.
    """
    place.manage("shell", "--verbosity=0", "--command", FIRST)
    threads, say = max(10, messages // PER_THREAD), Words(place.is_postgres)
    with place.connection() as connection:
        connection.execute("CREATE TEMPORARY TABLE texts (n integer primary key, content text)")
        values = ", ".join(f"({n}, '{text}')" for n, text in enumerate(_texts()))
        connection.execute(f"INSERT INTO texts VALUES {values}")  # noqa: S608 - our own
        for table, columns, count in _copies(say, threads, messages):
            connection.execute(_copy(connection, table, columns, count))
        connection.commit()
    place.settle()


def _copies(say: Words, threads: int, messages: int) -> list[tuple[str, Mapping[str, str], int]]:
    digits = "'1303' || (5550000 + n)"
    thread = f"1 + n % {threads}"
    inbound = f"n / {threads} % 2 = 0"
    ago = f"({messages} - n)"
    failed = f"n % 100 = 7 AND NOT ({inbound})"
    newest = f"{messages - threads} + n - 1"
    return [
        ("inbox_contact", {
            "id": say.id("n"), "phone": digits, "profile_name": "'Dora ' || n",
        }, threads),
        ("inbox_identity", {
            "id": say.id("n"), "contact_id": say.id("n"), "value": digits, "canonical": digits,
        }, threads),
        ("inbox_conversation", {
            "id": say.id("n"), "contact_id": say.id("n"), "identity_id": say.id("n"),
            "last_message_id": say.id(newest),
            "status": "CASE WHEN n % 25 = 0 THEN 'closed' ELSE 'open' END",
            "mode": "CASE WHEN n % 5 = 0 THEN 'ai' ELSE 'human' END",
            "handoff_state": "CASE WHEN n % 125 = 1 THEN 'queued' ELSE 'none' END",
            "last_activity_at": say.at(f"({threads} - n)"),
        }, threads),
        ("inbox_message", {
            "id": say.id("n"), "conversation_id": say.id(thread), "wamid": "'wamid.old' || n",
            "direction": f"CASE WHEN {inbound} THEN 'inbound' ELSE 'outbound' END",
            "status": f"CASE WHEN {failed} THEN 'failed' WHEN {inbound} THEN 'received'"
            " ELSE 'delivered' END",
            "sender_type": f"CASE WHEN {inbound} THEN 'contact' ELSE 'person' END",
            "content": f"({say.text_of('series.n')})",
            "at": say.at(ago), "created_at": say.at(ago),
        }, messages),
        ("inbox_readmark", {
            "id": "1000 + n", "conversation_id": say.id("n"), "seen_count": "10 - n % 10 / 9",
        }, threads),
    ]  # fmt: skip


def _copy(connection: object, table: str, changed: Mapping[str, str], count: int) -> str:
    """Copies of the one row: these columns are expressions of `n`, the others as they are."""
    cursor = connection.execute(f"SELECT * FROM {table}")  # type: ignore[attr-defined] # noqa: S608
    columns = [one[0] for one in cursor.description if one[0] != "search"]  # is generated
    taken = ", ".join(changed.get(one, f"first.{one}") for one in columns)
    series = f"SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}"  # noqa: S608
    return (
        f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - names of our own
        f" WITH RECURSIVE series(n) AS ({series})"
        f" SELECT {taken} FROM series CROSS JOIN (SELECT * FROM {table}) AS first"
    )


def _texts() -> list[str]:
    """Messages of eight words, of which a few are in many, and most in few."""
    chance = random.Random(7)
    words = ["".join(chance.choices(MAKERS, k=3)) for _ in range(3_000)]
    weights = [1 / (place + 10) for place in range(len(words))]
    said = (" ".join(chance.choices(words, weights, k=8)) for _ in range(TEXTS - 1))
    return [json.dumps({"body": text}) for text in ("the blue kettle hums", *said)]
