"""One worker per SQLite file: there `SKIP LOCKED` does not exist, two senders would send twice."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _


@contextmanager
def only_worker() -> Iterator[None]:
    """Holds the place of the one worker while inside; on PostgreSQL any number may run.

    Raises: CommandError when another process has it. A killed process gives it back by itself.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with Path(f"{connection.settings_dict['NAME']}.worker.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(
                _(
                    "Another process already sends for this SQLite database. Stop it, start this"
                    " one with --no-worker, or set DATABASE_URL to a PostgreSQL server."
                )
            ) from error
        yield
