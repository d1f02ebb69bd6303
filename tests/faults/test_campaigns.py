"""A campaign under kills and a crash of the database, and beside people who answer customers."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.conftest import ONE_A_CHANGE
from tests.faults.installation import Installation
from tests.faults.sending import TOKEN, Meta, let_leases_end, let_rests_end

LAUNCH = """
from django.utils import timezone
from accounts.actors import SYSTEM
from accounts.models import NumberStatus, PhoneNumber
from campaigns.actions.editing import create
from campaigns.actions.launching import launch
from campaigns.actions.recipients import Row, add_recipients
from tests.campaigning import an_offer, numbers
number = PhoneNumber.objects.get()
number.account.access_token = "{token}"
number.account.save()
PhoneNumber.objects.update(status=NumberStatus.ACTIVE)
how = {{"by": SYSTEM, "at": timezone.now()}}
fields = {{
    "name": "Autumn", "phone_number": number, "template": an_offer(number.account),
    "variables": {{"1": "you", "2": "40-1187"}}, "per_second": {per_second},
}}
campaign = create(number.organization_id, fields, **how)
add_recipients(campaign.pk, [Row(one) for one in numbers({people})], **how)
launch(campaign.pk, **how)
"""
# Nobody may ever see it completed while something of it waits.
TOO_EARLY = """
SELECT 1 FROM campaigns_campaign c WHERE c.finished_at IS NOT NULL AND (
  EXISTS (SELECT 1 FROM campaigns_campaignrecipient r
          WHERE r.campaign_id = c.id AND r.state = 'pending')
  OR EXISTS (SELECT 1 FROM inbox_message m WHERE m.campaign_id = c.id
             AND m.status IN ('queued', 'sending', 'held', 'scheduled')))
"""
STATES = "SELECT state, count(*) FROM campaigns_campaignrecipient GROUP BY state"
FINISHED = "SELECT 1 FROM campaigns_campaign WHERE finished_at IS NOT NULL"
SENT_TWICE = """
SELECT conversation_id FROM inbox_message WHERE campaign_id IS NOT NULL
GROUP BY conversation_id HAVING count(*) > 1
"""


@pytest.fixture
def meta_of(tmp_path: Path) -> Iterator[Callable[[Installation], Meta]]:
    """Starts the simulator; it is called by the installation, and calls it where it listens."""
    started: list[Meta] = []

    def start(baton: Installation, *, listens: bool = False) -> Meta:
        webhook_url = f"http://127.0.0.1:{baton.port}/webhooks/whatsapp/" if listens else ""
        meta = Meta(tmp_path, webhook_url=webhook_url)
        started.append(meta)
        meta.start()
        baton.environment["GRAPH_API_URL"] = meta.url
        return meta

    yield start
    for one in started:
        one.stop()


def launch(baton: Installation, people: int, *, per_second: int | None = None) -> None:
    code = LAUNCH.format(token=TOKEN, people=people, per_second=per_second)
    baton.manage("shell", "--verbosity=0", "--command", code)


def until_finished(
    baton: Installation, timeout: float, meanwhile: Callable[[], object] = lambda: None
) -> None:
    deadline = time.monotonic() + timeout
    while not baton.rows(FINISHED):
        assert not baton.rows(TOO_EARLY)
        meanwhile()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{baton.rows(STATES)}\n{baton.log.read_text()[-3000:]}")
        time.sleep(0.2)
    assert not baton.rows(TOO_EARLY)


@pytest.mark.case("F46")
@pytest.mark.timeout(180)
@ONE_A_CHANGE
def test_a_worker_that_dies_around_its_commit_sends_to_nobody_twice(
    install, database_url, meta_of
) -> None:
    baton = install(database_url)
    meta = meta_of(baton)
    launch(baton, 60, per_second=40)
    for point in ("campaign.before_queue_commit:exit:1", "campaign.after_queue_commit:exit:2"):
        baton.environment["FAILPOINTS"] = point
        with baton.workers(1) as (worker,):
            assert worker.wait(30) == 137
        let_leases_end(baton)
    baton.environment["FAILPOINTS"] = ""
    with baton.workers(1):
        until_finished(baton, 60, lambda: let_leases_end(baton))
    accepts = Counter(meta.accepts())
    assert set(accepts.values()) == {1}
    assert dict(baton.rows(STATES)) == {"queued": 60}
    assert baton.rows(SENT_TWICE) == []
    assert 60 - len(accepts) <= unknown(baton)


def let_all_end(baton: Installation) -> None:
    """What a minute and a half does to what a killed worker had in hand."""
    let_leases_end(baton)
    let_rests_end(baton)


def unknown(baton: Installation) -> int:
    """Messages of which nobody knows whether they went; never sent again."""
    ((count,),) = baton.rows("SELECT count(*) FROM inbox_message WHERE status = 'unconfirmed'")
    return int(count)


@pytest.mark.nightly
@pytest.mark.case("F46")
@pytest.mark.timeout(900)
def test_a_campaign_survives_kills_and_a_crash_of_its_database(
    install, crashable_postgres, meta_of, chance
) -> None:
    """Three workers and two servers, all of which run the drain, are started together."""
    url, people, kills = crashable_postgres.url("baton"), 3_000, 10
    baton, second = install(url), install(url)
    meta = meta_of(baton, listens=True)
    second.environment["GRAPH_API_URL"] = meta.url
    meta.control(latency_ms=[50, 200])
    launch(baton, people, per_second=40)
    began, again, slowest = time.monotonic(), 0, 0.0
    with ExitStack() as crew:
        for one in (baton, second):
            one.start()
        hired = [crew.enter_context(baton.workers(1))[0] for _ in range(3)]
        for kill in range(kills):
            wait_for_more(meta, again + 60)
            if kill == kills // 2:
                crashable_postgres.crash()
                crashable_postgres.start()
            _kill_one(baton, second, hired, crew, chance.randrange(5))
            if kill == 2:
                baton.rows(
                    "DELETE FROM campaigns_campaignrecipient WHERE id = (SELECT id FROM"
                    " campaigns_campaignrecipient WHERE state = 'queued' LIMIT 1)"
                )
            again = len(meta.accepts())
            slowest = max(slowest, wait_for_more(meta, again + 1))
        until_finished(baton, 400, lambda: let_all_end(baton))
        took = time.monotonic() - began
    accepts = Counter(meta.accepts())
    print(
        f"{people} in {took:.0f} s with {kills} kills and a crash: {len(accepts)} accepts,"
        f" {unknown(baton)} unconfirmed, running again after {slowest:.1f} s at most"
    )
    assert set(accepts.values()) == {1}
    assert baton.rows(SENT_TWICE) == []
    assert dict(baton.rows(STATES)) == {"queued": people}  # the deleted one is back
    assert people - len(accepts) <= unknown(baton)
    assert slowest <= 60


def wait_for_more(meta: Meta, count: int) -> float:
    """How many seconds until Meta has taken so many."""
    began = time.monotonic()
    while len(meta.accepts()) < count:
        if time.monotonic() - began > 90:
            raise TimeoutError(f"{len(meta.accepts())} accepts, not {count}")
        time.sleep(0.1)
    return time.monotonic() - began


def _kill_one(baton, second, hired, crew, which: int) -> None:
    """`kill -9` for one of the two servers or three workers; another takes its place."""
    if which < 2:
        server = (baton, second)[which]
        server.kill()
        server.start()
        return
    hired[which - 2].kill()
    hired[which - 2].wait()
    hired[which - 2] = crew.enter_context(baton.workers(1))[0]


@pytest.mark.nightly
@pytest.mark.timeout(600)
def test_a_campaign_keeps_its_pace_over_two_kills(install, postgres_url, meta_of) -> None:
    baton = install(postgres_url)
    meta = meta_of(baton)
    launch(baton, 3_000, per_second=20)
    began = 0.0
    for alive_until in (1_000, 2_000, 3_000):
        with baton.workers(1):
            wait_for_more(meta, 1)
            began = began or time.monotonic()
            while len(meta.accepts()) < alive_until and not baton.rows(FINISHED):
                let_leases_end(baton)
                time.sleep(0.2)
                assert time.monotonic() - began < 300
    took = time.monotonic() - began
    print(f"3,000 at 20/s with two kills in {took:.0f} s: {len(meta.accepts())} accepts")
    assert took <= 160
    assert Counter(meta.accepts()).most_common(1)[0][1] == 1


ANSWER = """
import time
from django.utils import timezone
from accounts.actors import SYSTEM
from accounts.models import PhoneNumber
from inbox import outgoing
from inbox.actions.conversations import conversation_with
from inbox.actions.sending import send
from inbox.models import Conversation
number = PhoneNumber.objects.get()
at = timezone.now()
threads = [
    conversation_with(number, to="+1202666%04d" % n, country_code=None, at=at) for n in range(20)
]
Conversation.objects.filter(pk__in=[one.pk for one in threads]).update(window_opened_at=at)
for n in range({count}):
    began = time.monotonic()
    message = send(threads[n % 20].pk, outgoing.text("answer"), by=SYSTEM, at=timezone.now())
    time.sleep(max(0.0, began + 1 - time.monotonic()))
"""
# From the queue to Meta's answer, in seconds.
WAITS = """
SELECT EXTRACT(EPOCH FROM accepted_at - created_at) FROM inbox_message
WHERE campaign_id IS NULL AND direction = 'outbound' AND accepted_at IS NOT NULL
"""


@pytest.mark.nightly
@pytest.mark.case("F92")
@pytest.mark.timeout(600)
def test_a_campaign_slows_no_answer_of_the_people_beside_it(install, postgres_url, meta_of) -> None:
    baton = install(postgres_url)
    meta = meta_of(baton)
    meta.control(latency_ms=[50, 150])
    launch(baton, 5_000)
    answers = 60
    with ExitStack() as crew:
        hired = crew.enter_context(baton.workers(2))
        wait_for_more(meta, 100)
        baton.manage("shell", "--verbosity=0", "--command", ANSWER.format(count=answers // 2))
        hired[0].kill()
        baton.manage("shell", "--verbosity=0", "--command", ANSWER.format(count=answers // 2))
        until_finished(baton, 300, lambda: let_all_end(baton))
    waits = sorted(float(row[0]) for row in baton.rows(WAITS))
    p95 = waits[int(0.95 * len(waits)) - 1]
    accepts = Counter(meta.accepts())
    print(f"{len(waits)} answers: median {statistics.median(waits):.2f} s, p95 {p95:.2f} s")
    assert answers - len(waits) <= unknown(baton)  # on the wire of the worker that was killed
    assert p95 < 2
    assert set(accepts.values()) == {1}
    assert baton.rows(SENT_TWICE) == []
