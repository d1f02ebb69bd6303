"""Targets beside a conversation: what is due, from what really happened in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.actions.hours import Schedule, create_hours
from accounts.actions.targets import Target, create_target
from accounts.models import Team
from accounts.opening import spans_of
from inbox import outgoing
from inbox.actions import conversations, ownership
from inbox.actions.importing import import_outbound
from inbox.message_status import Status
from inbox.models import Conversation
from tests.cast import by, says, with_assistant

pytestmark = pytest.mark.once
TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def due(cast, browser):
    """What the pane says is due, so many minutes after ten."""

    def seen(thread: Conversation, minutes: float) -> list[str]:
        with time_machine.travel(TEN + timedelta(minutes=minutes), tick=False):
            page = browser(cast.amina).get(f"/inbox/{thread.pk}/").content.decode()
        pane = page.split('id="panel"')[1].split(">Labels<")[0]
        return re.findall(r"<span>((?:First reply|Reply|To be)[^<]*)</span>", pane)

    return seen


def a_target(cast, **fields) -> None:
    target = Target(**{"in_business_hours": False} | fields)
    create_target(cast.organization.pk, target, by=by(cast.ada), at=TEN)


def answers(thread: Conversation, cast, minutes: float, status: Status = Status.SENT) -> None:
    at = TEN + timedelta(minutes=minutes)
    how: dict[str, Any] = {
        "by": by(cast.amina),
        "at": at,
        "status": status,
        "wamid": f"wamid.{minutes}",
    }
    import_outbound(thread.pk, outgoing.text("Yes"), **how)


def wrote(cast, minutes: float = 0) -> Conversation:
    message = says(cast.number, at=TEN + timedelta(minutes=minutes))
    return Conversation.objects.get(pk=message.conversation_id)


def test_a_thread_from_the_first_message_to_the_second_close(cast, due):
    a_target(cast, first_reply_minutes=60, next_reply_minutes=20, resolution_minutes=240)
    thread = wrote(cast)
    assert due(thread, 5) == ["First reply due 11:00", "To be closed by 14:00"]
    answers(thread, cast, 10, Status.FAILED)
    assert due(thread, 61) == ["First reply late since 11:00", "To be closed by 14:00"]
    answers(thread, cast, 62)
    assert due(thread, 63) == ["To be closed by 14:00"]
    wrote(cast, 70)
    wrote(cast, 75)
    assert due(thread, 76) == ["Reply due 11:30", "To be closed by 14:00"]
    conversations.close(thread.pk, by=by(cast.amina), at=TEN + timedelta(minutes=80))
    assert due(thread, 81) == []
    wrote(cast, 90)
    assert due(thread, 91) == ["First reply due 12:30", "To be closed by 15:30"]


def test_nothing_is_due_while_the_assistant_has_it_and_then_from_its_call(cast, due):
    a_target(cast, first_reply_minutes=60)
    with_assistant(cast.number)
    thread = wrote(cast)
    assert due(thread, 5) == []
    called = TEN + timedelta(minutes=30)
    ownership.request_handoff(thread.pk, reason="customer_asked", by=by(cast.ada), at=called)
    assert due(thread, 31) == ["First reply due 11:00"]  # nobody has answered at all


def test_the_narrowest_target_counts(cast, due):
    team = Team.objects.create(organization=cast.organization, name="Repairs")
    thread = wrote(cast)
    a_target(cast, first_reply_minutes=60)
    assert due(thread, 5) == ["First reply due 11:00"]
    a_target(cast, first_reply_minutes=30, phone_number_id=cast.number.pk)
    a_target(cast, first_reply_minutes=15, team_id=team.pk)
    assert due(thread, 5) == ["First reply due 10:30"]
    Conversation.objects.filter(pk=thread.pk).update(team=team)
    assert due(thread, 5) == ["First reply due 10:15"]


def test_a_target_in_opening_hours_goes_by_team_then_number_then_default(cast, due):
    def hours(name: str, line: str, **whose) -> None:
        week = (spans_of(line),) * 5 + ((), ())
        schedule = Schedule(name, "UTC", week, **whose)
        create_hours(cast.organization.pk, schedule, by=by(cast.ada), at=TEN)

    a_target(cast, first_reply_minutes=30, in_business_hours=True)
    thread = wrote(cast)
    assert due(thread, 5) == ["First reply due 10:30"]
    hours("Late", "12:00-13:00", is_default=True)
    assert due(thread, 5) == ["First reply due 12:30"]
    hours("Later", "14:00-15:00", numbers=frozenset({cast.number.pk}))
    assert due(thread, 5) == ["First reply due 14:30"]
    team = Team.objects.create(organization=cast.organization, name="Repairs")
    hours("Early", "08:00-09:00", teams=frozenset({team.pk}))
    Conversation.objects.filter(pk=thread.pk).update(team=team)
    assert due(thread, 5) == ["First reply due Tue 24 Nov, 08:30"]
