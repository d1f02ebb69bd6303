"""Put aside until a time: out of sight, and back by its time, by the customer, or by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from accounts.refusals import Refused
from inbox import list_views
from inbox.actions.conversations import close, reopen, wait_for_customer
from inbox.actions.ownership import request_handoff
from inbox.actions.sending import send
from inbox.actions.snoozing import snooze_conversation, wake_due
from inbox.models import Conversation
from inbox.outgoing import text
from tests.cast import Cast, a_conversation, by, says

HOUR = timedelta(hours=1)


def views_of(cast: Cast, thread: Conversation) -> set[str]:
    rows = Conversation.objects.filter(pk=thread.pk)
    return {one for one in list_views.VIEWS if list_views.in_view(rows, one, cast.amina).exists()}


def snoozed(cast: Cast, *, until: timedelta = HOUR) -> Conversation:
    thread = a_conversation(cast.number, assigned_to=cast.amina)
    at = timezone.now()
    return snooze_conversation(thread.pk, until=at + until, by=by(cast.amina), at=at)


def fresh(thread: Conversation) -> Conversation:
    return Conversation.objects.get(pk=thread.pk)


def let_pass(thread: Conversation) -> None:
    """Its time has come."""
    past = timezone.now() - timedelta(seconds=1)
    Conversation.objects.filter(pk=thread.pk).update(snoozed_until=past)


def told(thread: Conversation) -> list[tuple[str | None, str | None]]:
    rows = Event.objects.filter(conversation=thread.pk, kind="conversation.status_changed")
    return [(one.data["status"], one.data.get("reason")) for one in rows.order_by("seq")]


def test_it_is_out_of_every_other_view_and_keeps_its_owner(cast: Cast) -> None:
    thread = snoozed(cast)
    assert views_of(cast, thread) == {"snoozed"}
    assert (fresh(thread).assignee, fresh(thread).status) == (cast.amina, "snoozed")
    assert wake_due() == 0
    assert list_views.counts(cast.amina).unread == 0


def test_at_its_time_it_is_back_on_top_with_the_reason_until_somebody_writes(cast: Cast) -> None:
    thread = snoozed(cast)
    other = a_conversation(cast.number, wa_id="12025550177")
    let_pass(thread)
    assert (wake_due(), wake_due()) == (1, 0)
    row = fresh(thread)
    assert views_of(cast, thread) == {"open", "mine"}
    assert (row.snoozed_until, row.assignee) == (None, cast.amina)
    assert row.woken_at == row.last_activity_at > other.last_activity_at
    assert told(thread) == [("snoozed", None), ("open", "snooze_over")]
    send(thread.pk, text("And?"), by=by(cast.amina), at=timezone.now())
    assert fresh(thread).woken_at is None


def test_the_customer_brings_it_back_at_once(cast: Cast) -> None:
    thread = snoozed(cast)
    says(cast.number, "Any news?", at=timezone.now())
    assert views_of(cast, thread) == {"open", "mine"}
    assert (fresh(thread).snoozed_until, wake_due()) == (None, 0)


def test_an_answer_leaves_it_snoozed(cast: Cast) -> None:
    thread = snoozed(cast)
    send(thread.pk, text("We ask the maker."), by=by(cast.amina), at=timezone.now())
    assert views_of(cast, thread) == {"snoozed"}


def test_a_person_has_it_back_by_hand_and_by_another_time(cast: Cast) -> None:
    thread = snoozed(cast)
    at = timezone.now()
    snooze_conversation(thread.pk, until=at + 5 * HOUR, by=by(cast.ben), at=at)
    assert fresh(thread).snoozed_until == at + 5 * HOUR
    reopen(thread.pk, by=by(cast.ben), at=at)
    assert (fresh(thread).status, fresh(thread).assignee) == ("open", cast.amina)
    assert told(thread)[-1] == ("open", "woken")


@pytest.mark.parametrize("end", [close, wait_for_customer])
def test_another_status_ends_the_snooze(cast: Cast, end) -> None:
    thread = snoozed(cast)
    end(thread.pk, by=by(cast.amina), at=timezone.now())
    assert (fresh(thread).snoozed_until, wake_due()) == (None, 0)


def test_whoever_waits_for_a_person_is_seen(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    Conversation.objects.filter(pk=thread.pk).update(mode="ai", handoff_state="none")
    at = timezone.now()
    snooze_conversation(thread.pk, until=at + HOUR, by=by(cast.amina), at=at)
    request_handoff(thread.pk, reason="customer_asked", by=by(cast.ben), at=at)
    assert "waiting" in views_of(cast, thread)


@pytest.mark.parametrize("until", [timedelta(0), -HOUR, timedelta(days=366)])
def test_a_time_that_cannot_be_is_refused_and_nothing_changes(cast: Cast, until) -> None:
    with pytest.raises(Refused) as refusal:
        snoozed(cast, until=until)
    assert (refusal.value.code, refusal.value.field) == ("VALIDATION_ERROR", "snoozed_until")
    assert Conversation.objects.get().status == "open"


def test_what_is_closed_or_known_otherwise_is_refused(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    at = timezone.now()
    until, amina = at + HOUR, by(cast.amina)
    later = thread.version + 1
    with pytest.raises(Refused, match="changed meanwhile"):
        snooze_conversation(thread.pk, until=until, by=amina, at=at, expected_version=later)
    close(thread.pk, by=amina, at=at)
    with pytest.raises(Refused, match="Reopen it first"):
        snooze_conversation(thread.pk, until=until, by=amina, at=at)
