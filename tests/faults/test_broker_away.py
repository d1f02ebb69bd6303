"""Redis may be gone, hang or forget everything: it wakes other processes and holds nothing."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import redis
from django.core.cache import BaseCache

from config import cache as config_cache
from config.cache import SharedWhileItAnswers
from tests.faults.clerk import Clerk, OpenPage
from tests.faults.crew import eventually
from tests.faults.deliverer import Deliverer, a_text, post
from tests.faults.installation import Installation
from tests.faults.media import metas_files
from tests.faults.sending import (
    ACCEPTED,
    TROUBLE,
    Meta,
    in_status,
    let_leases_end,
    let_rests_end,
    queue_up,
    statuses,
    wait_until_quiet,
)

_numbers = count(1)


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Meta]:
    meta = Meta(tmp_path)
    meta.start()
    yield meta
    meta.stop()


@pytest.fixture
def split(install, postgres_url, private_redis, meta) -> Iterator[Installation]:
    """Web and worker as processes of their own, which tell each other over Redis."""
    baton: Installation = install(postgres_url, server="uvicorn")
    baton.environment |= {"REDIS_URL": private_redis.url, "GRAPH_API_URL": meta.url}
    baton.start("", "--no-worker")
    with baton.workers(1):
        yield baton


def thread_of(baton: Installation) -> str:
    """The conversation with the customer of `a_text`."""
    ((found,),) = baton.rows("SELECT id FROM inbox_conversation")
    return str(found)


def pushed_within(baton: Installation, page: OpenPage, within_s: float) -> float:
    """A customer writes; how long until it shows on the open page."""
    text = f"line {next(_numbers)}"
    assert post(baton.port, a_text(text)) == 200
    return page.shows(text, within_s)


def everything_works(baton: Installation, clerk: Clerk, page: OpenPage, within_s: float) -> None:
    """A customer writes, Amina reads, both she and a program answer, somebody logs in."""
    thread = thread_of(baton)
    pushed_within(baton, page, within_s)
    assert clerk.get(f"/inbox/{thread}/").status_code == 200
    assert clerk.get("/inbox/").status_code == 200
    assert clerk.get("/healthz/ready").status_code == 200
    text = f"answer {next(_numbers)}"
    assert clerk.answer(thread, text).status_code == 302
    page.shows(text, within_s)
    assert clerk.send_by_api("12025550143", "from the till").status_code in (200, 201, 202)
    assert clerk.log_in().status_code == 302
    wait_until_quiet(baton, timeout=15)


@pytest.mark.case("F08")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("away_s", [4, pytest.param(120, marks=pytest.mark.nightly)])
def test_a_stopped_redis_costs_seconds_and_nothing_else(
    split, private_redis, meta, away_s: float
) -> None:
    clerk = Clerk(split)
    assert post(split.port, a_text("first")) == 200
    with clerk.page() as page:
        page.shows("first", 15)
        assert pushed_within(split, page, 5) < 2
        private_redis.stop()
        over = time.monotonic() + away_s
        while True:
            everything_works(split, clerk, page, 15)
            if time.monotonic() > over:
                break
        private_redis.start()
        back = time.monotonic()
        while pushed_within(split, page, 15) > 0.7:
            assert time.monotonic() - back < 15
    split.wait_until_digested()
    sent = statuses(split)
    assert set(sent) == {"accepted"}
    assert sum(sent.values()) == len(meta.accepts()) == len(set(meta.accepts()))


@pytest.mark.case("F09")
@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_a_frozen_redis_makes_no_request_a_second_slower(split, private_redis) -> None:
    clerk = Clerk(split)
    assert post(split.port, a_text("first")) == 200
    with clerk.page() as page:
        page.shows("first", 15)
        usual = slowest_of(10, split, clerk, page)
        private_redis.freeze()
        frozen = slowest_of(10, split, clerk, page)
        private_redis.thaw()
        assert frozen < usual + 1
        back = time.monotonic()
        while pushed_within(split, page, 15) > 0.7:
            assert time.monotonic() - back < 15


def slowest_of(rounds: int, baton: Installation, clerk: Clerk, page: OpenPage) -> float:
    """The slowest request of so many rounds of everybody's work."""
    clerk.slowest_s = 0.0
    for _ in range(rounds):
        everything_works(baton, clerk, page, 15)
    return clerk.slowest_s


@contextmanager
def emptied_every(seconds: float, url: str) -> Iterator[None]:
    """FLUSHALL again and again."""
    over = threading.Event()

    def empty() -> None:
        with redis.Redis.from_url(url) as client:
            while not over.wait(seconds):
                client.flushall()

    thread = threading.Thread(target=empty)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.case("F10")
@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_an_emptied_redis_loses_and_doubles_nothing_under_random_kills(
    install, postgres_url, private_redis, tmp_path, chance
) -> None:
    """What F01 and F31 promise, both at once, while Redis forgets everything every second."""
    baton = install(postgres_url, server=chance.choice(["daphne", "uvicorn"]))
    baton.environment["REDIS_URL"] = private_redis.url
    deliverer = Deliverer(baton.port, tmp_path / "acked")
    with metas_files(baton, tmp_path) as meta, emptied_every(1, private_redis.url):
        meta.control(latency_ms=60, faults=TROUBLE, seed=chance.randrange(1000))
        meta.control(webhooks={"longest_retry_s": 2, "tries": 9999})
        queue_up(baton, messages=300, threads=100)
        deliverer.start()
        for _ in range(25):
            with baton.workers(2):
                baton.start()
                time.sleep(chance.uniform(0.3, 0.9))
            baton.kill()
            let_leases_end(baton)
            let_rests_end(baton)
        baton.start()
        deliverer.finish()
        baton.let_leases_end()
        wait_until_quiet(baton, timeout=300, meanwhile=lambda: let_rests_end(baton))
        baton.wait_until_digested(900)  # Meta's statuses stand behind what was delivered
        eventually(lambda: set(meta.accepts()) <= in_status(baton, *ACCEPTED), 120)
    acked, wamids = set(deliverer.acked()), baton.received()
    accepts, told = meta.accepts(), statuses(baton)
    print(f"{len(acked)} acked, {dict(told)}, {len(accepts)} accepts")
    assert len(acked) > 200
    assert acked - set(wamids) == set()
    assert set(wamids.values()) == {1}
    assert max(Counter(accepts).values()) == 1
    assert in_status(baton, *ACCEPTED) == set(accepts)
    assert sum(told.values()) == 300
    assert set(told) <= {*ACCEPTED, "failed", "unconfirmed"}


# --- what is counted in Redis ---


@pytest.fixture
def counters(private_redis, monkeypatch) -> BaseCache:
    monkeypatch.setattr(config_cache, "_away_until", 0.0)
    monkeypatch.setattr(config_cache, "REST_AFTER_FAILURE_S", 1.0)
    return SharedWhileItAnswers(private_redis.url, {})


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_without_redis_each_process_counts_by_itself_and_quickly(
    counters, private_redis, trouble: str
) -> None:
    name = f"attempts-while-{trouble}"
    counters.add(name, 0, 60)
    assert counters.incr(name) == 1
    getattr(private_redis, trouble)()
    began = time.monotonic()
    counters.add(name, 0, 60)
    assert [counters.incr(name) for _ in range(3)] == [1, 2, 3]
    assert counters.get(name) == 3
    assert time.monotonic() - began < 0.9
    private_redis.thaw() if trouble == "freeze" else private_redis.start()
    time.sleep(1.1)
    assert counters.get(name) == (1 if trouble == "freeze" else None)
