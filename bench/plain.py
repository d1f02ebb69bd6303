"""The rows that the digest wrote, written again by plain SQL: what the database alone can do.

They are read, deleted and inserted anew, as many items to a transaction as the digest takes, with
the same indexes and constraints; what the digest updates is updated.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import psycopg
from psycopg.types.json import Jsonb

CHUNK = 100  # items per transaction, as in webhooks.digest
MADE_BY_THE_DATABASE = "search"  # inbox_message on PostgreSQL
Row: TypeAlias = tuple[Any, ...]
NEWEST = "UPDATE inbox_conversation SET last_message_id = ?, message_count = ? WHERE id = ?"
CLIMB = "UPDATE inbox_message SET status = 'sent', status_rank = 2, sent_at = ? WHERE id = ?"
COUNTER = "UPDATE accounts_eventcounter SET seq = seq + 100"
DONE = (
    "UPDATE webhooks_delivery SET state = 'done', digested_at = received_at, items = 1 WHERE id = ?"
)


def messages_per_s(connection: Any) -> float:
    """Per message: its row, its event, its conversation's newest message, its delivery."""
    deliveries, _ = take(connection, "SELECT id FROM webhooks_delivery ORDER BY id")
    events, insert_event = take(connection, "SELECT * FROM accounts_event ORDER BY seq")
    messages, insert = take(connection, "SELECT * FROM inbox_message ORDER BY id")
    newest, _ = take(connection, "SELECT id, 1, conversation_id FROM inbox_message ORDER BY id")
    for table in ("accounts_event", "inbox_message"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    connection.commit()
    began = time.monotonic()
    for part in _parts(len(messages)):
        many(connection, insert.format("inbox_message"), messages[part])
        many(connection, NEWEST, newest[part])
        many(connection, insert_event.format("accounts_event"), events[part])
        _finish(connection, deliveries[part])
    return len(messages) / (time.monotonic() - began)


def statuses_per_s(connection: Any) -> float:
    """Per status: its row, its event, its message's status, its delivery."""
    deliveries, _ = take(connection, "SELECT id FROM webhooks_delivery ORDER BY id")
    count = len(deliveries)
    events, insert_event = take(
        connection,
        f"SELECT * FROM accounts_event ORDER BY seq DESC LIMIT {count}",  # noqa: S608
    )
    told, insert = take(connection, "SELECT * FROM inbox_statusevent ORDER BY id")
    climbing, _ = take(connection, "SELECT at, message_id FROM inbox_statusevent ORDER BY id")
    many(connection, "DELETE FROM accounts_event WHERE id = ?", [row[:1] for row in events])
    connection.execute("DELETE FROM inbox_statusevent")
    connection.commit()
    began = time.monotonic()
    for part in _parts(count):
        many(connection, insert.format("inbox_statusevent"), told[part])
        many(connection, CLIMB, climbing[part])
        many(connection, insert_event.format("accounts_event"), events[part])
        _finish(connection, deliveries[part])
    return count / (time.monotonic() - began)


def take(connection: Any, select: str) -> tuple[list[Row], str]:
    """The rows of a query, fit to be written again, and an INSERT for them ({} is the table)."""
    cursor = connection.execute(select)
    names = [column[0] for column in cursor.description]
    ours = [place for place, name in enumerate(names) if name != MADE_BY_THE_DATABASE]
    columns = ", ".join(names[place] for place in ours)
    insert = f"INSERT INTO {{}} ({columns}) VALUES ({', '.join('?' * len(ours))})"  # noqa: S608
    return [tuple(_writable(row[place]) for place in ours) for row in cursor.fetchall()], insert


def many(connection: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """`executemany`; the statement's parameters are written as question marks."""
    if isinstance(connection, psycopg.Connection):
        statement = statement.replace("?", "%s")
    connection.cursor().executemany(statement, rows)


def _finish(connection: Any, deliveries: Sequence[Row]) -> None:
    many(connection, DONE, deliveries)
    connection.execute(COUNTER)
    connection.commit()


def _parts(count: int) -> list[slice]:
    return [slice(start, start + CHUNK) for start in range(0, count, CHUNK)]


def _writable(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
