"""A customer writes: stored once, in the right thread, at Meta's time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from accounts.refusals import Refused
from inbox.actions import ownership
from inbox.models import Contact, Conversation, Identity, Message
from tests.cast import Cast, a_text_webhook, arrives, by, payload, says, with_assistant


def test_a_first_message_makes_contact_thread_and_window(cast: Cast) -> None:
    message = says(cast.number, "hello")
    conversation = message.conversation
    assert conversation.contact.phone == "+12025550143"
    assert conversation.window.is_open(timezone.now())
    assert (conversation.inbound_count, conversation.last_message_preview) == (1, "hello")
    assert Event.objects.get().kind == "message.received"


@pytest.mark.case("F11")
def test_a_repeated_delivery_changes_nothing(cast: Cast) -> None:
    body = a_text_webhook(wamid="wamid.once")
    for _ in range(5):
        arrives(cast.number, body)
    assert Message.objects.count() == Event.objects.count() == 1
    assert Conversation.objects.get().inbound_count == 1


@pytest.mark.case("F84")
def test_both_forms_of_a_brazilian_number_are_one_contact(cast: Cast) -> None:
    first = says(cast.number, wa_id="551195550164")
    second = says(cast.number, wa_id="5511995550164")
    assert first.conversation_id == second.conversation_id
    assert Contact.objects.count() == 1
    assert second.conversation.identity.value == "5511995550164"


def test_a_person_without_a_number_is_known_by_bsuid(cast: Cast) -> None:
    arrives(cast.number, payload("text_bsuid_without_phone"))
    contact = Contact.objects.get()
    assert contact.phone is None
    assert Conversation.objects.get().identity.kind == "bsuid"


def test_a_number_that_appears_later_joins_the_same_contact(cast: Cast) -> None:
    says(cast.number, wa_id=None, bsuid="US.48213907716450285531")
    says(cast.number, wa_id="12025550143", bsuid="US.48213907716450285531")
    assert Contact.objects.count() == Conversation.objects.count() == 1
    assert Identity.objects.count() == 2


def test_conflicting_identifiers_are_not_merged(cast: Cast) -> None:
    one = says(cast.number, wa_id="12025550143")
    two = says(cast.number, wa_id=None, bsuid="US.48213907716450285531")
    both = says(cast.number, wa_id="12025550143", bsuid="US.48213907716450285531")
    assert one.conversation_id != two.conversation_id
    assert both.conversation_id == one.conversation_id


@pytest.mark.case("F29")
def test_a_late_message_keeps_its_own_time_and_window(cast: Cast) -> None:
    now = timezone.now()
    says(cast.number, "new", at=now)
    old = a_text_webhook("old", wamid="wamid.old", at=now - timedelta(days=6))
    arrives(cast.number, old, at=now)
    conversation = Conversation.objects.get()
    late = Message.objects.get(wamid="wamid.old")
    assert late.arrived_late
    assert conversation.last_message_preview == "new"
    assert conversation.window.is_open(now + timedelta(hours=23))


@pytest.mark.case("F28")
def test_a_message_of_a_faster_clock_does_not_sort_into_the_future(cast: Cast) -> None:
    now = timezone.now()
    arrives(cast.number, a_text_webhook(wamid="wamid.x", at=now + timedelta(minutes=10)), at=now)
    assert Message.objects.get().at <= now


@pytest.mark.case("F80")
@pytest.mark.parametrize("first", ["message", "reaction"])
def test_a_reaction_finds_its_target_whichever_comes_first(cast: Cast, first: str) -> None:
    body = payload("reaction")
    wamid = body["entry"][0]["changes"][0]["value"]["messages"][0]["reaction"]["message_id"]
    reacted = [lambda: says(cast.number, wamid=wamid), lambda: arrives(cast.number, body)]
    for step in reacted if first == "message" else reversed(reacted):
        step()
    assert [one.emoji for one in Message.objects.get(wamid=wamid).reactions.all()] != [""]
    assert Conversation.objects.get().inbound_count == 1


def test_a_reaction_does_not_open_the_window(cast: Cast) -> None:
    arrives(cast.number, payload("reaction"))
    assert Conversation.objects.get().window_opened_at is None


@pytest.mark.case("F82")
def test_an_edit_keeps_both_versions_and_a_deletion_hides_the_text(cast: Cast) -> None:
    for name in ("text", "edit"):
        arrives(cast.number, payload(name))
    edited = Message.objects.get()
    assert edited.edited_at is not None
    assert edited.details["versions"][0]["body"] == "Hello, is the blue kettle back in stock?"


def test_a_closed_thread_is_reopened_never_doubled(cast: Cast) -> None:
    says(cast.number)
    Conversation.objects.update(status="closed")
    says(cast.number, "again")
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.inbound_count) == ("open", 2)


def test_a_message_of_a_group_gets_its_own_thread_and_cannot_be_answered(cast: Cast) -> None:
    arrives(cast.number, payload("group_text"))
    conversation = Conversation.objects.get()
    assert conversation.group_id
    assert conversation.contact is None


def test_no_assistant_ever_answers_a_group(cast: Cast) -> None:
    with_assistant(cast.number)
    arrives(cast.number, payload("group_text"))
    group = Conversation.objects.get()
    assert group.mode == "human"
    with pytest.raises(Refused, match="groups"):
        ownership.give_back(group.pk, by=by(cast.amina), at=timezone.now())
    Conversation.objects.update(status="closed")
    again = payload("group_text")
    again["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = "wamid.again"
    arrives(cast.number, again)
    group.refresh_from_db()
    assert (group.status, group.mode) == ("open", "human")


def test_an_echo_takes_the_conversation_over(cast: Cast) -> None:
    arrives(cast.number, payload("echo_text"))
    message = Message.objects.get()
    assert (message.sender_type, message.status) == ("device", "sent")
    assert Conversation.objects.get().window_opened_at is None
