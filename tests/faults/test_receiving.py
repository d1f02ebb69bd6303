"""What was acknowledged is there, whatever dies and whenever."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.deliverer import Deliverer, a_body, post

MESSAGES = "SELECT wamid, count(*) FROM inbox_message GROUP BY wamid"


def stored(baton):
    """How often each wamid has become a message."""
    return dict(baton.rows(MESSAGES))


@pytest.mark.case("F01")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.nightly)])
def test_random_kills_lose_nothing_that_was_acknowledged(
    install, database_url, tmp_path, chance, kills
):
    baton = install(database_url, server=chance.choice(["daphne", "uvicorn"]))
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    for _ in range(kills):
        baton.start()
        time.sleep(chance.uniform(0.3, 0.9))
        baton.kill()
    baton.start()
    deliverer.finish()
    baton.let_leases_end()
    baton.wait_until_digested()
    assert len(deliverer.acked()) > 20 * kills
    assert set(deliverer.acked()) - set(stored(baton)) == set()
    assert set(stored(baton).values()) == {1}


@pytest.mark.case("F02")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
@pytest.mark.parametrize(
    ("point", "rows"),
    [
        ("ingest.before_insert", 1),
        ("ingest.after_insert_before_commit", 1),
        ("ingest.after_commit_before_response", 20),
    ],
)
def test_a_death_at_an_exact_point_leaves_all_or_nothing(
    install, database_url, server, point, rows
):
    baton = install(database_url, server=server)
    # The first post is held for a while; the other 19 then share the commit that dies.
    baton.start(f"ingest.before_insert:sleep:1.5:1,{point}:exit:2")
    wamids = [f"wamid.{number}" for number in range(20)]
    first = in_background(baton, wamids[:1])
    time.sleep(0.5)
    statuses = statuses_of(baton, wamids[1:])
    assert (set(statuses), first()) in (({0}, [0]), ({0}, [200]))
    assert baton.wait_for_death() == 137
    assert baton.rows("SELECT count(*) FROM webhooks_delivery") == [(rows,)]
    baton.start()
    assert set(statuses_of(baton, wamids)) == {200}
    baton.let_leases_end()
    baton.wait_until_digested()
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
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_stopped_database_is_a_503_and_nothing_else(install, private_postgres, tmp_path, server):
    baton = install(private_postgres.create_database("baton"), server=server)
    baton.start()
    assert post(baton.port, a_body("wamid.before")) == 200
    private_postgres.stop()
    began = time.monotonic()
    assert post(baton.port, a_body("wamid.while")) == 503
    assert time.monotonic() - began < 3
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    deliverer.start()
    time.sleep(3)
    private_postgres.start()
    time.sleep(1.5)
    deliverer.finish()
    assert deliverer.slowest_s < 3
    assert deliverer.statuses == {503}
    baton.let_leases_end()
    baton.wait_until_digested()
    assert set(deliverer.acked()) - set(stored(baton)) == set()
    assert deliverer.acked()
    assert baton.stop() == 0


@pytest.mark.case("F25")
@pytest.mark.timeout(120)
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
def test_an_item_that_kills_the_worker_becomes_a_dead_letter(install, database_url):
    baton = install(database_url)
    killer = "digest.item@wamid.4:exit"
    baton.start(killer)
    wamids = [f"wamid.{number}" for number in range(10)]
    assert post(baton.port, a_body(*wamids)) == 200
    for _ in range(2):
        assert baton.wait_for_death() == 137
        baton.let_leases_end()
        baton.start(killer)
    assert baton.wait_for_death() == 137
    baton.let_leases_end()
    baton.start(killer)
    baton.wait_until_digested()
    assert stored(baton) == dict.fromkeys(set(wamids) - {"wamid.4"}, 1)
    paths = baton.rows("SELECT path FROM webhooks_deadletter")
    assert paths == [("entry[0].changes[0].value.messages[4]",)]


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_deploy_ends_with_code_0_and_loses_nothing(install, tmp_path, server):
    baton = install(f"sqlite:///{tmp_path / 'baton.sqlite3'}", server=server)
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    baton.start()
    deliverer.start()
    time.sleep(0.5)
    assert baton.stop() == 0
    baton.start()
    deliverer.finish()
    baton.wait_until_digested()
    assert set(deliverer.acked()) == set(stored(baton))


def test_a_second_sender_on_one_sqlite_file_stops_with_a_sentence(install, tmp_path):
    baton = install(f"sqlite:///{tmp_path / 'baton.sqlite3'}")
    baton.start()
    second = baton.run_aside("work")
    assert second.returncode == 1
    assert b"--no-worker" in second.stderr
