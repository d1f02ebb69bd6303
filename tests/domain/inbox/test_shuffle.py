"""A thread in any order, in any bodies, any number of times, is the thread as it happened."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from itertools import count, pairwise, permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import PhoneNumber
from tests.cast import a_number, an_organization
from tests.domain.inbox.delivering import delivered
from tests.lives import (
    BORN,
    HAPPENINGS,
    Life,
    Thing,
    a_body,
    a_life,
    prepared,
    shown,
    with_our_ids,
)

AFTERWARDS = BORN + timedelta(hours=6)
KINDS = list(HAPPENINGS)
SMALL_LIVES = (
    "reaction reaction_removed",
    "image reaction reaction",
    "answer reaction reaction_removed",
    "echo reaction text",
    "quote_of_unknown image text",
    "answer quote_of_ours image",
    "answer status status status",
    "lost_answer status status status",
    "echo status text",
    "echo echo answer reaction",
    "text quote",
    "echo quote",
    "image quote quote",
    "text quote revoke",
    "text edit edit",
    "text edit revoke",
    "image revoke",
    "echo echo_edit",
    "echo echo_revoke",
    "new_number text",
    "new_number",
    "stranger new_number text",
    "stranger new_number text new_number text",
    "new_number text new_number text",
    "new_number reaction quote edit",
    "new_number echo quote",
    "answer new_number status quote_of_ours",
)

pytestmark = pytest.mark.once

_numbers = count()


def a_shop() -> PhoneNumber:
    """A number of an organization of its own: many tellings in one database."""
    n = next(_numbers)
    return a_number(an_organization(), waba_id=f"1{n:06}", meta_phone_number_id=f"2{n:06}")


def told(life: Life, things: list[Thing], cuts: set[int] | None = None) -> dict[str, Any]:
    """What is shown after the delivery of these, a new body beginning at each cut."""
    number = a_shop()
    named = {
        "waba_id": number.account.waba_id,
        "phone_number_id": number.meta_phone_number_id,
    }
    things = with_our_ids(things, prepared(number, life))
    edges = sorted({0, len(things)} | {cut for cut in cuts or set() if cut < len(things)})
    bodies = [things[start:end] for start, end in pairwise(edges)]
    delivered(*(a_body(body, **named) for body in bodies), at=AFTERWARDS)
    return shown(number, AFTERWARDS)


SUPPRESSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@st.composite
def tellings(draw, kinds: list[str], longest: int) -> tuple[Life, list[Thing], set[int]]:
    """A life, and an order of its items with repeats and cuts."""
    lived = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=longest))
    life = a_life(["text", *lived], lambda options: draw(st.sampled_from(options)))
    everything = range(len(life.things))
    order = list(draw(st.permutations(everything)))
    order += draw(st.lists(st.sampled_from(everything), max_size=6))
    cuts = draw(st.sets(st.integers(1, len(order))))
    return life, [life.things[n] for n in order], cuts


@pytest.mark.django_db
@pytest.mark.case("F79", "F80", "F81", "F82")
@pytest.mark.timeout(300)
@settings(max_examples=15, suppress_health_check=SUPPRESSED)
@given(tellings(KINDS, 14))
def test_any_telling_of_a_life_shows_the_same_thread(telling) -> None:
    life, things, cuts = telling
    assert told(life, things, cuts) == told(life, life.things)


@pytest.mark.django_db
@pytest.mark.nightly
@pytest.mark.case("F79", "F80", "F81", "F82")
@pytest.mark.timeout(1800)
@settings(max_examples=500, suppress_health_check=SUPPRESSED)
@given(tellings(KINDS, 40))
def test_any_telling_of_a_long_life_shows_the_same_thread(telling) -> None:
    life, things, cuts = telling
    assert told(life, things, cuts) == told(life, life.things)


@pytest.mark.django_db
@pytest.mark.case("F79", "F80", "F81", "F82")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kinds", SMALL_LIVES)
@pytest.mark.parametrize("most", [4, pytest.param(5000, marks=pytest.mark.nightly)])
def test_every_order_of_a_small_life_shows_the_same_thread(kinds: str, most: int) -> None:
    """A change meets some of the orders, each change others; the night meets all of them."""
    life = a_life(["text", *kinds.split()], random.Random(kinds).choice)
    as_it_happened = told(life, life.things)
    orders = list(permutations(life.things))
    chance = random.Random(os.environ.get("FAULT_SEED", "1") + kinds)
    for order in chance.sample(orders, min(most, len(orders))):
        shuffled = list(order)
        assert told(life, shuffled, {len(shuffled) // 2}) == as_it_happened, order
    assert told(life, [*life.things, *life.things]) == as_it_happened


@pytest.mark.django_db
@pytest.mark.case("F79")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("orders", [2, pytest.param(50, marks=pytest.mark.nightly)])
def test_two_hundred_items_in_random_orders_show_the_same_thread(orders: int) -> None:
    chance = random.Random(os.environ.get("FAULT_SEED", "1"))
    life = a_life(["text", *(chance.choice(KINDS) for _ in range(280))], chance.choice)
    assert len(life.things) >= 200
    as_it_happened = told(life, life.things)
    assert len(as_it_happened["bubbles"]) > 80
    for _ in range(orders):
        shuffled = [*life.things, *chance.sample(life.things, 60)]
        chance.shuffle(shuffled)
        assert told(life, shuffled, set(chance.sample(range(260), 40))) == as_it_happened
