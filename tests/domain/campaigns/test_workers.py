"""Real workers run a campaign: stopped in the middle, left by somebody, shared by several."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.events import unit_of_work
from campaigns import queries
from campaigns.actions.steering import cancel, pause, resume
from campaigns.actions.turns import next_turn
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import RecipientStatus, Status
from inbox.actions import outbox
from inbox.models import Message, SendBatch
from simulator.testing import Running, wait_for
from tests.campaigning import a_campaign, states
from tests.cast import Cast, a_cast, arrives, by, payload
from webhooks.worker import run

DRAINS = ("outbox", "campaigns")


@pytest.fixture
def cast(transactional_db) -> Iterator[Cast]:
    yield a_cast()
    connections.close_all()


@contextmanager
def workers() -> Iterator[None]:
    """Two on PostgreSQL; SQLite has one at a time."""
    started = [run(DRAINS) for _ in range(2 if connection.vendor == "postgresql" else 1)]
    for one in started:
        one.start()
    try:
        yield
    finally:
        for one in started:
            one.ask_to_stop()
        ended = [one.join(40) for one in started]
        assert all(ended)


def accepted(meta: Running) -> list[UUID]:
    return [UUID(one["opaque"]) for one in meta.accepts()]


def stopped_by(act: Callable[..., object], campaign: Campaign, cast: Cast) -> set[UUID]:
    """Does it; what waited at that moment, and so must not leave."""
    with unit_of_work():
        act(campaign.pk, by=by(cast.sara), at=timezone.now())
        waits = Message.objects.filter(campaign_id=campaign.pk, status="queued")
        return set(waits.values_list("pk", flat=True))


@pytest.mark.case("F47")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("people", "paused_at", "cancelled_at"),
    [(60, 10, 30), pytest.param(2_000, 1_000, 1_300, marks=pytest.mark.nightly)],
)
def test_after_a_pause_and_after_a_cancel_only_calls_on_the_wire_leave(
    cast, meta, people: int, paused_at: int, cancelled_at: int
) -> None:
    meta.control(latency_ms=[50, 150])
    campaign = a_campaign(cast, people, per_second=min(40, people // 4))  # two seconds are left
    with workers():
        wait_for(lambda: len(accepted(meta)) >= paused_at, seconds=20 + people / 30)
        waited = stopped_by(pause, campaign, cast)
        time.sleep(0.8)
        assert waited.isdisjoint(accepted(meta))
        resume(campaign.pk, by=by(cast.sara), at=timezone.now())
        wait_for(lambda: len(accepted(meta)) >= cancelled_at, seconds=20 + people / 30)
        waited = stopped_by(cancel, campaign, cast)
        wait_for(lambda: SendBatch.objects.filter(emptied=True).exists(), seconds=20)
    assert waited.isdisjoint(accepted(meta))
    counts = queries.counts_of([campaign.pk])[campaign.pk]
    assert counts.recipients == people == counts.accepted + counts.cancelled + counts.skipped
    assert counts.accepted == len(set(accepted(meta))) == len(accepted(meta))
    told = [state for state, _code in states(campaign)]
    assert told == sorted(told)  # queued, then skipped: it went on where it had stopped


@pytest.mark.postgres
@pytest.mark.case("F47")
def test_a_pause_in_the_middle_of_a_turn_waits_for_it_and_holds_what_it_queued(
    cast, settings
) -> None:
    settings.FAILPOINTS_ENABLED, settings.FAILPOINTS = True, "campaign.before_queue_commit:sleep:1"
    campaign = a_campaign(cast, 20)
    with ThreadPoolExecutor(1) as pool:
        turn = pool.submit(_turn)
        time.sleep(0.5)
        waits = stopped_by(pause, campaign, cast)
        assert turn.result(10)
    assert len(waits) == 20
    assert (outbox.claim(50), next_turn()) == ([], False)


def _turn() -> bool:
    try:
        return next_turn()
    finally:
        connections.close_all()


@pytest.mark.case("F48")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("people", "at", "last"),
    [(40, 8, 35), pytest.param(3_000, 1_000, 2_500, marks=pytest.mark.nightly)],
)
def test_who_opts_out_during_the_run_gets_nothing_and_the_row_says_why(
    cast, meta, people: int, at: int, last: int
) -> None:
    campaign = a_campaign(cast, people, per_second=20 if people < 100 else 60)
    body = payload("user_preferences_stop")
    value = body["entry"][0]["changes"][0]["value"]
    value["contacts"][0]["wa_id"] = value["user_preferences"][0]["wa_id"] = f"1202555{last:04}"
    with workers():
        wait_for(lambda: len(accepted(meta)) >= at, seconds=20 + people / 30)
        arrives(cast.number, body)
        wait_for(
            lambda: Campaign.objects.get().status is Status.COMPLETED, seconds=20 + people / 30
        )
    one = CampaignRecipient.objects.select_related("message").get(to=f"+1202555{last:04}")
    assert one.message_id not in set(accepted(meta))
    assert len(accepted(meta)) == people - 1
    (row,) = [
        *queries.recipients(campaign, status=RecipientStatus.SKIPPED),
        *queries.recipients(campaign, status=RecipientStatus.FAILED),
    ]
    assert (row.id, row.code) == (one.pk, "RECIPIENT_OPTED_OUT")


def test_several_workers_queue_nobody_twice(cast, meta) -> None:
    campaign = a_campaign(cast, 90)
    with workers():
        wait_for(lambda: Campaign.objects.get().status is Status.COMPLETED, seconds=30)
    assert Counter(accepted(meta)).most_common(1)[0][1] == 1
    assert len(accepted(meta)) == queries.counts_of([campaign.pk])[campaign.pk].accepted == 90
