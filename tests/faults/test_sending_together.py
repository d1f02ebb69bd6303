"""Many senders in one process: limits, dead tokens, black holes and order, under real calls."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from accounts.actions.accounts import upsert_account
from accounts.models import Event, NumberStatus, PhoneNumber
from inbox.models import Conversation, Message
from simulator.settings import BusinessNumber, Settings
from simulator.testing import Running, running, wait_for
from tests.cast import WABA_ID, Cast, a_cast, a_number, by, says
from tests.faults.senders import (
    in_order_of_their_threads,
    queue_up,
    senders,
    wait_until_quiet,
)
from tests.passing import time_passes

NIGHTLY = pytest.mark.nightly
OTHERS = (
    BusinessNumber("2002", "7002", "15550780002"),
    BusinessNumber("2003", "7003", "15550780003"),
)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with running(Settings(numbers=(BusinessNumber(), *OTHERS))) as one:
        yield one


@pytest.fixture
def meta(simulator: Running, settings) -> Running:
    simulator.reset()
    settings.GRAPH_API_URL = simulator.base_url
    return simulator


@pytest.fixture
def cast(transactional_db) -> Iterator[Cast]:
    yield a_cast()
    connections.close_all()


def vain_calls() -> int:
    """Calls that Meta refused, and that were made again."""
    return int(Message.objects.aggregate(sum=Sum("attempts"))["sum"])


def taken_by(meta: Running) -> Counter[str]:
    """How many messages Meta took from each number."""
    return Counter(one["phone_number_id"] for one in meta.accepts())


@pytest.mark.case("F38")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("limit", "count"), [(20, 30), pytest.param(20, 400, marks=NIGHTLY)])
def test_a_number_finds_the_limit_that_meta_has_for_it(cast, meta, limit, count) -> None:
    meta.control(rules={"throughput": limit})
    sent = queue_up(cast, messages=count, threads=count)
    began = time.monotonic()
    with senders(1):
        wait_until_quiet(200)
    print(f"{count} messages in {time.monotonic() - began:.1f} s, {vain_calls()} vain calls")
    assert in_order_of_their_threads(meta, sent)
    assert vain_calls() <= max(10, 0.2 * count)


@pytest.mark.nightly
@pytest.mark.case("F39")
@pytest.mark.timeout(120)
def test_one_customer_at_the_limit_makes_only_that_pair_wait(cast, meta) -> None:
    sent = queue_up(cast, messages=100, threads=100)
    slow = sent[0].conversation.identity
    meta.fault("error", code=131056, to=slow.value, count=1)
    with senders(1):
        wait_until_quiet(60)
    times = {one["opaque"]: one["t"] for one in meta.accepts()}
    took = times.pop(str(sent[0].pk)) - min(times.values())
    rest = max(times.values()) - min(times.values())
    print(f"the other 99 within {rest:.1f} s, the slow one after {took:.1f} s")
    assert rest < 5.5 < took


@pytest.mark.case("F40")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("code", [190, pytest.param(131031, marks=NIGHTLY)])
def test_a_token_that_dies_in_the_middle_costs_nothing(cast, meta, code: int) -> None:
    sent = queue_up(cast, messages=100, threads=20)
    meta.fault("error", code=code, skip=9)
    with senders(2):
        wait_for(lambda: PhoneNumber.objects.get().status == NumberStatus.ERROR)
    # Only what is on the wire together can fail together: one of each customer.
    assert vain_calls() <= 20
    assert set(Message.objects.values_list("status", flat=True)) <= {
        "received",
        "queued",
        "accepted",
    }
    assert Event.objects.filter(kind="number.changed").count() == 1
    meta.control(faults=[], access_token="a-new-token")
    upsert_account(
        cast.organization.pk,
        waba_id=WABA_ID,
        access_token="a-new-token",
        by=by(cast.ada),
        at=timezone.now(),
    )
    PhoneNumber.objects.update(status=NumberStatus.ACTIVE, status_reason="")  # 131031: Resume
    with senders(2):
        wait_until_quiet(60)
    assert in_order_of_their_threads(meta, sent)


@pytest.mark.nightly
@pytest.mark.case("F42")
@pytest.mark.timeout(240)
def test_a_black_hole_of_one_number_slows_no_other_and_drains_when_it_heals(cast, meta) -> None:
    numbers = [
        a_number(cast.organization, waba_id=one.waba_id, meta_phone_number_id=one.id)
        for one in OTHERS
    ]
    meta.control(latency_ms=[100, 200])
    alone = _rate_of_the_others(cast, meta, numbers)
    queue_up(cast, messages=60, threads=60)
    meta.fault("black_hole", phone_number_id=cast.number.meta_phone_number_id)
    with senders(1):
        beside = _rate_of_the_others(cast, meta, numbers, work=False)
        wait_for(lambda: _resting(cast.number) == "no_answer", seconds=60)
        meta.control(faults=[])
        healed = time.monotonic()
        wait_until_quiet(90)
    drained = time.monotonic() - healed
    unknown = Message.objects.filter(status="unconfirmed").count()
    print(
        f"alone {alone:.0f}/s, beside {beside:.0f}/s, drained in {drained:.0f} s, {unknown} unclear"
    )
    assert beside >= 0.9 * alone
    assert drained <= 60


def _rate_of_the_others(cast, meta, numbers, *, work: bool = True) -> float:
    before = len(meta.accepts())
    for number in numbers:
        queue_up(cast, number, messages=150, threads=150)
    ours = Message.objects.filter(phone_number__in=numbers, status__in=["queued", "sending"])
    with senders(1 if work else 0):
        wait_for(lambda: not ours.exists(), seconds=60)
    times = [one["t"] for one in meta.accepts()[before:]]
    return len(times) / (max(times) - min(times))


def _resting(number: PhoneNumber) -> str:
    return PhoneNumber.objects.get(pk=number.pk).status_reason


@pytest.mark.case("F44")
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("rows", "many"), [(60, 4), pytest.param(1000, 8, marks=NIGHTLY)])
def test_senders_share_the_rows_and_send_each_once(cast, meta, rows: int, many: int) -> None:
    PhoneNumber.objects.update(throughput="HIGH")
    sent = queue_up(cast, messages=rows, threads=rows // 5)
    began = time.monotonic()
    with senders(many):
        wait_until_quiet(100)
    print(f"{rows} messages in {time.monotonic() - began:.1f} s")
    assert in_order_of_their_threads(meta, sent)


@pytest.mark.case("F45")
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("count", "many", "latency_ms"),
    [(12, 3, [0, 40]), pytest.param(50, 8, [0, 500], marks=NIGHTLY)],
)
def test_a_conversation_keeps_its_order_under_many_senders(
    cast, meta, count: int, many: int, latency_ms: list[int]
) -> None:
    meta.control(latency_ms=latency_ms)
    meta.fault("error", code=131016, chance=0.1)
    sent = queue_up(cast, messages=count, threads=1)
    with senders(many):
        wait_until_quiet(150, meanwhile=lambda: time_passes(0.2))
    assert [one["opaque"] for one in meta.accepts()] == [str(one.pk) for one in sent]


@pytest.mark.case("F41")
def test_a_number_that_meta_does_not_know_any_more_pauses_and_receives(cast, meta) -> None:
    (message,) = queue_up(cast, messages=1, threads=1)
    meta.fault("error", code=100, subcode=33)
    with senders(1):
        wait_for(lambda: PhoneNumber.objects.get().status == NumberStatus.ERROR)
    number = PhoneNumber.objects.get()
    assert (number.status_reason, bool(number.status_message)) == ("restricted", True)
    assert Message.objects.get(pk=message.pk).status == "queued"
    assert says(number, "still there?").conversation_id in Conversation.objects.values_list(
        "pk", flat=True
    )
