"""How many go into the outbox now, and when a campaign rests."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from campaigns import pace
from campaigns.personal import FIELDS, Known, values_for
from campaigns.status import MOVES, RecipientState, State, recipient_status, sources, status_of
from inbox.message_status import Status as MessageStatus

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)

QUIET = [
    (time(20), time(8), "2026-03-28T21:00+01:00", "2026-03-29T08:00+02:00"),  # the clocks change
    (time(20), time(8), "2026-03-28T07:59+01:00", "2026-03-28T08:00+01:00"),
    (time(20), time(8), "2026-03-28T08:00+01:00", None),
    (time(12), time(13), "2026-03-28T12:00+01:00", "2026-03-28T13:00+01:00"),
    (time(12), time(13), "2026-03-28T13:00+01:00", None),
    (time(12), time(12), "2026-03-28T12:00+01:00", None),
    (None, None, "2026-03-28T12:00+01:00", None),
]


@pytest.mark.parametrize(("begins", "ends", "at", "until"), QUIET)
def test_quiet_hours_are_those_of_the_clock_on_the_wall(begins, ends, at, until) -> None:
    rest = pace.rests_until(begins, ends, zone=BERLIN, at=datetime.fromisoformat(at))
    assert rest == (datetime.fromisoformat(until) if until else None)


@pytest.mark.parametrize("per_s", [1, 3, 20, 80])
@pytest.mark.parametrize("tick_ms", [200, 500, 1300])
def test_a_minute_holds_what_was_chosen(per_s: int, tick_ms: int) -> None:
    paid, total, at = None, 0, NOON
    while at < NOON + timedelta(minutes=1):
        count = pace.may_queue(per_s, paid, under_way=0, at=at, paced=True)
        paid = pace.bucket(per_s).after(paid, count, at=at)
        total += count
        at += timedelta(milliseconds=tick_ms)
    assert abs(total - 60 * per_s) <= max(0.05 * 60 * per_s, per_s * 1.5 + 1)


@pytest.mark.parametrize(
    ("per_s", "under_way", "count"), [(20, 100, 0), (20, 95, 5), (1, 0, 10), (77.6, 0, 100)]
)
def test_the_outbox_is_kept_short(per_s: float, under_way: int, count: int) -> None:
    assert pace.may_queue(per_s, None, under_way=under_way, at=NOON, paced=False) == count


def test_every_field_of_a_contact_can_be_said() -> None:
    known = Known("Dora Lindqvist", "+12025550001", "dora", "sv")
    said = values_for({}, {field: field for field in FIELDS}, {}, known=known)
    assert said == {
        "name": "Dora Lindqvist",
        "first_name": "Dora",
        "phone": "+12025550001",
        "username": "dora",
        "language": "sv",
    }


def test_the_table_of_states_has_no_way_back_from_the_end() -> None:
    for before, after in product(State, State):
        assert (before in sources(after)) == (after in MOVES[before])
    assert MOVES[State.CANCELLED] == frozenset()
    assert State.DRAFT not in frozenset().union(*MOVES.values())


def test_every_status_of_a_message_has_a_word_for_its_recipient() -> None:
    ours = set(MessageStatus) - {MessageStatus.RECEIVED}
    words = {recipient_status(RecipientState.QUEUED, one) for one in ours}
    assert words >= {"queued", "accepted", "read", "failed", "unconfirmed", "cancelled"}
    assert recipient_status(RecipientState.QUEUED, None) == "gone"
    assert status_of(State.LAUNCHED, finished_at=NOON) == "completed"
