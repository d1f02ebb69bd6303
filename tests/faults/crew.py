"""One Baton with four workers, and shops in it that know nothing of each other."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.cast import PHONE_NUMBER_ID, WABA_ID, wire
from tests.faults.deliverer import post
from tests.faults.installation import ROOT, Installation
from tests.loaded import Process

WORKERS = 4
CONNECTIONS = 8
OPEN_SHOPS = """
from tests.cast import a_number, an_organization, with_assistant
for n in range({shops}):
    number = a_number(an_organization(), waba_id="3%03d" % n, meta_phone_number_id="4%03d" % n)
    if n % 2:
        with_assistant(number)
"""

# Everybody and every event of the organization; `m` says which number it has.
ITS_NUMBER = "JOIN (SELECT id phone_number_id, organization_id FROM accounts_phonenumber) m"
CONTACTS = f"inbox_contact c {ITS_NUMBER} ON m.organization_id = c.organization_id"
EVENTS = f"accounts_event e {ITS_NUMBER} ON m.organization_id = e.organization_id"
TURNS = "automation_turn t JOIN inbox_conversation m ON m.id = t.conversation_id"


@dataclass(frozen=True)
class Shop:
    """A number of an organization of its own; those with an odd n have an assistant."""

    crew: Crew
    n: int

    @property
    def number(self) -> str:
        """Meta's id of its number."""
        return f"4{self.n:03}"

    @property
    def waba(self) -> str:
        """Meta's id of its account."""
        return f"3{self.n:03}"

    @property
    def code(self) -> str:
        """Python that finds its number."""
        return (
            "from accounts.models import PhoneNumber\n"
            f"number = PhoneNumber.objects.get(meta_phone_number_id='{self.number}')\n"
        )

    def body(self, example: dict[str, Any]) -> bytes:
        """The same webhook for this shop."""
        text = wire(example).decode()
        text = text.replace(f'"{PHONE_NUMBER_ID}"', f'"{self.number}"')
        return text.replace(f'"{WABA_ID}"', f'"{self.waba}"').encode()

    def rows(self, select: str, joined: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a table, or of a join, in which `m` belongs to its number."""
        sql = (
            f"SELECT {select} FROM {joined} JOIN accounts_phonenumber p ON p.id = m.phone_number_id"  # noqa: S608
            f" WHERE p.meta_phone_number_id = '{self.number}' AND {where}"
        )
        return self.crew.baton.rows(sql)

    def counts(self) -> dict[str, int]:
        """How much there is of everything that must not double."""
        ((threads, unread),) = self.rows(
            "count(*), coalesce(sum(inbound_count), 0)", "inbox_conversation m"
        )
        ((contacts,),) = self.rows("count(*)", CONTACTS)
        ((messages,),) = self.rows("count(*)", "inbox_message m", "direction = 'inbound'")
        ((told,),) = self.rows("count(*)", EVENTS, "kind = 'message.received'")
        ((runs,),) = self.rows("count(*)", TURNS)
        return {
            "contacts": contacts,
            "threads": threads,
            "messages": messages,
            "unread": int(unread),
            "told": told,
            "runs": runs,
        }


class Crew:
    """The web process, worker processes, and the shops."""

    def __init__(self, baton: Installation, *, shops: int = 24) -> None:
        self.baton = baton
        self._free = list(range(shops))
        self._workers: list[Process] = []
        baton.manage("shell", "--verbosity=0", "--command", OPEN_SHOPS.format(shops=shops))
        baton.start("", "--no-worker")
        self.hire()

    def a_shop(self, *, assistant: bool = False) -> Shop:
        """One that no test has used yet."""
        n = next(n for n in self._free if n % 2 == assistant)
        self._free.remove(n)
        return Shop(self, n)

    def hire(self) -> None:
        """Starts the workers."""
        with (self.baton.log.parent / "workers.log").open("ab") as log:
            self._workers = [
                Process(
                    [sys.executable, "manage.py", "work"],
                    cwd=ROOT,
                    env=self.baton.environment,
                    stdout=log,
                    stderr=log,
                )
                for _ in range(WORKERS)
            ]

    def dismiss(self) -> None:
        """`kill -9` for every worker."""
        for worker in self._workers:
            worker.kill()
            worker.wait()
        self.baton.let_leases_end()

    def close(self) -> None:
        """Ends all of it."""
        self.dismiss()
        self.baton.kill()

    def pile_up(self, bodies: list[bytes]) -> None:
        """The same, but nobody digests until all are there: then the workers begin together."""
        self.dismiss()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            assert set(pool.map(lambda body: post(self.baton.port, body), bodies)) == {200}
        before = self._letters()
        self.hire()
        self.baton.wait_until_digested(1_200)
        assert self._letters() == before

    def post(self, bodies: list[bytes], *, letters: int = 0) -> None:
        """Every body on one of eight connections, and the digest of all of them.

        letters: how many items may become dead letters; a race that is lost would make one.
        """
        before = self._letters()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            statuses = set(pool.map(lambda body: post(self.baton.port, body), bodies))
        assert statuses == {200}
        self.baton.wait_until_digested(1_200)
        assert self._letters() == before + letters

    def _letters(self) -> int:
        ((count,),) = self.baton.rows("SELECT count(*) FROM webhooks_deadletter")
        return int(count)

    def run(self, code: str) -> Any:
        """Runs Python inside the installation; what its last line printed, as JSON."""
        said = self.baton.run_aside("shell", "--verbosity=0", "--command", code)
        if said.returncode:
            raise RuntimeError(said.stderr.decode())
        lines = said.stdout.decode().splitlines()
        return json.loads(lines[-1]) if lines else None


def eventually(happened: Callable[[], bool], within_s: float) -> None:
    """Waits for what a query shows. Raises: TimeoutError."""
    deadline = time.monotonic() + within_s
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s} s")
        time.sleep(0.1)
