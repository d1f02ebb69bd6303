"""No message is sent twice because of us, and none vanishes, whatever dies and whenever."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.testing import wait_for
from tests.faults.conftest import ONE_A_CHANGE
from tests.faults.installation import Installation
from tests.faults.sending import (
    ACCEPTED,
    TROUBLE,
    Meta,
    events,
    in_status,
    let_leases_end,
    let_rests_end,
    queue_up,
    statuses,
    wait_an_hour,
    wait_until_quiet,
)


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Meta]:
    meta = Meta(tmp_path)
    meta.start()
    yield meta
    meta.stop()


@pytest.fixture
def meta_of(tmp_path: Path) -> Iterator[Callable[[Installation], Meta]]:
    """A Meta that a Baton calls, and that tells it what became of its messages."""
    made: list[Meta] = []

    def make(baton: Installation) -> Meta:
        url = f"http://127.0.0.1:{baton.port}/webhooks/whatsapp/"
        made.append(Meta(tmp_path, webhook_url=url))
        made[0].start()
        baton.environment["GRAPH_API_URL"] = made[0].url
        return made[0]

    yield make
    for meta in made:
        meta.stop()


@pytest.mark.case("F30")
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "point",
    [
        "send.before_claim_commit",
        "send.after_claim_commit",
        "send.after_accept_before_settle",
        "send.after_settle",
    ],
)
@ONE_A_CHANGE
def test_a_kill_at_an_exact_point_doubles_nothing(install, database_url, meta, point) -> None:
    baton = install(database_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=40, threads=20)
    baton.start(f"{point}:exit:2")
    assert baton.wait_for_death(timeout=30) == 137
    let_leases_end(baton)
    baton.start()
    wait_until_quiet(baton)
    accepts = meta.accepts()
    assert max(Counter(accepts).values()) == 1
    assert in_status(baton, *ACCEPTED) <= set(accepts)
    told = statuses(baton)
    assert sum(told.values()) == 40
    assert set(told) <= {*ACCEPTED, "unconfirmed"}
    # Whatever Meta did not take is not called accepted; whatever is unconfirmed a person decides.
    assert set(accepts) <= in_status(baton, *ACCEPTED, "unconfirmed")


@pytest.mark.case("F31")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("kills", "workers"), [(4, 0), pytest.param(40, 2, marks=pytest.mark.nightly)]
)
@ONE_A_CHANGE
def test_random_kills_double_and_lose_nothing(
    install, database_url, meta_of, chance, kills: int, workers: int
) -> None:
    """Three senders die together, while answers are lost, requests cut and messages refused."""
    baton = install(database_url)
    meta = meta_of(baton)
    meta.control(latency_ms=60, faults=TROUBLE, seed=chance.randrange(1000))
    meta.control(webhooks={"longest_retry_s": 2, "tries": 9999})
    queue_up(baton, messages=300, threads=100)
    others = 0 if database_url.startswith("sqlite") else workers
    for _ in range(kills):
        with baton.workers(others):
            baton.start()
            time.sleep(chance.uniform(0.3, 0.8))
        baton.kill()
        let_leases_end(baton)
        let_rests_end(baton)
    baton.start()
    wait_until_quiet(baton, timeout=300, meanwhile=lambda: let_rests_end(baton))
    wait_for(lambda: set(meta.accepts()) <= in_status(baton, *ACCEPTED), seconds=60)
    accepts, told = meta.accepts(), statuses(baton)
    print(f"{kills} kills of {1 + others}: {dict(told)}, {len(accepts)} accepts")
    assert max(Counter(accepts).values()) == 1
    # So none that was accepted is failed, and none unconfirmed: their statuses settled them.
    assert in_status(baton, *ACCEPTED) == set(accepts)
    assert sum(told.values()) == 300
    assert set(told) <= {*ACCEPTED, "failed", "unconfirmed"}


@pytest.mark.case("F32")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("count", [8, pytest.param(50, marks=pytest.mark.nightly)])
@ONE_A_CHANGE
def test_lost_answers_are_settled_by_their_statuses(install, database_url, meta_of, count) -> None:
    baton = install(database_url)
    meta = meta_of(baton)
    meta.control(faults=[{"kind": "accept_then_drop"}])
    queue_up(baton, messages=count, threads=count)
    baton.start()
    wait_until_quiet(baton, timeout=180, meanwhile=lambda: let_rests_end(baton))
    wait_for(lambda: len(in_status(baton, *ACCEPTED)) == count, seconds=5 + 2)  # delivered, read
    assert Counter(meta.accepts()).most_common(1)[0][1] == 1
    assert set(meta.accepts()) == in_status(baton, *ACCEPTED)


@pytest.mark.nightly
@pytest.mark.case("F33")
@pytest.mark.timeout(180)
@ONE_A_CHANGE
def test_an_answer_after_a_minute_changes_nothing(install, database_url, meta_of) -> None:
    baton = install(database_url)
    meta = meta_of(baton)
    meta.control(faults=[{"kind": "accept_then_slow", "seconds": 60}])
    queue_up(baton, messages=4, threads=4)
    baton.start()
    wait_for(lambda: len(in_status(baton, "delivered")) == 4, seconds=30)
    before = events(baton)
    time.sleep(65)
    assert (len(meta.accepts()), events(baton)) == (4, before)
    assert len(in_status(baton, "delivered")) == 4


@pytest.mark.nightly
@pytest.mark.case("F35")
@pytest.mark.timeout(180)
@ONE_A_CHANGE
def test_nobody_is_asked_while_webhooks_are_refused(install, database_url, meta_of) -> None:
    """Twenty minutes of 503, compressed: the messages are made to have waited for an hour."""
    baton = install(database_url)
    meta = meta_of(baton)
    meta.control(
        faults=[{"kind": "accept_then_drop"}], webhooks={"longest_retry_s": 2, "tries": 99}
    )
    queue_up(baton, messages=5, threads=5)
    baton.start("ingest.before_insert:raise")
    wait_until_quiet(baton)
    time.sleep(17)  # refused for longer than a gap: now we know that we are deaf
    wait_an_hour(baton)
    time.sleep(6)
    assert baton.rows("SELECT count(*) FROM inbox_message WHERE silent_since IS NULL") == [(0,)]
    baton.kill()
    baton.start()
    wait_for(lambda: len(in_status(baton, *ACCEPTED)) == 5, seconds=20)
    assert baton.rows("SELECT data FROM accounts_event WHERE kind = 'message.status'")
    assert len(set(meta.accepts())) == len(meta.accepts()) == 5


@pytest.mark.case("F36")
@pytest.mark.timeout(120)
@ONE_A_CHANGE
def test_what_surely_did_not_leave_goes_out_once_later(install, database_url, meta) -> None:
    baton = install(database_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=20, threads=5)
    meta.stop()
    baton.start()
    time.sleep(2)
    assert statuses(baton)["queued"] + statuses(baton)["sending"] == 20
    assert baton.rows("SELECT status_reason FROM accounts_phonenumber") == [("no_answer",)]
    meta.start()
    wait_until_quiet(baton, meanwhile=lambda: let_rests_end(baton))
    assert Counter(meta.accepts()).most_common(1)[0][1] == 1
    assert len(meta.accepts()) == 20


@pytest.mark.nightly
@pytest.mark.case("F44", "F45")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("messages", "threads"), [(1000, 1000), (50, 1)])
def test_eight_processes_send_each_row_once_and_in_order(
    install, postgres_url, meta, messages: int, threads: int
) -> None:
    baton = install(postgres_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=messages, threads=threads)
    meta.control(latency_ms=[0, 500], faults=[{"kind": "error", "code": 131016, "chance": 0.1}])
    began = time.monotonic()
    with baton.workers(8):
        wait_until_quiet(baton, timeout=240)
    print(f"{messages} messages of {threads} customers in {time.monotonic() - began:.0f} s")
    accepts = meta.accepts()
    assert set(accepts) == in_status(baton, *ACCEPTED)
    assert len(accepts) == messages
    assert threads > 1 or accepts == sorted(accepts)
