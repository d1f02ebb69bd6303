"""Who sees a conversation: theirs, their teams', nobody's, and what they closed themselves."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from inbox.sight import EVERYTHING, Holder, Sight, holder_in

ME, OTHER, MY_TEAM, OTHER_TEAM = (UUID(int=n) for n in range(1, 5))
MINE = Sight(ME, frozenset({MY_TEAM}))


@pytest.mark.parametrize(
    ("holder", "seen"),
    [
        (Holder(), True),
        (Holder(ME), True),
        (Holder(OTHER), False),
        (Holder(None, MY_TEAM), True),
        (Holder(None, OTHER_TEAM), False),
        (Holder(OTHER, MY_TEAM), True),
        (Holder(ME, OTHER_TEAM), True),
        (Holder(OTHER, OTHER_TEAM, last_assignee_id=ME), False),
        (Holder(last_assignee_id=OTHER), True),
        (Holder(closed=True), True),
        (Holder(closed=True, last_assignee_id=ME), True),
        (Holder(closed=True, last_assignee_id=OTHER), False),
        (Holder(None, MY_TEAM, closed=True, last_assignee_id=OTHER), True),
        (Holder(None, OTHER_TEAM, closed=True, last_assignee_id=ME), False),
    ],
)
def test_an_agent_with_limits_sees(holder: Holder, seen: bool) -> None:
    assert MINE.sees(holder) is seen
    assert EVERYTHING.sees(holder)


def test_an_event_carries_whose_a_conversation_was() -> None:
    for holder in (Holder(), Holder(uuid4(), uuid4(), closed=True, last_assignee_id=uuid4())):
        assert holder_in(holder.as_data()) == holder
    assert holder_in({"reason": "claimed"}) is None
