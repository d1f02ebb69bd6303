"""No message is sent twice because of us, and none vanishes, whatever dies and whenever."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import ONE_A_CHANGE
from tests.faults.sending import (
    ACCEPTED,
    Meta,
    in_status,
    let_leases_end,
    queue_up,
    statuses,
    wait_until_quiet,
)


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Meta]:
    meta = Meta(tmp_path)
    meta.start()
    yield meta
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
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.nightly)])
@ONE_A_CHANGE
def test_random_kills_double_and_lose_nothing(install, database_url, meta, chance, kills) -> None:
    baton = install(database_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    meta.control(latency_ms=60)
    queue_up(baton, messages=300, threads=100)
    for _ in range(kills):
        baton.start()
        time.sleep(chance.uniform(0.05, 0.5))
        baton.kill()
        let_leases_end(baton)
    baton.start()
    wait_until_quiet(baton, timeout=120)
    accepts = meta.accepts()
    assert max(Counter(accepts).values()) == 1
    assert in_status(baton, *ACCEPTED) <= set(accepts)
    assert set(accepts) <= in_status(baton, *ACCEPTED, "unconfirmed")
    assert sum(statuses(baton).values()) == 300


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
    meta.start()
    wait_until_quiet(baton)
    assert Counter(meta.accepts()).most_common(1)[0][1] == 1
    assert len(meta.accepts()) == 20


@pytest.mark.case("F40")
@pytest.mark.timeout(120)
@ONE_A_CHANGE
def test_a_dead_token_pauses_the_number_and_fails_nothing(install, database_url, meta) -> None:
    baton = install(database_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=30, threads=10)
    # Another token than the one Meta takes: every call answers 190.
    baton.manage(
        *("shell", "--verbosity=0", "--command"),
        "from accounts.models import BusinessAccount as A\n"
        "a = A.objects.get(); a.access_token = 'revoked'; a.save()",
    )
    baton.start()
    time.sleep(2)
    assert baton.rows("SELECT status, status_reason FROM accounts_phonenumber") == [
        ("error", "token_expired")
    ]
    assert statuses(baton) == {"queued": 30}
    baton.manage(
        *("shell", "--verbosity=0", "--command"),
        "from django.utils import timezone\n"
        "from accounts.actions.numbers import resume_number\n"
        "from accounts.actors import SYSTEM\n"
        "from accounts.models import PhoneNumber as N\n"
        "n = N.objects.get(); n.account.access_token = 'simulator-token'; n.account.save()\n"
        "resume_number(n.pk, by=SYSTEM, at=timezone.now())",
    )
    wait_until_quiet(baton)
    assert len(meta.accepts()) == len(set(meta.accepts())) == 30


@pytest.mark.case("F45")
@pytest.mark.timeout(120)
def test_messages_of_one_conversation_keep_their_order(install, database_url, meta) -> None:
    baton = install(database_url)
    baton.environment["GRAPH_API_URL"] = meta.url
    queue_up(baton, messages=30, threads=1)
    baton.start()
    wait_until_quiet(baton)
    assert meta.accepts() == sorted(in_status(baton, *ACCEPTED))
    assert len(meta.accepts()) == 30
