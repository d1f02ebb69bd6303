"""Two threads that had been one, had Meta told in time: nothing of either is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Event
from automation.models import Turn
from inbox import outgoing
from inbox.actions.guards import Guards
from inbox.actions.merging import dismiss_merge, merge_contacts
from inbox.actions.ownership import request_handoff, take_over
from inbox.actions.receipts import mark_seen
from inbox.actions.sending import send
from inbox.models import Contact, Conversation, Draft, MergeSuggestion, Message, ReadMark
from inbox.models.contacts import Identity
from inbox.ownership import Mode, OwnerState
from tests.cast import DORA, Cast, arrives, by, labelled, payload, says, with_assistant
from tests.domain.inbox.delivering import delivered
from tests.domain.inbox.test_erasing import erased

NEW = "12025550166"
NOW = timezone.now().replace(microsecond=0)
CHANGED = NOW - timedelta(minutes=10)


def changed() -> dict[str, Any]:
    """Meta's notice of Dora's new number."""
    body = payload("system_number_changed")
    [message] = body["entry"][0]["changes"][0]["value"]["messages"]
    message |= {"from": DORA, "timestamp": str(int(CHANGED.timestamp()))}
    message["system"] = {"type": "user_changed_number", "body": "changed", "wa_id": NEW}
    return body


@pytest.fixture
def elder(cast: Cast) -> Conversation:
    return says(cast.number, "before", at=NOW - timedelta(hours=2)).conversation


@pytest.fixture
def younger(cast: Cast, elder: Conversation) -> Conversation:
    return says(cast.number, "since", wa_id=NEW, at=NOW - timedelta(minutes=2)).conversation


def notice(cast: Cast) -> Conversation:
    """It comes; the one thread that there is then."""
    arrives(cast.number, changed())
    return Conversation.objects.get()


def now() -> dict[str, Any]:
    return {"at": timezone.now()}


# --- what people have put into either ---


@pytest.mark.case("F79")
def test_everything_of_both_is_in_the_one(cast: Cast, elder, younger) -> None:
    labelled(elder, "VIP")
    labelled(younger, "Tea", "VIP")
    Draft.objects.create(conversation=elder, person=cast.amina, text="I shall")
    Draft.objects.create(conversation=younger, person=cast.amina, text="look")
    Draft.objects.create(conversation=younger, person=cast.sara, text="Sara's")
    mark_seen(elder.pk, by=by(cast.amina), **now())
    guards = Guards(force=True)
    send(younger.pk, outgoing.text("an answer"), by=by(cast.ben), guards=guards, **now())
    thread = notice(cast)
    assert thread.pk == elder.pk
    texts = [row.content["body"] for row in thread.messages.order_by("at")]
    assert texts == ["before", "since", "an answer"]
    assert (thread.message_count, thread.inbound_count, thread.seen_count) == (3, 2, 2)
    assert sorted(one.label.name for one in thread.labellings.all()) == ["Tea", "VIP"]
    assert sorted(Draft.objects.values_list("text", flat=True)) == ["I shall\n\nlook", "Sara's"]
    assert ReadMark.objects.get(person=cast.amina).seen_count == 1
    assert set(Message.objects.filter(direction="inbound").values_list("sender_id", flat=True)) == {
        thread.contact_id
    }
    assert (thread.identity.value, Contact.objects.get().phone) == (NEW, f"+{NEW}")


OWNERS = {  # who took the elder thread, then the younger; who has the one
    "nobody": ("", "", None),
    "who had the elder": ("amina", "", "amina"),
    "who took the younger": ("", "ben", "ben"),
    "of two the one who took it last": ("amina", "ben", "ben"),
}


@pytest.mark.case("F79")
@pytest.mark.parametrize("name", OWNERS)
def test_who_has_it_is_who_would_have_it(cast: Cast, elder, younger, name: str) -> None:
    *took, has = OWNERS[name]
    for thread, who in zip((elder, younger), took, strict=True):
        if who:
            take_over(thread.pk, by=by(getattr(cast, who)), **now())
    epoch = max(Conversation.objects.values_list("owner_epoch", flat=True))
    thread = notice(cast)
    assert thread.assignee == (getattr(cast, has) if has else None)
    assert thread.owner_epoch == (epoch + 1 if took[1] else epoch)


@pytest.mark.case("F79")
def test_who_asked_for_a_person_gets_one_in_the_one_thread(cast: Cast) -> None:
    with_assistant(cast.number)
    says(cast.number, at=NOW - timedelta(hours=2))
    younger = says(cast.number, wa_id=NEW, at=NOW - timedelta(minutes=2)).conversation
    request_handoff(younger.pk, reason="customer_asked", by=by(cast.sara), **now())
    thread = notice(cast)
    assert thread.ownership.state is OwnerState.QUEUED
    assert thread.handoff_reasons == ["customer_asked"]


@pytest.mark.case("F79")
def test_the_assistant_answers_in_the_one_what_it_was_to_answer_in_the_other(cast: Cast) -> None:
    with_assistant(cast.number)
    says(cast.number, at=NOW - timedelta(hours=2))
    Turn.objects.all().delete()
    says(cast.number, "opening hours", wa_id=NEW, at=timezone.now())
    thread = notice(cast)
    assert thread.mode == Mode.AI
    assert Turn.objects.get().conversation_id == thread.pk


@pytest.mark.case("F79")
@pytest.mark.parametrize(
    ("elder_is", "younger_is", "wanted"),
    [("closed", "open", "open"), ("open", "closed", "open"), ("closed", "closed", "closed")],
)
def test_what_is_owed_in_either_is_owed(
    cast: Cast, elder, younger, elder_is: str, younger_is: str, wanted: str
) -> None:
    Conversation.objects.filter(pk=elder.pk).update(status=elder_is)
    Conversation.objects.filter(pk=younger.pk).update(status=younger_is)
    assert notice(cast).status == wanted


@pytest.mark.case("F79")
def test_pages_that_show_either_are_told(cast: Cast, elder, younger) -> None:
    notice(cast)
    told = Event.objects.filter(kind__in=["conversation.joined", "conversation.went_into"])
    assert {(one.kind, one.conversation) for one in told} == {
        ("conversation.joined", elder.pk),
        ("conversation.went_into", younger.pk),
    }
    assert Event.objects.filter(conversation=younger.pk).count() == 1


# --- what is not joined ---


def somebody_else_before(cast: Cast) -> None:
    says(cast.number, wa_id=NEW, at=CHANGED - timedelta(minutes=5))


def said_to_be_two(cast: Cast) -> None:
    one, two = Contact.objects.order_by("pk")
    row = MergeSuggestion.objects.create(
        organization=cast.organization, one=one, other=two, reason="own_card"
    )
    dismiss_merge(row.pk, by=by(cast.sara), **now())


def said_to_be_one(cast: Cast) -> None:
    one, two = Contact.objects.order_by("pk")
    merge_contacts(one.pk, two.pk, by=by(cast.sara), **now())


def being_sent(cast: Cast) -> None:
    for row in Message.objects.all():
        Message.objects.filter(pk=row.pk).update(status="sending", claim_token=row.pk)


@pytest.mark.case("F85")
@pytest.mark.parametrize("why", [somebody_else_before, said_to_be_two, said_to_be_one, being_sent])
def test_two_stay_two_where_it_is_not_sure_or_people_have_spoken(
    cast: Cast, elder, younger, why
) -> None:
    why(cast)
    arrives(cast.number, changed())
    assert (Contact.objects.count(), Conversation.objects.count()) == (2, 2)


# --- addresses of somebody who has not written yet ---


@pytest.mark.case("F85")
def test_of_whom_only_addresses_are_known_is_whoever_writes_with_one_of_them(cast: Cast) -> None:
    says(cast.number, at=NOW - timedelta(hours=2))
    body = payload("system_user_id_changed")
    [message] = body["entry"][0]["changes"][0]["value"]["messages"]
    arrives(cast.number, body)
    assert Contact.objects.count() == 2
    says(cast.number, bsuid=message["system"]["user_id"], at=NOW)
    assert Identity.objects.filter(contact=Contact.objects.get()).count() == 3
    assert not MergeSuggestion.objects.exists()


@pytest.mark.case("S09", "S121")
def test_what_a_change_told_of_somebody_goes_with_them_and_does_not_come_back(cast: Cast) -> None:
    delivered(changed())
    erased(Contact.objects.get().pk, cast.ada)
    delivered(changed())
    assert not Identity.objects.exists()
