"""Who has the thread, when the news of it come late: an older handover never wins."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from inbox.actions.ownership import give_back, request_handoff
from inbox.models import Conversation, Message
from inbox.ownership import OwnerState
from tests.cast import DORA, Cast, arrives, by, payload, says, with_assistant

NOW = timezone.now().replace(microsecond=0)


def typed_on_the_phone(at: datetime) -> dict[str, Any]:
    body = payload("echo_text")
    [echo] = body["entry"][0]["changes"][0]["value"]["message_echoes"]
    echo |= {"to": DORA, "timestamp": str(int(at.timestamp()))}
    return body


HANDOVERS = {
    "given back": lambda cast, thread: (
        Conversation.objects.filter(pk=thread).update(mode="human", handoff_state="none"),
        give_back(thread, by=by(cast.amina), at=NOW),
    ),
    "a person asked for": lambda cast, thread: request_handoff(
        thread, reason="customer_asked", by=by(cast.sara), at=NOW
    ),
}


@pytest.mark.case("F83")
@pytest.mark.parametrize("handover", HANDOVERS)
@pytest.mark.parametrize(("seconds", "wins"), [(-90, False), (-1, False), (0, True), (30, True)])
def test_what_was_typed_on_the_phone_before_a_handover_does_not_undo_it(
    cast: Cast, handover: str, seconds: int, wins: bool
) -> None:
    """Told by Meta in whole seconds: of the same second the phone has it, rather than both."""
    with_assistant(cast.number)
    thread = says(cast.number, at=NOW - timedelta(minutes=9)).conversation_id
    HANDOVERS[handover](cast, thread)
    before = Conversation.objects.get().ownership.state
    arrives(cast.number, typed_on_the_phone(NOW + timedelta(seconds=seconds)))
    after = Conversation.objects.get().ownership
    assert (after.by_phone, after.state) == (wins, OwnerState.HUMAN if wins else before)
    assert Message.objects.filter(sender_type="device").count() == 1


@pytest.mark.case("F83")
def test_what_comes_late_takes_over_from_an_assistant_that_nobody_gave_it_to(cast: Cast) -> None:
    with_assistant(cast.number)
    says(cast.number, at=NOW - timedelta(minutes=1))
    arrives(cast.number, typed_on_the_phone(NOW - timedelta(minutes=5)))
    assert Conversation.objects.get().owned_by_phone


def routed(kind: str, minutes_ago: int) -> dict[str, Any]:
    body = payload("handover_control_passed")
    value = body["entry"][0]["changes"][0]["value"]
    at = NOW - timedelta(minutes=minutes_ago)
    value |= {"type": kind, "timestamp": str(int(at.timestamp())), kind: value["control_passed"]}
    return body


@pytest.mark.case("F79")
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_newest_word_of_meta_says_who_answers(cast: Cast, order: tuple[int, ...]) -> None:
    bodies = [routed("control_taken", 9), routed("control_passed", 8), routed("control_taken", 7)]
    for place in order:
        arrives(cast.number, bodies[place])
        arrives(cast.number, bodies[place])
    assert Conversation.objects.get().observed
