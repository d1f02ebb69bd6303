"""Undo send: what has not left comes back, and with it what sending it had changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions.outbox import claim
from inbox.actions.sending import send
from inbox.actions.undoing import undo
from inbox.log_pages import shown_messages
from inbox.message_status import Status
from inbox.models import Conversation, Draft, Message
from tests.cast import Cast, a_conversation, by, with_assistant


def said(thread: Conversation, cast: Cast, text: str = "Hello", *, undo_s: int = 10) -> Message:
    """Amina sends a text that she can take back."""
    return send(thread.pk, outgoing.text(text), by=by(cast.amina), at=timezone.now(), undo_s=undo_s)


def time_passes(message: Message) -> None:
    over = timezone.now() - timedelta(seconds=1)
    Message.objects.filter(pk=message.pk).update(not_before=over, undo_until=over)


def test_until_then_nobody_claims_it(cast: Cast) -> None:
    message = said(a_conversation(cast.number), cast)
    assert claim(5) == []
    time_passes(message)
    assert [one.message_id for one in claim(5)] == [message.pk]


def test_two_in_a_row_keep_their_order(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    first, second = said(thread, cast), said(thread, cast, "and")
    time_passes(second)
    assert claim(5) == []
    time_passes(first)
    assert [one.message_id for one in claim(5)] == [first.pk]


def test_undone_it_is_gone_and_its_words_are_the_draft(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    before = dict(Conversation.objects.values().get(pk=thread.pk))
    message = undo(said(thread, cast).pk, by=by(cast.amina), at=timezone.now())
    assert message.status == Status.CANCELLED
    assert not shown_messages().filter(direction="outbound").exists()
    assert Draft.objects.get().text == "Hello"
    after = dict(Conversation.objects.values().get(pk=thread.pk))
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"updated_at", "owner_epoch", "version", "last_queued_id", "seen_count"} | {
        "receipt_due_wamid",
        "assigned_at",
        "last_assignee_id",
    }


def test_a_takeover_by_it_is_undone_too(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    message = said(thread, cast)
    thread.refresh_from_db()
    assert (thread.mode, thread.assignee) == ("human", cast.amina)
    epoch = thread.owner_epoch
    undo(message.pk, by=by(cast.amina), at=timezone.now())
    thread.refresh_from_db()
    assert (thread.mode, thread.assignee, thread.owner_epoch) == ("ai", None, epoch + 1)
    assert (thread.handoff_reason, thread.handoff_reasons) == ("", [])


def test_a_takeover_that_a_second_message_stands_on_stays(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    first = said(thread, cast)
    said(thread, cast, "and")
    undo(first.pk, by=by(cast.amina), at=timezone.now())
    thread.refresh_from_db()
    assert (thread.mode, thread.assignee) == ("human", cast.amina)


def test_what_is_on_its_way_cannot_be_undone(cast: Cast) -> None:
    message = said(a_conversation(cast.number), cast)
    time_passes(message)
    claim(1)
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        undo(message.pk, by=by(cast.amina), at=timezone.now())


def test_a_colleague_who_undoes_it_does_not_get_its_words(cast: Cast) -> None:
    message = said(a_conversation(cast.number), cast)
    undo(message.pk, by=by(cast.ben), at=timezone.now())
    assert not Draft.objects.exists()
