"""What was acknowledged is there, whatever dies and whenever."""

import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.faults.conftest import ONE_A_CHANGE
from tests.faults.crew import eventually
from tests.faults.deliverer import Deliverer, a_body, post
from tests.loaded import STARTS_ANEW

MESSAGES = "SELECT wamid, count(*) FROM inbox_message GROUP BY wamid"


def wait_until_all_is_digested(baton, timeout=60):
    """Waits for everything that is stored, however the worker that had it ended."""
    baton.let_leases_end()
    baton.wait_until_digested(timeout)


def stored(baton):
    """How often each wamid has become a message."""
    return dict(baton.rows(MESSAGES))


@pytest.mark.case("F01")
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(
    ("kills", "messages"), [(6, 150), pytest.param(100, 5_000, marks=pytest.mark.nightly)]
)
def test_random_kills_lose_nothing_that_was_acknowledged(
    install, database_url, tmp_path, chance, kills, messages
):
    baton = install(database_url, server=chance.choice(["daphne", "uvicorn"]))
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    for _ in range(kills):
        baton.start()
        time.sleep(chance.uniform(0.3, 0.9))
        baton.kill()
    baton.start()
    while len(deliverer.acked()) < messages:
        time.sleep(0.1)
    deliverer.finish()
    # A hundred lives of a server leave tens of thousands behind.
    wait_until_all_is_digested(baton, timeout=60 + messages / 10)
    assert set(deliverer.acked()) - set(stored(baton)) == set()
    assert set(stored(baton).values()) == {1}


@pytest.mark.case("F02")
@pytest.mark.timeout(180)
@ONE_A_CHANGE
@pytest.mark.parametrize(
    ("server", "posts"),
    [
        ("daphne", 20),
        pytest.param("daphne", 100, marks=pytest.mark.nightly),
        pytest.param("uvicorn", 100, marks=pytest.mark.nightly),
    ],
)
@pytest.mark.parametrize(
    ("point", "is_stored"),
    [
        ("ingest.before_insert", False),
        ("ingest.after_insert_before_commit", False),
        ("ingest.after_commit_before_response", True),
    ],
)
def test_a_death_at_an_exact_point_leaves_all_or_nothing(
    install, database_url, server, posts, point, is_stored
):
    baton = install(database_url, server=server)
    # The first post is held for a while; the others then share the commit that dies.
    baton.start(f"ingest.before_insert:sleep:1.5:1,{point}:exit:2")
    wamids = [f"wamid.{number}" for number in range(posts)]
    first = in_background(baton, wamids[:1])
    eventually(lambda: "sleep at ingest.before_insert" in baton.log.read_text(), 30)
    statuses = statuses_of(baton, wamids[1:])
    assert set(statuses) == {0}
    assert first()[0] in {0, 200, 503}  # on a busy machine it is held beyond its time
    assert baton.wait_for_death() == 137
    [(left,)] = baton.rows("SELECT count(*) FROM webhooks_delivery")
    assert left > 1 if is_stored else left == 1  # a busy machine may bring some of them too late
    baton.start()
    assert set(statuses_of(baton, wamids)) == {200}
    wait_until_all_is_digested(baton)
    assert stored(baton) == dict.fromkeys(wamids, 1)


def statuses_of(baton, wamids):
    """The answers to posts that are sent at once."""
    return in_background(baton, wamids)()


def in_background(baton, wamids):
    """Sends posts at once; what it returns waits for their answers."""
    pool = ThreadPoolExecutor(len(wamids))
    answers = pool.map(lambda wamid: post(baton.port, a_body(wamid)), wamids)

    def wait():
        with pool:
            return list(answers)

    return wait


@pytest.mark.case("F04")
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("server", "stopped_s"),
    [
        ("uvicorn", 5),
        pytest.param("uvicorn", 60, marks=pytest.mark.nightly),
        pytest.param("daphne", 60, marks=pytest.mark.nightly),
    ],
)
def test_a_stopped_database_is_a_503_and_nothing_else(
    install, crashable_postgres, tmp_path, server, stopped_s
):
    baton = install(crashable_postgres.url("baton"), server=server)
    baton.start()
    assert post(baton.port, a_body("wamid.before")) == 200
    crashable_postgres.stop()
    began = time.monotonic()
    assert post(baton.port, a_body("wamid.while")) == 503
    assert time.monotonic() - began < 3
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    time.sleep(stopped_s - 4)
    assert (health(baton, "live"), health(baton, "ready")) == (200, 503)
    assert deliverer.acked() == []
    crashable_postgres.start()
    time.sleep(1.5)  # longer than the writer rests after a failure
    assert post(baton.port, a_body("wamid.while")) == 200
    deliverer.finish()
    assert deliverer.slowest_s < 3
    assert deliverer.statuses == {503}
    wait_until_all_is_digested(baton)
    assert set(deliverer.acked()) - set(stored(baton)) == set()
    assert deliverer.acked()
    assert health(baton, "ready") == 200
    assert baton.stop() == 0


def health(baton, probe):
    """What a load balancer is told."""
    url = f"http://127.0.0.1:{baton.port}/healthz/{probe}"
    return requests.get(url, timeout=30).status_code


@pytest.mark.case("F03")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("crashes", [1, pytest.param(5, marks=pytest.mark.nightly)])
def test_crashes_of_the_database_lose_nothing_that_was_acknowledged(
    install, crashable_postgres, tmp_path, chance, crashes
):
    baton = install(crashable_postgres.url("baton"))
    baton.start()
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    for _ in range(crashes):
        time.sleep(chance.uniform(0.5, 1.0))
        crashable_postgres.crash()
        crashable_postgres.start()
    deliverer.finish()
    wait_until_all_is_digested(baton)
    assert set(deliverer.acked()) - set(stored(baton)) == set()
    assert set(stored(baton).values()) == {1}


@pytest.mark.case("F05")
@pytest.mark.nightly
@pytest.mark.timeout(300)
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_frozen_database_is_a_503_in_time(install, crashable_postgres, tmp_path, server):
    baton = install(crashable_postgres.url("baton"), server=server)
    baton.start()
    assert post(baton.port, a_body("wamid.before")) == 200
    usual = descriptors_of(baton)
    crashable_postgres.freeze()
    deliverer = Deliverer(baton.port, tmp_path / "acked", connections=50)
    deliverer.start()
    for _ in range(60):
        began = time.monotonic()
        assert health(baton, "live") == 200
        assert requests.get(f"http://127.0.0.1:{baton.port}/static/favicon.svg", timeout=30).ok
        assert time.monotonic() - began < 1
        # Besides those of before: the 50 senders, and the two probes.
        assert descriptors_of(baton) <= 2 * usual + 52
        time.sleep(1)
    before_the_thaw = deliverer.slowest_s
    crashable_postgres.thaw()
    time.sleep(1)
    deliverer.finish(timeout=10)
    assert before_the_thaw < 3.5
    assert deliverer.statuses == {503}
    wait_until_all_is_digested(baton)
    assert set(deliverer.acked()) - set(stored(baton)) == set()


def descriptors_of(baton):
    """How many files and sockets the server process has open."""
    return len(list(Path(f"/proc/{baton.process.pid}/fd").iterdir()))


@pytest.mark.case("F18")
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
@pytest.mark.parametrize(
    "framing",
    [
        pytest.param(b"Content-Length: 10485760\r\n\r\n", id="declared"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\na00000\r\n", id="chunked"),
    ],
)
def test_ten_mebibytes_are_refused_before_their_end(install, sqlite_url, server, framing):
    baton = install(sqlite_url, server=server)
    baton.start()
    assert post(baton.port, a_body("wamid.first")) == 200
    before = memory_of(baton)
    with socket.create_connection(("127.0.0.1", baton.port), timeout=10) as client:
        client.sendall(b"POST /webhooks/whatsapp/ HTTP/1.1\r\nHost: localhost\r\n" + framing)
        client.sendall(b"x" * (9 * 1024 * 1024))
        assert client.recv(100).startswith(b"HTTP/1.1 413")
    assert memory_of(baton) - before < 30
    assert baton.rows("SELECT count(*) FROM webhooks_delivery") == [(1,)]


def memory_of(baton):
    """Resident memory of the server process, in MB."""
    status = Path(f"/proc/{baton.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


@pytest.mark.case("F24")
@pytest.mark.nightly
@pytest.mark.timeout(120)
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_senders_that_disappear_cost_nobody_else(install, sqlite_url, server):
    baton = install(sqlite_url, server=server)
    baton.start()
    silent = half_sent(baton)
    assert slowest_of_forty(baton) < 0.5
    for connection in silent:
        connection.settimeout(30)
        assert connection.recv(12).endswith(b"408")
        while connection.recv(1000):
            pass
        connection.close()
    assert baton.rows("SELECT count(*) FROM webhooks_delivery") == [(40,)]


@pytest.mark.case("F24")
@pytest.mark.nightly
@pytest.mark.timeout(120)
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_senders_that_reset_leave_nothing_behind(install, sqlite_url, server):
    baton = install(sqlite_url, server=server)
    baton.start()
    assert post(baton.port, a_body("wamid.first")) == 200
    before = open_files(baton)
    for connection in half_sent(baton):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    assert slowest_of_forty(baton) < 0.5
    end = time.monotonic() + 30
    while open_files(baton) > before + 20 and time.monotonic() < end:
        time.sleep(0.5)
    assert open_files(baton) <= before + 20
    assert baton.rows("SELECT count(*) FROM webhooks_delivery") == [(41,)]


def half_sent(baton):
    """200 connections with headers and half a body."""
    half = b"POST /webhooks/whatsapp/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
    connections = [socket.create_connection(("127.0.0.1", baton.port)) for _ in range(200)]
    for connection in connections:
        connection.sendall(half)
    return connections


def slowest_of_forty(baton):
    """The third slowest of forty other posts, in seconds: p95."""
    times = []
    for number in range(40):
        began = time.monotonic()
        assert post(baton.port, a_body(f"wamid.{number}")) == 200
        times.append(time.monotonic() - began)
    return sorted(times)[37]


def open_files(baton):
    """How many descriptors the server has open."""
    return len(list(Path(f"/proc/{baton.process.pid}/fd").iterdir()))


@pytest.mark.case("F25")
@pytest.mark.timeout(120)
@ONE_A_CHANGE
def test_a_worker_that_dies_inside_a_delivery_loses_and_doubles_nothing(install, database_url):
    baton = install(database_url)
    baton.start("digest.after_item:exit:3")
    wamids = [f"wamid.{number}" for number in range(10)]
    assert post(baton.port, a_body(*wamids)) == 200
    assert baton.wait_for_death() == 137
    baton.let_leases_end()
    baton.start()
    baton.wait_until_digested()
    assert stored(baton) == dict.fromkeys(wamids, 1)


@pytest.mark.case("F26")
@pytest.mark.timeout(120)
@ONE_A_CHANGE
def test_an_item_that_kills_the_worker_becomes_a_dead_letter(install, database_url):
    baton = install(database_url)
    killer = "digest.item@wamid.4:exit"
    baton.start(killer)
    wamids = [f"wamid.{number}" for number in range(10)]
    assert post(baton.port, a_body(*wamids)) == 200
    assert baton.wait_for_death() == 137
    for _ in range(2):
        baton.let_leases_end()
        assert baton.start_to_die(killer) == 137
    baton.let_leases_end()
    baton.start(killer)
    baton.wait_until_digested()
    assert stored(baton) == dict.fromkeys(set(wamids) - {"wamid.4"}, 1)
    paths = baton.rows("SELECT path FROM webhooks_deadletter")
    assert paths == [("entry[0].changes[0].value.messages[4]",)]


@pytest.mark.parametrize("server", ["daphne", pytest.param("uvicorn", marks=pytest.mark.nightly)])
def test_a_deploy_ends_with_code_0_and_loses_nothing(
    install, sqlite_url, tmp_path, monkeypatch, server
):
    monkeypatch.setenv(STARTS_ANEW, "1")  # as an operator's do
    baton = install(sqlite_url, server=server)
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    baton.start()
    deliverer.start()
    time.sleep(0.5)
    assert baton.stop() == 0
    baton.start()
    deliverer.finish()
    baton.wait_until_digested()
    assert set(deliverer.acked()) == set(stored(baton))


def test_a_second_sender_on_one_sqlite_file_stops_with_a_sentence(install, sqlite_url):
    baton = install(sqlite_url)
    baton.start()
    second = baton.run_aside("work")
    assert second.returncode == 1
    assert b"--no-worker" in second.stderr
