"""Sending later: what happens at its time, whatever happened before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions import conversations, firing, ownership, scheduling
from inbox.actions.outbox import claim
from inbox.actions.rewriting import rewrite
from inbox.actions.sending import cancel, send
from inbox.message_status import Status
from inbox.models import Contact, Conversation, Message
from inbox.schedule import IfChanged, IfClosed
from tests.cast import Cast, a_conversation, by, says, with_assistant

LATER = outgoing.text("Good morning")
TEMPLATE = outgoing.Outgoing(
    type="template",
    content=outgoing.frozen_content("We are open again."),
    payload={"type": "template", "template": {"name": "open", "language": {"code": "en"}}},
    preview="We are open again.",
    free_form=False,
    template_name="open",
    template_language="en",
    template_category="UTILITY",
)


def planned(thread: Conversation, cast: Cast, *, hours: float = 1, **how: Any) -> Message:
    """Amina schedules a text; it is due in so many hours."""
    at = timezone.now()
    choices = {"if_window_closed": IfClosed.HOLD, "if_changed": IfChanged.HOLD} | how
    what = choices.pop("outgoing", LATER)
    later = scheduling.Later(at + timedelta(hours=hours), **choices)
    return scheduling.schedule(thread.pk, what, later, by=by(cast.amina), at=at)


def comes(message: Message) -> Message:
    """Its time comes."""
    Message.objects.filter(pk=message.pk).update(scheduled_at=timezone.now())
    firing.fire_due()
    return Message.objects.get(pk=message.pk)


def window_closes(thread: Conversation) -> None:
    before = timezone.now() - timedelta(hours=25)
    Conversation.objects.filter(pk=thread.pk).update(window_opened_at=before)


def test_what_is_scheduled_waits_and_stands_in_nobodys_way(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    waiting = planned(thread, cast)
    now = send(thread.pk, outgoing.text("Now"), by=by(cast.amina), at=timezone.now())
    assert firing.fire_due() == 0
    assert [one.message_id for one in claim(5)] == [now.pk]
    assert Message.objects.get(pk=waiting.pk).status == Status.SCHEDULED


def test_at_its_time_it_goes_as_the_newest_message(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    message = comes(planned(thread, cast))
    thread.refresh_from_db()
    assert (message.status, message.in_thread) == (Status.QUEUED, True)
    assert (thread.last_message_id, thread.status) == (message.pk, "pending_customer")
    assert [one.message_id for one in claim(5)] == [message.pk]


def test_it_fires_once(cast: Cast) -> None:
    message = comes(planned(a_conversation(cast.number), cast))
    assert firing.fire_due() == 0
    assert len(claim(5)) == 1
    assert Message.objects.get(pk=message.pk).status == Status.SENDING


def test_it_does_not_overtake_what_was_queued_before_its_time(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    waiting = planned(thread, cast)
    earlier = send(thread.pk, outgoing.text("First"), by=by(cast.amina), at=timezone.now())
    assert comes(waiting).status == Status.SCHEDULED
    cancel(earlier.pk, by=by(cast.amina), at=timezone.now())
    assert comes(waiting).status == Status.QUEUED


CUSTOMER_WROTE = [
    (IfChanged.HOLD, Status.HELD),
    (IfChanged.FAIL, Status.FAILED),
    (IfChanged.SEND, Status.QUEUED),
]


@pytest.mark.parametrize(("chosen", "status"), CUSTOMER_WROTE)
def test_when_the_customer_wrote_before_its_time(cast: Cast, chosen, status: Status) -> None:
    thread = a_conversation(cast.number)
    waiting = planned(thread, cast, if_changed=chosen)
    says(cast.number, "Never mind")
    assert comes(waiting).status == status


def test_when_a_colleague_has_it_now_the_person_is_asked(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    waiting = planned(thread, cast)
    ownership.take_over(thread.pk, by=by(cast.ben), at=timezone.now())
    message = comes(waiting)
    assert (message.status, message.hold["code"]) == (Status.HELD, "owner_changed")


CLOSED: list[tuple[IfClosed, Status, str]] = [
    (IfClosed.HOLD, Status.HELD, "text"),
    (IfClosed.FAIL, Status.FAILED, "text"),
    (IfClosed.TEMPLATE, Status.QUEUED, "template"),
]


@pytest.mark.parametrize(("chosen", "status", "kind"), CLOSED)
def test_when_the_window_is_closed_then(cast: Cast, chosen, status: Status, kind: str) -> None:
    thread = a_conversation(cast.number)
    instead = TEMPLATE if chosen is IfClosed.TEMPLATE else None
    waiting = planned(thread, cast, if_window_closed=chosen, instead=instead)
    window_closes(thread)
    message = comes(waiting)
    assert (message.status, message.type) == (status, kind)
    assert message.in_thread == (status != Status.HELD)


def test_who_was_blocked_meanwhile_gets_nothing_and_the_thread_says_so(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    waiting = planned(thread, cast)
    Contact.objects.update(blocked_at=timezone.now())
    message = comes(waiting)
    assert (message.status, message.failure["code"]) == (Status.FAILED, "RECIPIENT_BLOCKED")
    assert message.in_thread


def test_in_the_assistants_hands_it_goes_as_the_persons_and_takes_nothing_over(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    ownership.take_over(thread.pk, by=by(cast.amina), at=timezone.now())
    waiting = planned(thread, cast)
    ownership.give_back(thread.pk, by=by(cast.amina), at=timezone.now(), keep_scheduled=True)
    message = comes(waiting)
    thread.refresh_from_db()
    assert (message.status, message.sender_name) == (Status.QUEUED, "Amina")
    assert (thread.mode, thread.assignee) == ("ai", None)


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(days=60, minutes=-1), None),
        (timedelta(days=60, minutes=1), "SCHEDULE_TOO_FAR"),
        (timedelta(minutes=-2), "VALIDATION_ERROR"),
    ],
)
def test_at_most_sixty_days_ahead_and_not_in_the_past(cast: Cast, ahead, code) -> None:
    thread = a_conversation(cast.number)
    hours = ahead.total_seconds() / 3600
    if code is None:
        assert planned(thread, cast, hours=hours).status == Status.SCHEDULED
    else:
        with pytest.raises(Refused, match=code):
            planned(thread, cast, hours=hours)


def test_scheduling_changes_no_owner(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    planned(thread, cast)
    thread.refresh_from_db()
    assert (thread.mode, thread.last_message_direction) == ("ai", "inbound")


def test_sending_it_now_takes_over_like_any_answer(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    message = scheduling.send_now(planned(thread, cast).pk, by=by(cast.ben), at=timezone.now())
    thread.refresh_from_db()
    assert (message.status, thread.assignee) == (Status.QUEUED, cast.ben)


def test_sending_a_held_one_now_needs_an_open_window(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    waiting = planned(thread, cast)
    window_closes(thread)
    comes(waiting)
    with pytest.raises(Refused, match="SESSION_EXPIRED"):
        scheduling.send_now(waiting.pk, by=by(cast.amina), at=timezone.now())
    assert Message.objects.get(pk=waiting.pk).status == Status.HELD


def test_another_time_for_a_held_one_counts_what_happened_as_known(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    waiting = planned(thread, cast)
    says(cast.number, "Never mind")
    comes(waiting)
    at: datetime = timezone.now()
    scheduling.reschedule(
        waiting.pk, scheduled_at=at + timedelta(hours=1), by=by(cast.amina), at=at
    )
    assert comes(waiting).status == Status.QUEUED


@pytest.mark.parametrize("leave", [conversations.close, ownership.give_back])
def test_who_leaves_is_asked_about_what_is_scheduled(cast: Cast, leave) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    ownership.take_over(thread.pk, by=by(cast.amina), at=timezone.now())
    waiting = planned(thread, cast)
    how: dict[str, Any] = {"by": by(cast.amina), "at": timezone.now()}
    with pytest.raises(Refused, match="SCHEDULED_PENDING"):
        leave(thread.pk, keep_scheduled=None, **how)
    leave(thread.pk, keep_scheduled=False, **how)
    assert Message.objects.get(pk=waiting.pk).status == Status.CANCELLED


def test_an_edit_is_of_the_same_row_until_somebody_claims_it(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    message = send(thread.pk, LATER, by=by(cast.amina), at=timezone.now())
    rewrite(message.pk, text="Good evening", by=by(cast.amina), at=timezone.now())
    assert claim(1)[0].payload["text"]["body"] == "Good evening"
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        rewrite(message.pk, text="Too late", by=by(cast.amina), at=timezone.now())
    thread.refresh_from_db()
    assert thread.last_message_preview == "Good evening"
