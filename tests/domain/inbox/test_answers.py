"""To whom a thread answers, when number and user id change and the news come in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from accounts.models import Event
from inbox import handlers
from inbox.models import Contact, Conversation, Identity, MergeSuggestion, Message
from tests.cast import DORA, Cast, a_text_webhook, arrives, payload, wire
from webhooks.works import Work
from whatsapp import inbound

NEW, NEWER = "12025550166", "12025550177"
MET = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
CAME = MET + timedelta(hours=2)


def text(wa_id: str, minutes: int) -> dict[str, Any]:
    at = MET + timedelta(minutes=minutes)
    return a_text_webhook(wa_id=wa_id, at=at, wamid=f"wamid.{wa_id}.{minutes}")


def changed(old: str, new: str, minutes: int) -> dict[str, Any]:
    """Meta's notice that the number changed; no user id is told."""
    body = payload("system_number_changed")
    [message] = body["entry"][0]["changes"][0]["value"]["messages"]
    message |= {"from": old, "timestamp": str(int((MET + timedelta(minutes=minutes)).timestamp()))}
    message["system"] = {"type": "user_changed_number", "body": "changed", "wa_id": new}
    return body


def arrive(cast: Cast, *bodies: dict[str, Any]) -> None:
    for body in bodies:
        arrives(cast.number, body, at=CAME)


def answered() -> str:
    return Conversation.objects.get().identity.value


@pytest.mark.case("F79", "F85")
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_any_order_the_answers_follow_the_number(cast: Cast, order: tuple[int, ...]) -> None:
    arrive(cast, text(DORA, 0))
    bodies = [text(DORA, 5), changed(DORA, NEW, 10), text(DORA, 9)]
    arrive(cast, *(bodies[place] for place in order), *bodies)
    assert answered() == NEW
    arrive(cast, text(NEW, 15), changed(NEW, NEWER, 20), *bodies)
    assert answered() == NEWER


@pytest.mark.case("F85")
def test_who_writes_from_the_number_after_its_change_is_answered_there(cast: Cast) -> None:
    arrive(cast, text(DORA, 0), changed(DORA, NEW, 10), text(DORA, 11))
    assert answered() == DORA


@pytest.mark.case("F85")
def test_a_number_that_went_and_came_back_makes_no_circle(cast: Cast) -> None:
    arrive(cast, text(DORA, 0), changed(DORA, NEW, 10), changed(NEW, DORA, 20), text(DORA, 5))
    assert answered() == DORA


@pytest.mark.case("F79")
def test_a_change_that_is_told_twice_is_one_line(cast: Cast) -> None:
    arrive(cast, text(DORA, 0), changed(DORA, NEW, 10), text(DORA, 5), changed(DORA, NEW, 10))
    assert Event.objects.filter(kind="contact.identity_changed").count() == 1


@pytest.mark.case("F79")
def test_in_one_transaction_a_change_goes_before_what_was_written_after_it(cast: Cast) -> None:
    arrive(cast, text(DORA, 0))
    bodies = [text(NEW, 12), changed(DORA, NEW, 10)]
    items = [item for body in bodies for item in inbound.parse(wire(body))]
    handlers.apply(
        [handlers.Addressed(cast.number, Work(0, CAME, "", item, 0, 1)) for item in items]
    )
    assert answered() == NEW
    assert Contact.objects.count() == 1


@pytest.mark.case("F79", "F85")
@pytest.mark.parametrize(("wrote", "people"), [(12, 1), (8, 2)])
def test_who_wrote_from_the_new_number_before_its_change_is_somebody_else(
    cast: Cast, wrote: int, people: int
) -> None:
    """What was written since the change is the same person's; nobody else is merged silently."""
    arrive(cast, text(DORA, 0), text(NEW, wrote), changed(DORA, NEW, 10))
    assert (Contact.objects.count(), Conversation.objects.count()) == (people, people)
    holders = Identity.objects.filter(value__in=[DORA, NEW]).values_list("contact", flat=True)
    pairs = [{one.one_id, one.other_id} for one in MergeSuggestion.objects.all()]
    assert pairs == ([set(holders)] if people == 2 else [])


@pytest.mark.case("F79")
def test_the_old_number_is_theirs_who_wrote_first_from_the_new_one(cast: Cast) -> None:
    arrive(cast, text(NEW, 12), changed(DORA, NEW, 10), text(DORA, 0))
    assert answered() == NEW
    assert Message.objects.filter(conversation=Conversation.objects.get()).count() == 2
