"""Things that happen: real commits, in the threads and processes in which they happen."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.events import announce, last_seq, unit_of_work

ANOTHER_PROCESS = """
import sys, time, uuid, django
django.setup()
from tests.realtime.happenings import commit
commit(uuid.UUID(sys.argv[1]), int(sys.argv[2]))
time.sleep(0.5)  # as long as a worker lives after it has committed, and longer
"""


def commit(organization_id: UUID, count: int = 1, kind: str = "conversation.noted") -> None:
    """So many events, a transaction each."""
    for _ in range(count):
        with unit_of_work():
            announce(kind, organization_id, by=SYSTEM, at=timezone.now())


def commit_at_once(organization_id: UUID, count: int) -> None:
    """So many events in one transaction."""
    with unit_of_work():
        for _ in range(count):
            announce("conversation.noted", organization_id, by=SYSTEM, at=timezone.now())


happen = database_sync_to_async(commit)
happen_at_once = database_sync_to_async(commit_at_once)
present = database_sync_to_async(last_seq)


def write_slowly(organization_id: UUID, count: int, pause_s: float, seed: int) -> None:
    """A writer that dawdles before its number is taken, and between that and the commit."""
    dice = random.Random(seed)
    try:
        for turn in range(count):
            with transaction.atomic():
                with unit_of_work():
                    announce("conversation.noted", organization_id, by=SYSTEM, at=timezone.now())
                    time.sleep(dice.uniform(0, pause_s))
                if turn % 4 == 0:
                    time.sleep(dice.uniform(0, pause_s))
    finally:
        connections.close_all()


def in_another_process(organization_id: UUID, count: int, **environment: str) -> int:
    """Events written by a process of their own; its exit code."""
    values = {**os.environ, "DATABASE_URL": database_url(), **environment}
    arguments = [sys.executable, "-c", ANOTHER_PROCESS, str(organization_id), str(count)]
    return subprocess.run(arguments, env=values, timeout=30, check=False).returncode


def database_url() -> str:
    """Where this test's rows are."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user = f"{settings['USER']}:{settings['PASSWORD']}".rstrip(":")
    return f"postgres://{user}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
