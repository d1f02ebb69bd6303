"""One person, several contacts: joined, parted, suggested; and identifiers that change."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Event
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions.identities import apply_system_notice
from inbox.actions.merging import dismiss_merge, merge_contacts, rename_contact, unmerge_contact
from inbox.actions.outbox import graph_payload
from inbox.actions.sending import send
from inbox.models import Contact, Conversation, Identity, MergeSuggestion
from inbox.persons import contacts_of, widened
from tests.cast import DORA, Cast, a_cast, a_conversation, arrives, by, payload, says
from whatsapp.ids import Bsuid, WaId
from whatsapp.inbound import SystemNotice

OLD, NEW = "US.48213907716450285531", "US.1111"
NEW_NUMBER = "12025550199"


def people(cast, count):
    """So many customers, each with a thread."""
    numbers = (f"1202555{n:04}" for n in range(count))
    return [a_conversation(cast.number, wa_id=one, name=one).contact for one in numbers]


def join(cast: Cast, into: Contact, other: Contact) -> Contact:
    return merge_contacts(into.pk, other.pk, by=by(cast.sara), at=timezone.now())


def part(cast: Cast, contact: Contact) -> Contact:
    return unmerge_contact(contact.pk, by=by(cast.sara), at=timezone.now())


def groups() -> set[frozenset]:
    """The persons, each as the ids of its contacts."""
    rows = Contact.objects.all()
    return {widened(one.organization_id, [one.pk]) for one in rows}


# --- joining and parting ---


@pytest.mark.case("F85")
def test_a_merge_moves_nothing_and_its_undoing_leaves_no_trace(cast: Cast) -> None:
    one, two = people(cast, 2)
    rows = lambda: [  # noqa: E731
        list(model.objects.order_by("pk").values_list("pk", "contact"))
        for model in (Identity, Conversation)
    ]
    before = rows()
    join(cast, one, two)
    assert (rows(), groups()) == (before, {frozenset({one.pk, two.pk})})
    part(cast, two)
    assert (rows(), groups()) == (before, {frozenset({one.pk}), frozenset({two.pk})})


def test_what_was_merged_before_comes_along_and_leaves_along(cast: Cast) -> None:
    one, two, three = people(cast, 3)
    join(cast, two, three)
    join(cast, one, three)  # three stands for nobody: two is meant
    assert next(each.pk for each in contacts_of(three)) == one.pk
    part(cast, two)
    assert groups() == {frozenset({one.pk}), frozenset({two.pk, three.pk})}


def test_nobody_is_merged_in_a_circle(cast: Cast) -> None:
    one, two = people(cast, 2)
    join(cast, one, two)
    for pair in ((one, two), (two, one), (one, one)):
        with pytest.raises(Refused) as refused:
            join(cast, *pair)
        assert refused.value.code == "STATE_CONFLICT"
    with pytest.raises(Refused):
        part(cast, one)


def test_any_order_of_merges_and_undos_keeps_every_person_whole(cast: Cast) -> None:
    everybody, dice = people(cast, 6), random.Random(85)
    parent: dict = {}
    for _step in range(60):
        one, two = dice.sample([each.pk for each in everybody], 2)
        top, other = _top(parent, one), _top(parent, two)
        if dice.random() < 0.6 and top != other:
            merge_contacts(one, two, by=by(cast.sara), at=timezone.now())
            parent[other] = top
        elif one in parent:
            unmerge_contact(one, by=by(cast.sara), at=timezone.now())
            del parent[one]
        tops = {each.pk: _top(parent, each.pk) for each in everybody}
        wanted = {frozenset(k for k, v in tops.items() if v == top) for top in tops.values()}
        assert groups() == wanted


def _top(parent: dict, one):
    while one in parent:
        one = parent[one]
    return one


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_crosswise_make_no_circle() -> None:
    if connection.vendor != "postgresql":
        return  # SQLite has one writer
    cast = a_cast()
    one, two = people(cast, 2)
    start, refused = threading.Barrier(2), []

    def merge(into: Contact, other: Contact) -> None:
        try:
            start.wait()
            join(cast, into, other)
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=merge, args=pair) for pair in ((one, two), (two, one))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert refused == ["STATE_CONFLICT"]
    assert groups() == {frozenset({one.pk, two.pk})}


def test_an_opt_out_of_either_counts_for_the_person(cast: Cast) -> None:
    one, two = people(cast, 2)
    join(cast, one, two)
    Contact.objects.filter(pk=two.pk).update(opted_out_at=timezone.now())
    promotion = outgoing.Outgoing(
        "template", {}, {}, "x", free_form=False, template_category="MARKETING"
    )
    thread = Conversation.objects.get(contact=one)
    with pytest.raises(Refused) as refused:
        send(thread.pk, promotion, by=by(cast.amina), at=timezone.now())
    assert refused.value.code == "RECIPIENT_OPTED_OUT"


def test_a_merged_contact_is_renamed_as_the_person(cast: Cast) -> None:
    one, two = people(cast, 2)
    join(cast, one, two)
    rename_contact(two.pk, name="Dora", by=by(cast.amina), at=timezone.now())
    assert Contact.objects.get(pk=one.pk).name == "Dora"
    told = Event.objects.filter(kind="contact.renamed").values_list("conversation", flat=True)
    assert len(set(told)) == 2


# --- identifiers that change ---


def notice(kind="user_changed_number", **ids):
    return SystemNotice(None, timezone.now(), kind, **ids)


def told(cast: Cast, one: SystemNotice) -> None:
    apply_system_notice(cast.number, one, received_at=timezone.now())


NUMBER_CHANGED = {"old_wa_id": WaId(DORA), "new_wa_id": WaId(NEW_NUMBER)}


@pytest.mark.case("F85")
def test_after_a_new_number_the_answer_goes_there_and_the_old_one_is_not_shown(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    told(cast, notice(**NUMBER_CHANGED))
    message = send(thread.pk, outgoing.text("Hello"), by=by(cast.amina), at=timezone.now())
    message.refresh_from_db()
    assert graph_payload(message)["to"] == f"+{NEW_NUMBER}"
    assert Contact.objects.get().phone == f"+{NEW_NUMBER}"
    thread.refresh_from_db()
    assert thread.inbound_count == 1


@pytest.mark.case("F85")
def test_a_new_user_id_is_answered_and_what_comes_from_either_joins(cast: Cast) -> None:
    thread = a_conversation(cast.number, wa_id=None, bsuid=OLD)
    told(
        cast,
        notice("user_changed_user_id", old_bsuid=Bsuid(OLD), new_bsuid=Bsuid(NEW)),
    )
    message = send(thread.pk, outgoing.text("Hello"), by=by(cast.amina), at=timezone.now())
    assert graph_payload(message)["recipient"] == NEW
    for one in (OLD, NEW):
        assert says(cast.number, wa_id=None, bsuid=one).conversation_id == thread.pk


def test_a_notice_told_for_each_of_our_numbers_is_one_line(cast: Cast) -> None:
    a_conversation(cast.number)
    for _number in range(3):
        told(cast, notice(**NUMBER_CHANGED))
    assert Event.objects.filter(kind="contact.identity_changed").count() == 1


def test_a_thread_that_answers_another_address_goes_on_with_it(cast: Cast) -> None:
    thread = a_conversation(cast.number, bsuid=OLD)
    says(cast.number, wa_id=None, bsuid=OLD)
    told(cast, notice(**NUMBER_CHANGED))
    thread.refresh_from_db()
    assert thread.identity.value == OLD


@pytest.mark.case("F85")
def test_two_known_contacts_are_suggested_never_merged(cast: Cast) -> None:
    a_conversation(cast.number)
    new = a_conversation(cast.number, wa_id=NEW_NUMBER, name="Somebody")
    told(cast, notice(**NUMBER_CHANGED))
    assert MergeSuggestion.objects.get().reason == "changed_identity"
    assert len(groups()) == 2
    assert Identity.objects.get(value=NEW_NUMBER).contact_id == new.contact_id


@pytest.mark.case("F85")
def test_a_message_with_identifiers_of_two_contacts_suggests_a_merge(cast: Cast) -> None:
    says(cast.number)
    says(cast.number, wa_id=None, bsuid=OLD)
    for _again in range(2):
        says(cast.number, bsuid=OLD)
    assert MergeSuggestion.objects.get().reason == "one_webhook"
    assert len(groups()) == 2


def test_an_own_number_that_is_somebody_elses_is_suggested(cast: Cast) -> None:
    body = payload("contacts_request_answer")
    (card,) = body["entry"][0]["changes"][0]["value"]["messages"][0]["contacts"]
    says(cast.number, wa_id=card["phones"][0]["wa_id"], name="Somebody")
    arrives(cast.number, body)
    assert MergeSuggestion.objects.get().reason == "own_card"


def test_a_suggestion_that_was_turned_down_does_not_come_back(cast: Cast) -> None:
    a_conversation(cast.number)
    a_conversation(cast.number, wa_id=NEW_NUMBER)
    told(cast, notice(**NUMBER_CHANGED))
    hint = MergeSuggestion.objects.get()
    dismiss_merge(hint.pk, by=by(cast.sara), at=timezone.now())
    told(cast, notice(**NUMBER_CHANGED))
    hint.refresh_from_db()
    assert hint.dismissed_at is not None
    assert MergeSuggestion.objects.count() == 1


@pytest.mark.case("F84")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("551195550164", "5511995550164"),
        ("525512345678", "5215512345678"),
        ("541123456789", "5491123456789"),
    ],
)
def test_every_form_of_a_number_is_one_contact_and_the_one_that_wrote_is_answered(
    cast: Cast, one: str, other: str
) -> None:
    at = timezone.now() - timedelta(minutes=1)
    for form in (one, other, one):
        thread = says(cast.number, wa_id=form, at=at).conversation
        message = send(thread.pk, outgoing.text("Hello"), by=by(cast.amina), at=timezone.now())
        assert graph_payload(message)["to"] == f"+{form}"
    assert (Contact.objects.count(), Conversation.objects.count()) == (1, 1)
