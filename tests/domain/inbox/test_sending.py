"""The send transaction: what stops a message, and what an answer changes."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actors import Actor, bot
from accounts.events import last_seq
from accounts.models import NumberStatus, PhoneNumber
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions.guards import Guards
from inbox.actions.sending import cancel, retry, send
from inbox.message_status import Status
from inbox.models import Contact, Conversation, Message, Suggestion
from tests.cast import Cast, a_conversation, by, says, with_assistant

HELLO = outgoing.text("Hello")


def code_of(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_a_reply_in_the_window_is_queued(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    message = send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now())
    thread.refresh_from_db()
    assert (message.status, message.sender_name) == (Status.QUEUED, "Amina")
    assert (thread.status, thread.assignee) == ("pending_customer", cast.amina)


@pytest.mark.parametrize(("moved", "expected"), [(-1, None), (0, "SESSION_EXPIRED")])
def test_the_window_closes_on_the_second(cast: Cast, moved: int, expected: str | None) -> None:
    written = says(cast.number).conversation
    edge = Conversation.objects.get(pk=written.pk).window.expires_at
    assert edge is not None
    at = edge + timedelta(seconds=moved)
    if expected is None:
        assert send(written.pk, HELLO, by=by(cast.amina), at=at).pk
    else:
        assert code_of(lambda: send(written.pk, HELLO, by=by(cast.amina), at=at)) == expected
        assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.case("F49")
def test_the_same_form_token_sends_once(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    guards = Guards(form_token=uuid.uuid4())
    sent = {
        send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now(), guards=guards).pk
        for _ in range(5)
    }
    assert len(sent) == 1
    assert Message.objects.filter(direction="outbound").count() == 1


def test_a_known_token_gets_its_message_even_after_the_window_closed(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    guards = Guards(form_token=uuid.uuid4())
    first = send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now(), guards=guards)
    later = timezone.now() + timedelta(days=2)
    assert send(thread.pk, HELLO, by=by(cast.amina), at=later, guards=guards).pk == first.pk


@pytest.mark.case("F89")
def test_nobody_answers_over_a_line_they_have_not_seen(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    seen = last_seq(cast.organization.pk)
    newer = says(cast.number, "one more thing")
    guards = Guards(last_seen=seen)
    with pytest.raises(Refused) as refused:
        send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now(), guards=guards)
    assert refused.value.code == "NEWER_INBOUND"
    assert refused.value.data["message_ids"] == [str(newer.pk)]
    anyway = Guards(last_seen=seen, force=True)
    assert send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now(), guards=anyway).pk


@pytest.mark.case("F50")
def test_of_two_agents_the_second_reads_the_first(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    seen = Guards(last_seen=last_seq(cast.organization.pk))
    send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now(), guards=seen)
    second = lambda: send(  # noqa: E731
        thread.pk, HELLO, by=by(cast.ben), at=timezone.now(), guards=seen
    )
    assert code_of(second) in ("ASSIGNED_TO_OTHER", "NEWER_REPLY")
    assert Message.objects.filter(direction="outbound").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _: PhoneNumber.objects.update(status=NumberStatus.ERROR), "NUMBER_NOT_ACTIVE"),
        (lambda _: Contact.objects.update(blocked_at=timezone.now()), "RECIPIENT_BLOCKED"),
        (lambda _: Conversation.objects.update(observed=True), "STATE_CONFLICT"),
        (lambda c: Conversation.objects.update(assignee=c.ben), "ASSIGNED_TO_OTHER"),
    ],
)
def test_what_stops_a_send(cast: Cast, change, code: str) -> None:
    thread = a_conversation(cast.number)
    change(cast)
    assert code_of(lambda: send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now())) == code


def test_an_opt_out_stops_marketing_and_not_answers(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    Contact.objects.update(opted_out_at=timezone.now())
    promotion = outgoing.Outgoing(
        "template",
        {},
        {},
        "x",
        free_form=False,
        template_name="sale",
        template_category="MARKETING",
    )
    refused = code_of(lambda: send(thread.pk, promotion, by=by(cast.amina), at=timezone.now()))
    assert refused == "RECIPIENT_OPTED_OUT"
    assert send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now()).pk


def test_answering_takes_over_and_fences_the_assistant(cast: Cast) -> None:
    assistant = with_assistant(cast.number)
    thread = a_conversation(cast.number)
    assert (thread.mode, thread.owner_epoch) == ("ai", 0)
    robot = bot(assistant.pk, assistant.name)
    queued = send(
        thread.pk,
        outgoing.text("From the assistant"),
        by=robot,
        at=timezone.now(),
        guards=Guards(owner_epoch=0),
    )
    send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now())
    thread.refresh_from_db()
    queued.refresh_from_db()
    assert (thread.mode, thread.handoff_state, thread.owner_epoch) == ("human", "assigned", 1)
    assert queued.status == Status.CANCELLED
    late = lambda: send(  # noqa: E731
        thread.pk, HELLO, by=robot, at=timezone.now(), guards=Guards(owner_epoch=0)
    )
    assert code_of(late) == "STALE_EPOCH"


def test_a_cancelled_text_of_the_assistant_is_kept_until_somebody_answered(cast: Cast) -> None:
    assistant = with_assistant(cast.number)
    thread = a_conversation(cast.number)
    guards = Guards(owner_epoch=0)
    robot = bot(assistant.pk, assistant.name)
    send(thread.pk, outgoing.text("Kept"), by=robot, at=timezone.now(), guards=guards)
    send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now())
    assert Suggestion.objects.get().text == "Kept"


def test_an_integration_does_not_silence_the_assistant(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    send(thread.pk, HELLO, by=Actor("api", uuid.uuid4(), "Shop"), at=timezone.now())
    thread.refresh_from_db()
    assert (thread.mode, thread.owner_epoch, thread.status) == ("ai", 0, "open")


@pytest.mark.case("F87")
def test_sending_again_makes_one_linked_message(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    first = send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now())
    Message.objects.filter(pk=first.pk).update(status=Status.FAILED, status_rank=45)
    again = {retry(first.pk, by=by(cast.amina), at=timezone.now()).pk for _ in range(3)}
    assert len(again) == 1
    assert Message.objects.get(pk=again.pop()).retry_of_id == first.pk


def test_an_unconfirmed_message_is_sent_again_only_on_purpose(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    first = send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now())
    Message.objects.filter(pk=first.pk).update(status=Status.UNCONFIRMED)
    assert (
        code_of(lambda: retry(first.pk, by=by(cast.amina), at=timezone.now())) == "STATE_CONFLICT"
    )
    assert retry(first.pk, by=by(cast.amina), at=timezone.now(), confirm_duplicate=True).pk


def test_a_waiting_message_can_be_taken_back(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    message = send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now())
    assert cancel(message.pk, by=by(cast.amina), at=timezone.now()).status == Status.CANCELLED
    assert (
        code_of(lambda: cancel(message.pk, by=by(cast.amina), at=timezone.now()))
        == "STATE_CONFLICT"
    )


def test_queue_order_is_id_order_even_when_clocks_disagree(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    ahead = uuid.UUID(int=(2**48 - 1) << 80 | 0x7000 << 64)
    Conversation.objects.update(last_queued_id=ahead)
    ids = [send(thread.pk, HELLO, by=by(cast.amina), at=timezone.now()).pk for _ in range(3)]
    assert ids == sorted(ids)
    assert ids[0] > ahead
