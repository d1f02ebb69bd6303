"""The buckets of numbers and pairs, and the breaker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox import pacing
from inbox.pacing import PAIR, Narrowed, number_bucket
from tests.cast import T0


def after(seconds: float):
    return T0 + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("throughput", "coexistence", "per_s"),
    [("STANDARD", False, 80), ("HIGH", False, 1000), ("", False, 80), ("HIGH", True, 20)],
)
def test_a_number_sends_what_meta_allows_it(throughput: str, coexistence: bool, per_s: int) -> None:
    assert pacing.messages_per_s(throughput, coexistence=coexistence) == per_s


@pytest.mark.parametrize("per_s", [1, 7.5, 19.4, 77.6, 970])
@pytest.mark.parametrize("turn_s", [0.007, 0.03, 0.1])
def test_no_second_holds_more_than_the_rate_and_none_is_lost(per_s: float, turn_s: float) -> None:
    """However often somebody asks, calls leave evenly."""
    bucket, paid, at, leave = number_bucket(per_s), None, T0, []
    while at < after(10):
        count = bucket.free(paid, at=at)
        waits = bucket.delays_s(paid, count, at=at)
        leave += [(at - T0).total_seconds() + wait for wait in waits]
        paid = bucket.after(paid, count, at=at)
        at += timedelta(seconds=turn_s)
    assert len(leave) == pytest.approx(10 * per_s, abs=max(2, 0.15 * per_s))
    most = 1 + per_s * (1 + pacing.CATCH_UP_S)
    assert all(sum(x <= y < x + 1 for y in leave) <= most for x in leave[:: max(1, int(per_s))])


def test_one_message_of_a_person_waits_for_nothing() -> None:
    assert number_bucket(80).delays_s(None, 1, at=T0) == [0.0]
    assert number_bucket(80).delays_s(after(-9), 1, at=T0) == [0.0]


def test_one_customer_gets_44_at_once_and_then_one_in_six_seconds() -> None:
    assert PAIR.free(None, at=T0) == 44
    paid = PAIR.after(None, 44, at=T0)
    told = [PAIR.free(paid, at=after(seconds)) for seconds in (0, 5.9, 6, 12, 264, 900)]
    assert told == [0, 0, 1, 2, 44, 44]


def test_a_closed_pair_opens_for_one_at_its_moment() -> None:
    paid = PAIR.closed_until(after(16))
    assert [PAIR.free(paid, at=after(seconds)) for seconds in (15.9, 16, 22)] == [0, 1, 2]


def test_a_limit_halves_the_rate_once_and_half_a_minute_doubles_it() -> None:
    first = pacing.narrower(80, None, at=T0)
    assert first == Narrowed(38.8, T0)
    assert pacing.narrower(80, first, at=after(0.9)) == first
    assert pacing.narrower(80, first, at=after(2)).per_s == pytest.approx(20.3, abs=0.1)
    told = [pacing.rate(80, first, at=after(seconds)) for seconds in (0, 15, 30, 9000)]
    assert told == pytest.approx([38.8, 54.9, 77.6, 77.6], abs=0.1)


def test_no_limit_stops_a_number_altogether() -> None:
    assert pacing.narrower(80, Narrowed(1, T0), at=after(5)).per_s == 1


def test_five_calls_in_a_row_without_an_answer_open_the_breaker() -> None:
    silent, told = 0, []
    for answered in (False, False, False, False, True, False, False, False, False, False, False):
        silent = pacing.silent_after(silent, answered=answered)
        told.append(pacing.is_broken(silent))
    assert told == [False] * 9 + [True] * 2
    assert not pacing.is_broken(pacing.silent_after(silent, answered=True))


@pytest.mark.parametrize(
    ("senders", "numbers", "share"), [(80, 1, 48), (80, 2, 40), (80, 3, 26), (16, 0, 16), (1, 9, 1)]
)
def test_a_busy_number_holds_its_share_of_the_senders(senders, numbers, share) -> None:
    assert pacing.share(senders, numbers=numbers) == share
