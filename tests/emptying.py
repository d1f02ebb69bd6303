"""Emptying the test database after a test that commits: what has rows, and nothing else.

Django truncates every table (a quarter of a second on PostgreSQL) and has content types and
permissions made anew (a twentieth, on both). Here what the migrations made stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

OF_THE_MIGRATIONS: Final = ("django_content_type", "auth_permission")


def statements(_style: Any, connection: Any, **_how: Any) -> list[str]:
    """In the place of Django's `sql_flush`: none where nothing is to be done.

    The guards of the audit log refuse a deletion. They do not fire for a replica on PostgreSQL;
    on SQLite they are taken away meanwhile.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    filled = _filled(connection, set(tables).difference(OF_THE_MIGRATIONS))
    deletes = [f'DELETE FROM "{table}"' for table in filled]  # noqa: S608 - our own tables
    if connection.vendor == "postgresql" and deletes:
        role = "SET LOCAL session_replication_role ="
        return ["; ".join([f"{role} replica", *deletes, f"{role} origin"])]
    if "accounts_auditevent" in filled:
        triggers = _triggers(connection, "accounts_auditevent")
        return [*(f"DROP TRIGGER {name}" for name in triggers), *deletes, *triggers.values()]
    return deletes


def nothing(*_given: Any, **_how: Any) -> None:
    """In the place of the signal after a migration."""


def _filled(connection: Any, tables: Iterable[str]) -> list[str]:
    one = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\")"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table) for table in sorted(tables)))
        return [row[0] for row in cursor.fetchall()]


def _triggers(connection: Any, table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        return dict(cursor.fetchall())
