"""What the benchmark makes of what it measured."""

from __future__ import annotations

import json

import pytest

from bench import sending
from bench.report import Figure, as_json, machine, percentile
from inbox.drains import SENDERS


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 99, 0.0), ([7.0], 50, 7.0), ([1.0, 2.0, 3.0], 50, 2.0), (list(range(101)), 99, 99)],
)
def test_a_percentile_is_the_value_below_which_so_many_lie(values, percent, expected) -> None:
    assert percentile(values, percent) == expected


def test_a_ratio_of_1_is_as_good_as_the_bare_baseline() -> None:
    assert Figure("s", "rate", 300, "/s", 600).ratio == 0.5
    assert Figure("s", "time", 30, "ms", 15, more_is_better=False).ratio == 0.5


@pytest.mark.parametrize("baseline", [None, 0])
def test_without_a_baseline_there_is_no_ratio(baseline) -> None:
    assert Figure("s", "rate", 300, "/s", baseline).ratio is None


def test_a_run_is_written_with_its_machine_and_ratios() -> None:
    run = json.loads(as_json(machine(), [Figure("s", "rate", 300, "/s", 600)]))
    assert run["machine"]["cores"] > 0
    assert run["figures"][0]["ratio"] == 0.5


def test_the_bare_loop_has_as_many_threads_as_the_outbox() -> None:
    assert sending.SENDERS == SENDERS
