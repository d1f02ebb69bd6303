"""What goes out later, and what is asked for once, goes out once, whatever dies and whenever."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.faults.clerk import Clerk
from tests.faults.conftest import ONE_A_CHANGE
from tests.faults.sending import (
    Meta,
    let_leases_end,
    queue_up,
    statuses,
    wait_until_quiet,
)

# Five threads with two messages each that are due now.
DUE = """
from datetime import timedelta
from django.utils import timezone
from accounts.actors import SYSTEM
from inbox import outgoing
from inbox.actions.scheduling import Later, schedule
from inbox.models import Conversation
from inbox.schedule import IfChanged, IfClosed
at = timezone.now()
for thread in Conversation.objects.all():
    for n in range(2):
        schedule(
            thread.pk, outgoing.text("later"), Later(at, IfClosed.FAIL, IfChanged.SEND),
            by=SYSTEM, at=at,
        )
"""


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Meta]:
    meta = Meta(tmp_path)
    meta.start()
    yield meta
    meta.stop()


def wait_until_fired(baton, *, timeout: float = 30) -> None:
    until = time.monotonic() + timeout
    while statuses(baton)["scheduled"]:
        if time.monotonic() > until:
            raise TimeoutError(str(statuses(baton)))
        time.sleep(0.1)


@pytest.mark.case("F30")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", ["schedule.before_fire_commit", "schedule.after_fire_commit"])
@ONE_A_CHANGE
def test_a_kill_while_firing_loses_and_doubles_nothing(install, database_url, meta, point) -> None:
    baton = install(database_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=0, threads=5)
    baton.manage("shell", "--verbosity=0", "--command", DUE)
    baton.start(f"{point}:exit:3")
    assert baton.wait_for_death(timeout=30) == 137
    let_leases_end(baton)
    baton.start()
    wait_until_fired(baton)
    wait_until_quiet(baton)
    accepts = Counter(meta.accepts())
    assert set(accepts.values()) == {1}
    told = statuses(baton)
    assert sum(told.values()) == 10
    assert len(accepts) + told["unconfirmed"] >= 10


@pytest.mark.nightly
@pytest.mark.case("F30")
@pytest.mark.timeout(180)
def test_two_schedulers_at_once_fire_once(install, postgres_url, meta) -> None:
    baton = install(postgres_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=0, threads=5)
    baton.manage("shell", "--verbosity=0", "--command", DUE)
    with baton.workers(3):
        wait_until_fired(baton)
        wait_until_quiet(baton)
    assert Counter(Counter(meta.accepts()).values()) == {1: 10}


@pytest.mark.case("F53")
@pytest.mark.timeout(180)
@ONE_A_CHANGE
def test_a_server_that_dies_before_it_answers_has_sent_once(install, database_url, meta) -> None:
    baton = install(database_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=0, threads=1)
    clerk = Clerk(baton)
    baton.start("api.after_send_commit:exit:1")
    with pytest.raises(requests.ConnectionError):
        print(clerk.send_by_api("+12025550000", "Hi", once="order-1").text)
    baton.wait_for_death()
    baton.start()
    wait_until_quiet(baton)
    time.sleep(2.5)  # so long a twin waits for an answer that might still come
    again = clerk.send_by_api("+12025550000", "Hi", once="order-1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, len(meta.accepts())) == (201, 1)
    assert again.json()["data"]["id"] == meta.accepts()[0]
