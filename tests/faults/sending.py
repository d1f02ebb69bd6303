"""What the sending faults share: a Baton with a queue, and the simulator's truth about accepts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import requests

from tests.faults.installation import APP_SECRET, PHONE_NUMBER_ID, ROOT, WABA_ID, Installation
from tests.loaded import Process
from tests.services import free_port

TOKEN = "simulator-token"
ACCEPTED = ("accepted", "sent", "delivered", "read")

# Of the calls, in the order of their chances: answers lost, requests cut, messages refused.
TROUBLE = [
    {"kind": "accept_then_drop", "chance": 0.05},
    {"kind": "drop_before_accept", "chance": 0.03},
    {"kind": "error", "code": 131026, "chance": 0.05},
]

# Conversations of different people, each with an open window, and a queue of plain texts.
QUEUE = """
from django.utils import timezone
from accounts.actors import SYSTEM
from accounts.models import BusinessAccount, NumberStatus, PhoneNumber
from inbox import outgoing
from inbox.actions.conversations import conversation_with
from inbox.actions.sending import send
from inbox.models import Conversation
number = PhoneNumber.objects.get()
number.account.access_token = "{token}"
number.account.save()
PhoneNumber.objects.update(status=NumberStatus.ACTIVE)
number.refresh_from_db()
threads = [
    conversation_with(number, to="+1202555%04d" % n, country_code=None, at=timezone.now())
    for n in range({threads})
]
Conversation.objects.update(window_opened_at=timezone.now())
for n in range({messages}):
    thread = threads[n % len(threads)]
    send(thread.pk, outgoing.text("message %d" % n), by=SYSTEM, at=timezone.now())
"""


class Meta:
    """The simulator as a process of its own; its accept log is the truth about what went out."""

    def __init__(self, directory: Path, *, webhook_url: str = "") -> None:
        self.port = free_port()
        self.log = directory / "accepts.jsonl"
        self.process: Process | None = None
        self.command = [
            *(sys.executable, "-m", "simulator", "--port", str(self.port)),
            *("--accept-log", str(self.log), "--app-secret", APP_SECRET),
            *("--phone-number-id", PHONE_NUMBER_ID, "--waba-id", WABA_ID),
            *(("--webhook-url", webhook_url) if webhook_url else ()),
        ]

    @property
    def url(self) -> str:
        """What GRAPH_API_URL takes."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.process = Process(self.command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                requests.get(f"{self.url}/control/state", timeout=2)
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("the simulator did not start")

    def stop(self) -> None:
        """Ends it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def control(self, **changes: object) -> None:
        """Throws switches."""
        answer = requests.post(f"{self.url}/control", json=changes, timeout=5)
        answer.raise_for_status()

    def accepts(self) -> list[str]:
        """Our ids of what it took, in order; one twice would be a message sent twice."""
        if not self.log.exists():
            return []
        lines = self.log.read_text().splitlines()
        return [str(json.loads(line)["opaque"]) for line in lines]


def queue_up(baton: Installation, *, messages: int, threads: int) -> None:
    """Fills the outbox of an installation that is not running."""
    code = QUEUE.format(token=TOKEN, messages=messages, threads=threads)
    baton.manage("shell", "--verbosity=0", "--command", code)


def statuses(baton: Installation) -> Counter[str]:
    """How many outbound messages are in which status."""
    sql = "SELECT status, count(*) FROM inbox_message WHERE direction = 'outbound' GROUP BY status"
    return Counter(dict(baton.rows(sql)))


def let_leases_end(baton: Installation) -> None:
    """What 90 s of waiting does to the claims of a killed worker."""
    baton.rows("UPDATE inbox_message SET lease_until = created_at WHERE status = 'sending'")


def let_rests_end(baton: Installation) -> None:
    """What 15 s of waiting does to a number whose calls nobody answered."""
    baton.rows(
        "UPDATE accounts_phonenumber SET paused_until = created_at WHERE paused_until > created_at"
    )


def wait_an_hour(baton: Installation) -> None:
    """What an hour does to messages of which nobody knows whether they went."""
    long_ago = "'2020-01-01 00:00:00+00:00'"
    baton.rows(f"UPDATE inbox_message SET silent_since = {long_ago} WHERE status = 'unconfirmed'")  # noqa: S608


def wait_until_quiet(
    baton: Installation, *, timeout: float = 60, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Waits until nothing is queued or on the wire. Raises: TimeoutError."""
    deadline = time.monotonic() + timeout
    while True:
        meanwhile()
        left = statuses(baton)
        if not left["queued"] and not left["sending"]:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left}\n{baton.log.read_text()[-3000:]}")
        time.sleep(0.1)


def in_status(baton: Installation, *words: str) -> set[str]:
    """The ids of outbound messages in these statuses, as the opaque ids are written."""
    listed = ", ".join(f"'{word}'" for word in words)
    sql = f"SELECT id FROM inbox_message WHERE direction = 'outbound' AND status IN ({listed})"  # noqa: S608
    return {_dashed(str(row[0])) for row in baton.rows(sql)}


def events(baton: Installation) -> int:
    """How much has been announced."""
    ((count,),) = baton.rows("SELECT count(*) FROM accounts_event")
    return int(count)


def _dashed(hexadecimal: str) -> str:
    plain = hexadecimal.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
