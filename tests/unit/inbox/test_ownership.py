"""Whose a thread is that two became."""

from __future__ import annotations

from uuid import UUID

import pytest

from inbox.ownership import Handoff, Mode, Ownership, joined

AMINA, BEN = UUID(int=1), UUID(int=2)
ASSISTANT = Ownership(Mode.AI, Handoff.NONE, 3)
PEOPLE = Ownership(Mode.HUMAN, Handoff.NONE, 4)
QUEUED = Ownership(Mode.HUMAN, Handoff.QUEUED, 5)
PHONE = Ownership(Mode.HUMAN, Handoff.ASSIGNED, 6, by_phone=True)
AMINAS = Ownership(Mode.HUMAN, Handoff.ASSIGNED, 7, AMINA)
BENS = Ownership(Mode.HUMAN, Handoff.NONE, 8, BEN)


@pytest.mark.parametrize(
    ("elder", "younger", "newer", "closed", "wanted"),
    [
        (ASSISTANT, PEOPLE, False, False, None),
        (PEOPLE, ASSISTANT, False, False, None),
        (ASSISTANT, QUEUED, False, False, QUEUED),
        (QUEUED, ASSISTANT, False, False, None),
        (QUEUED, BENS, True, False, BENS),
        (AMINAS, QUEUED, False, False, None),
        (AMINAS, BENS, True, False, BENS),
        (AMINAS, BENS, False, False, None),
        (AMINAS, PHONE, True, False, PHONE),
        (PEOPLE, ASSISTANT, False, True, ASSISTANT),  # the customer opened it again
    ],
)
def test_a_person_goes_before_the_queue_and_that_before_the_rest(
    elder: Ownership, younger: Ownership, newer: bool, closed: bool, wanted: Ownership | None
) -> None:
    found = joined(elder, younger, younger_is_newer=newer, elder_is_closed=closed)
    if wanted is None or found is None:
        assert found is wanted
        return
    assert (found.state, found.assignee_id, found.by_phone) == (
        wanted.state,
        wanted.assignee_id,
        wanted.by_phone,
    )
    assert found.epoch > max(elder.epoch, younger.epoch)
