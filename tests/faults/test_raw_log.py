"""The raw log at scale: purged whatever dies meanwhile, and a backlog that fits into memory."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.faults.clerk import Clerk
from tests.faults.conftest import ONE_A_CHANGE
from tests.faults.deliverer import Deliverer
from tests.faults.installation import APP_SECRET, PHONE_NUMBER_ID, ROOT, WABA_ID
from tests.loaded import Process
from whatsapp.signature import fingerprint

TOKEN = "metrics-token"
PEOPLE = 250

# Old and settled, old with a dead letter that waits, and young.
FILL = """
from datetime import timedelta
from django.utils import timezone
from webhooks.models import DeadLetter, Delivery
now = timezone.now()
def deliveries(count, days):
    at = now - timedelta(days=days)
    return Delivery.objects.bulk_create(
        Delivery(body=b"{{}}" * 200, state="done", digested_at=at, received_at=at)
        for _ in range(count)
    )
deliveries({old}, 40)
DeadLetter.objects.bulk_create(
    DeadLetter(delivery=one, path="", raw=b"", reason="unreadable") for one in deliveries(40, 40)
)
DeadLetter.objects.bulk_create(
    DeadLetter(delivery=one, path="", raw=b"", reason="unreadable", resolved_at=now)
    for one in Delivery.objects.order_by("pk")[:{old}:2]
)
deliveries(60, 20)
"""
KEPT = 40 + 60


def filled(install, url, *, old):
    """An installation with so many deliveries to be purged."""
    baton = install(url)
    baton.manage("shell", "--verbosity=0", "--command", FILL.format(old=old))
    return baton


def deliveries(baton):
    return baton.rows("SELECT count(*) FROM webhooks_delivery")[0][0]


def wait_until_purged(baton, timeout=60):
    deadline = time.monotonic() + timeout
    while baton.rows("SELECT 1 FROM webhooks_delivery WHERE id <= 1000000 LIMIT 1"):
        if deliveries(baton) == KEPT:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{deliveries(baton)} left:\n{baton.log.read_text()[-3000:]}")
        time.sleep(0.1)


@pytest.mark.case("F74")
@pytest.mark.timeout(240)
@ONE_A_CHANGE
def test_a_purge_that_dies_goes_on_where_it_was(install, database_url):
    baton = filled(install, database_url, old=2_300)
    left = [deliveries(baton)]
    for point in ("purge.before_delete", "purge.before_commit", "purge.after_batch"):
        baton.start(f"{point}:exit:2")
        assert baton.wait_for_death(30) == 137
        left.append(deliveries(baton) - KEPT)
    # One batch was committed before each death inside the second one, two before the last.
    assert left == [2_300 + KEPT, 1_800, 1_300, 300]
    baton.start()
    wait_until_purged(baton)
    assert baton.rows("SELECT count(*) FROM webhooks_deadletter") == [(40,)]
    assert baton.stop() == 0


@pytest.mark.case("F74")
@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_a_purge_killed_at_random_removes_what_is_old_and_nothing_else(
    install, database_url, chance
):
    baton = filled(install, database_url, old=30_000)
    kills = 0
    while deliveries(baton) > KEPT and kills < 60:
        baton.start()
        time.sleep(chance.uniform(0, 0.6))
        baton.kill()
        kills += 1
    baton.start()
    wait_until_purged(baton, 120)
    assert baton.rows("SELECT count(*) FROM webhooks_deadletter WHERE resolved_at IS NULL") == [
        (40,)
    ]


@pytest.mark.nightly
@pytest.mark.case("F74")
@pytest.mark.timeout(240)
def test_two_purges_at_once_hold_up_neither_each_other_nor_meta(install, postgres_url, tmp_path):
    baton = filled(install, postgres_url, old=8_000)
    # The slow one first: it is at work for sure when the other begins, however long that takes.
    second = a_worker(baton, "purge.before_commit:sleep:1.5")
    wait_for_old(baton, lambda left: left < 8_040)
    baton.start("purge.before_commit:sleep:0.2")
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    wait_for_old(baton, lambda left: left == 40)
    deliverer.finish()
    second.terminate()
    assert second.wait(60) == 0
    assert deliverer.slowest_s < 3
    assert "drain purge failed" not in baton.log.read_text()
    removed = [int(line.split("purged ")[1].split()[0]) for line in purges(baton)]
    assert (len(removed), sum(removed)) == (2, 8_000)


def wait_for_old(baton, enough):
    """Waits until so many deliveries of more than thirty days are left."""
    old = "SELECT count(*) FROM webhooks_delivery WHERE received_at < now() - interval '30 days'"
    deadline = time.monotonic() + 60
    while not enough(baton.rows(old)[0][0]):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def purges(baton):
    lines = baton.log.read_text().splitlines()
    return [line for line in lines if "purged" in line and "of deliveries" in line]


def a_worker(baton, failpoints=""):
    """`manage.py work` beside the server; its log goes into the same file."""
    with baton.log.open("ab") as log:
        return Process(
            [sys.executable, "manage.py", "work"],
            cwd=ROOT,
            env=baton.environment | {"FAILPOINTS": failpoints},
            stdout=log,
            stderr=log,
        )


@pytest.mark.case("F27")
@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_a_backlog_is_drained_in_order_and_in_little_memory(install, postgres_url):
    items = int(os.environ.get("BACKLOG_ITEMS", "50000"))
    baton = install(postgres_url)
    baton.environment |= {"METRICS_TOKEN": TOKEN, "GRAPH_API_URL": "http://127.0.0.1:1"}
    store_backlog(baton, items)
    clerk = Clerk(baton)
    baton.rows("UPDATE accounts_person SET role = 'admin'")
    baton.start()
    worker, began, peak, told = baton.process.pid, time.monotonic(), 0.0, False
    watched = [(began, depth(baton))]
    while watched[-1][1] and time.monotonic() - began < 3_000:
        time.sleep(0.5)
        told = told or "deliveries of Meta wait" in clerk.get("/settings/dead-letters/").text
        watched.append((time.monotonic(), depth(baton)))
        peak = max(peak, memory_of(worker))
    print(f"{items / (watched[-1][0] - began):.0f} items/s, {peak:.0f} MB at most")
    depths = [left for _at, left in watched]
    assert depths[0] > items * 0.8
    assert (depths[-1], depths == sorted(depths, reverse=True)) == (0, True)
    assert told
    assert "deliveries of Meta wait" not in clerk.get("/settings/dead-letters/").text
    assert peak < 300
    # The pace of the digest by itself is `make bench`; a pile of work does not slow it down.
    halves = [seconds(watched, items * part, items * (part - 0.4)) for part in (0.9, 0.5)]
    assert halves[0] / 2 < halves[1] < halves[0] * 2
    assert baton.rows("SELECT count(*) FROM inbox_message") == [(items,)]
    assert out_of_order(baton) == []


def seconds(watched, high, low):
    """How long it took from one depth of the queue to a lower one."""
    return next(at for at, left in watched if left <= low) - next(
        at for at, left in watched if left <= high
    )


def store_backlog(baton, items):
    """Deliveries of one text each, of many people in turn, a second apart."""
    first = datetime.now(UTC) - timedelta(seconds=items)
    secret = fingerprint(APP_SECRET)
    with baton._connection() as connection:
        cursor = connection.cursor()
        columns = "body, secret_fingerprint, received_at, state, attempts, items"
        with cursor.copy(f"COPY webhooks_delivery ({columns}) FROM STDIN") as copy:
            for number in range(items):
                at = first + timedelta(seconds=number)
                copy.write_row((a_text(number, at), secret, at, "received", 0, 0))
        connection.commit()


def a_text(number, at):
    wa_id = f"1202555{number % PEOPLE:04}"
    message = {
        "from": wa_id,
        "id": f"wamid.{number:06}",
        "timestamp": str(int(at.timestamp())),
        "type": "text",
        "text": {"body": f"line {number}"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"profile": {"name": f"Customer {number % PEOPLE}"}, "wa_id": wa_id}],
        "messages": [message],
    }
    entry = {"id": WABA_ID, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def depth(baton):
    """What `/metrics` says of the digest's queue."""
    answer = requests.get(
        f"http://127.0.0.1:{baton.port}/metrics",
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=30,
    )
    [line] = [
        line for line in answer.text.splitlines() if line.startswith('baton_queue_depth{queue="dig')
    ]
    return float(line.split()[1])


def memory_of(pid):
    """Resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def out_of_order(baton):
    """Messages that stand in their thread before one that came earlier."""
    return baton.rows(
        "SELECT wamid FROM (SELECT wamid, lag(wamid) OVER thread AS above FROM inbox_message"
        " WINDOW thread AS (PARTITION BY conversation_id ORDER BY at, id)) AS lines"
        " WHERE above > wamid LIMIT 5"
    )
