"""Writing many rows of one model at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def update_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Writes these fields of rows that the transaction has locked. One round trip.

    The same short statement for each row, sent together: Django's `bulk_update` makes one of
    `CASE WHEN` (50 conversations, 17 fields: 119 ms of the processor against 3 ms).
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    written: list[Field[Any, Any]] = [meta.get_field(name) for name in fields]  # type: ignore[misc]
    quote = connection.ops.quote_name
    key: Field[Any, Any] = meta.get_field("id")  # type: ignore[assignment]
    places = ", ".join(f"{quote(str(field.column))} = %s" for field in written)
    sql = f"UPDATE {quote(meta.db_table)} SET {places} WHERE {quote(str(key.column))} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, [*written, key]) for row in rows])


def _values(row: Model, fields: Sequence[Field[Any, Any]]) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
