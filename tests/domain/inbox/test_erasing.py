"""Erasing a person: nothing of them is left, nothing of anybody else is lost, nobody comes back."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event
from accounts.refusals import Refused
from inbox.actions.erasing import ask_erasure, erase_next
from inbox.actions.exports import ask_person_export, export_next
from inbox.actions.merging import merge_contacts
from inbox.fragments import fragments_of
from inbox.media_storage import store
from inbox.message_status import Status
from inbox.models import (
    Contact,
    Conversation,
    Erasure,
    Message,
    PendingStatus,
    Reaction,
    StatusEvent,
    Tombstone,
)
from inbox.shapes import Variant
from inbox.sight import Sight
from tests.cast import (
    DORA,
    a_conversation,
    a_status_webhook,
    a_text_webhook,
    by,
    envelope,
    payload,
    wire,
)
from tests.domain.inbox.delivering import delivered
from webhooks.models import DeadLetter, Delivery
from whatsapp.inbound import named, parse
from whatsapp.signature import fingerprint

OTHER = "12025550177"


def erased(contact_id, person, *, at=None):
    """Asks for it and does all of it; the receipt."""
    erasure = ask_erasure(contact_id, by=by(person), at=at or timezone.now())
    finish()
    return Erasure.objects.get(pk=erasure.pk)


def finish(most=60):
    for _ in range(most):
        Erasure.objects.update(not_before=None)
        if not erase_next():
            return
    raise AssertionError(Erasure.objects.values_list("step", "attempts"))


def dora():
    return Contact.objects.get(identities__value=DORA)


@pytest.mark.case("S121")
def test_one_person_goes_and_another_stays(cast):
    delivered(a_text_webhook("secret of Dora", wamid="wamid.d1"))
    delivered(a_text_webhook("words of Tea", wamid="wamid.t1", wa_id=OTHER, name="Tea"))
    receipt = erased(dora().pk, cast.ada)
    assert Contact.objects.get().profile_name == "Tea"
    assert Message.objects.get().content["body"] == "words of Tea"
    bodies = [bytes(one.body).decode() for one in Delivery.objects.order_by("pk")]
    assert ["secret of Dora" in bodies[0], "words of Tea" in bodies[1]] == [False, True]
    assert (receipt.step, receipt.counts["messages"], receipt.counts["items"]) == ("done", 1, 1)
    assert (receipt.words, receipt.contact_ids) == ([], [])


@pytest.mark.case("S121")
def test_of_a_shared_delivery_the_others_can_still_be_replayed(cast):
    both = a_text_webhook("secret of Dora", wamid="wamid.d1")
    other = a_text_webhook("words of Tea", wamid="wamid.t1", wa_id=OTHER, name="Tea")
    mine, theirs = (one["entry"][0]["changes"][0]["value"] for one in (both, other))
    for key in ("messages", "contacts"):
        mine[key] += theirs[key]
    delivered(both)
    erased(dora().pk, cast.ada)
    Message.objects.all().delete()
    Delivery.objects.update(state="received", attempts=0)
    delivered()
    assert [one.content["body"] for one in Message.objects.all()] == ["words of Tea"]
    assert DORA not in bytes(Delivery.objects.get().body).decode()
    assert DeadLetter.objects.count() == 0


@pytest.mark.case("S09")
def test_what_was_erased_does_not_come_back_and_the_raw_log_forgets_it_again(cast):
    before = timezone.now() - timedelta(minutes=5)
    old = a_text_webhook("secret of Dora", wamid="wamid.d1", at=before)
    unseen = a_text_webhook("never seen secret", wamid="wamid.d2", at=before)
    delivered(old)
    erased(dora().pk, cast.ada)
    delivered(old, unseen, a_status_webhook("wamid.d1", "read"))
    assert [Contact.objects.count(), Message.objects.count(), PendingStatus.objects.count()] == [
        *(0, 0, 0)
    ]
    assert all(b"secret" not in bytes(one.body) for one in Delivery.objects.all())


@pytest.mark.case("S09")
def test_who_writes_after_the_erasure_is_a_new_acquaintance(cast):
    thread = a_conversation(cast.number, hours_ago=1)
    erased(thread.contact_id, cast.ada)
    delivered(a_text_webhook("hello again", at=timezone.now() + timedelta(seconds=1)))
    assert Contact.objects.get().pk != thread.contact_id
    assert Message.objects.get().content["body"] == "hello again"


def test_all_contacts_of_a_joined_person_go(cast):
    one, other = a_conversation(cast.number), a_conversation(cast.number, wa_id=OTHER, name="Tea")
    merge_contacts(one.contact_id, other.contact_id, by=by(cast.sara), at=timezone.now())
    erased(other.contact_id, cast.ada)
    assert not Contact.objects.exists()
    assert not Conversation.objects.exists()


@pytest.mark.case("S121")
def test_what_waits_is_cancelled_at_once_and_what_is_on_the_wire_is_waited_for(cast):
    thread = a_conversation(cast.number)
    rows = [a_message(thread, status) for status in ("queued", "scheduled", "held", "sending")]
    ask_erasure(thread.contact_id, by=by(cast.ada), at=timezone.now())
    assert [reread(row).status for row in rows] == [*["cancelled"] * 3, "sending"]
    erase_next()
    assert Message.objects.filter(pk=rows[3].pk).exists()
    Message.objects.filter(pk=rows[3].pk).update(status="failed", claim_token=None)
    finish()
    assert not Message.objects.exists()


def a_message(thread, status):
    now = timezone.now()
    return Message.objects.create(
        organization=thread.organization,
        conversation=thread,
        phone_number=thread.phone_number,
        direction="outbound",
        type="text",
        status=Status(status),
        sender_type="agent",
        claim_token=thread.pk if status == "sending" else None,
        at=now,
        created_at=now,
    )


def reread(row):
    return Message.objects.get(pk=row.pk)


def test_it_is_begun_once(cast):
    thread = a_conversation(cast.number)
    ask_erasure(thread.contact_id, by=by(cast.ada), at=timezone.now())
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        ask_erasure(thread.contact_id, by=by(cast.ada), at=timezone.now())


@pytest.mark.parametrize("turned", [False, True])
def test_who_is_being_erased_is_joined_with_nobody(cast, turned):
    one, other = a_conversation(cast.number), a_conversation(cast.number, wa_id=OTHER, name="Tea")
    ask_erasure(one.contact_id, by=by(cast.ada), at=timezone.now())
    pair = [one.contact_id, other.contact_id]
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        merge_contacts(*(pair[::-1] if turned else pair), by=by(cast.sara), at=timezone.now())


@pytest.mark.case("F74")
@pytest.mark.parametrize(
    "point",
    [
        "erase.before_messages_commit",
        "erase.before_person_commit",
        "erase.before_raw_log_commit",
    ],
)
def test_a_batch_that_fails_is_done_again(cast, monkeypatch, point):
    delivered(*(a_text_webhook(f"secret {n}", wamid=f"wamid.{n}") for n in range(5)))
    monkeypatch.setattr("inbox.actions.forgetting.BATCH", 2)
    failing = {"left": 2}

    def fails(name, about=""):
        if name == point and failing["left"]:
            failing["left"] -= 1
            raise OSError("the disk is away")

    monkeypatch.setattr("inbox.actions.erasing.hit", fails)
    monkeypatch.setattr("inbox.actions.forgetting.hit", fails)
    receipt = erased(dora().pk, cast.ada)
    assert (failing["left"], receipt.step, receipt.counts["messages"]) == (0, "done", 5)
    assert all(b"secret" not in bytes(one.body) for one in Delivery.objects.all())


def test_a_message_that_arrives_meanwhile_goes_along(cast):
    thread = a_conversation(cast.number, hours_ago=1)
    ask_erasure(thread.contact_id, by=by(cast.ada), at=timezone.now())
    erase_next(), erase_next()
    delivered(a_text_webhook("secret meanwhile", wamid="wamid.m"))
    finish()
    assert not Contact.objects.exists()
    assert b"secret" not in bytes(Delivery.objects.get().body)


def test_what_cannot_be_read_and_names_them_goes_whole_where_it_is_ours(cast):
    thread = a_conversation(cast.number)
    broken = b'{"object": "whatsapp_business_account", "entry": [{"' + DORA.encode()
    ours, shared = (
        Delivery.objects.create(
            body=broken, received_at=timezone.now(), secret_fingerprint=fingerprint(secret)
        )
        for secret in ("of the shop", settings.META_APP_SECRET)
    )
    delivered(envelope({"messages": [{"from": DORA, "text": {"body": "no id"}}]}))
    assert DeadLetter.objects.count() == 3
    cast.account.app_secret = "of the shop"
    cast.account.save()
    erased(thread.contact_id, cast.ada)
    assert DORA.encode() not in bytes(Delivery.objects.get(pk=ours.pk).body)
    assert bytes(Delivery.objects.get(pk=shared.pk).body) == broken
    assert DeadLetter.objects.get().delivery_id == shared.pk


@pytest.mark.case("S121")
def test_an_export_that_is_being_made_meanwhile_is_not_kept(cast, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    thread = a_conversation(cast.number)
    export = ask_person_export(thread.contact_id, by=by(cast.ada), at=timezone.now())

    def erases(_name, _about=""):
        erased(thread.contact_id, cast.ada)

    monkeypatch.setattr("inbox.actions.exports.hit", erases)
    assert export_next(threading.Event())
    export.refresh_from_db()
    assert (export.state, export.contact_id, list(store().listed())) == ("gone", None, [])


def test_what_they_wrote_in_a_group_goes_as_far_as_the_raw_log_knows_it(cast):
    delivered(payload("group_text"))
    line = Message.objects.get(conversation__contact=None)
    who = named(parse(wire(payload("group_text")))[0]).users[0]
    delivered(a_text_webhook("to us alone", wa_id=who.wa_id))
    erased(Contact.objects.get(identities__value=who.wa_id).pk, cast.ada)
    group = Conversation.objects.get(pk=line.conversation_id)
    assert (group.messages.count(), group.last_message_preview) == (0, "")


@pytest.mark.case("S121")
def test_what_others_wrote_in_a_group_stays_whatever_the_erased_one_did_to_it(cast):
    written = payload("group_text")
    delivered(written, a_text_webhook("to us alone"))
    others = Message.objects.get(conversation__contact=None)
    ours = a_message(others.conversation, "queued")
    Message.objects.filter(pk=ours.pk).update(wamid="wamid.ours", status="sent")
    one = written["entry"][0]["changes"][0]["value"]["messages"][0]
    at = {"id": "wamid.r", "timestamp": str(int(timezone.now().timestamp()) - 60)}
    reaction = {"message_id": others.wamid, "emoji": "\U0001f44d"}
    done = {"group_id": one["group_id"], "type": "reaction", "reaction": reaction, **at}
    group = {"recipient_type": "group", "recipient_id": one["group_id"]}
    got = a_status_webhook("wamid.ours", "read", recipient_participant_id=DORA, **group)
    delivered(envelope({"messages": [{"from": DORA, **done}]}), got)
    assert [Reaction.objects.get().who, StatusEvent.objects.get().participant] == [DORA, DORA]
    erased(dora().pk, cast.ada)
    left = Message.objects.filter(pk__in=[others.pk, ours.pk])
    assert (left.count(), Reaction.objects.count(), StatusEvent.objects.count()) == (2, 0, 0)
    delivered(a_status_webhook("wamid.ours", "read", recipient_participant_id=OTHER, **group))
    assert StatusEvent.objects.get().participant == OTHER
    assert others.wamid in bytes(Delivery.objects.order_by("pk")[0].body).decode()


@pytest.mark.case("S121")
def test_what_the_raw_log_alone_knows_of_them_goes_too_even_of_the_same_second(cast):
    at = timezone.now()
    delivered(a_text_webhook("secret", wamid="wamid.gone", at=at), a_text_webhook("hi", at=at))
    Message.objects.filter(wamid="wamid.gone").delete()  # its tombstone will not be laid
    with time_machine.travel(at.replace(microsecond=999_000), tick=False):
        erased(dora().pk, cast.ada)
    assert [b"secret" in bytes(one.body) for one in Delivery.objects.all()] == [False, False]


def test_events_of_their_conversation_go_and_pages_hear_of_it(cast):
    thread = a_conversation(cast.number)
    erased(thread.contact_id, cast.ada)
    told = Event.objects.filter(conversation=thread.pk)
    assert [one.kind for one in told] == ["contact.erased"]
    assert "Dora" not in json.dumps([[one.data, one.ids] for one in Event.objects.all()])


def test_a_tombstone_cannot_be_found_by_trying_numbers(cast):
    erased(a_conversation(cast.number).contact_id, cast.ada)
    marks = set(Tombstone.objects.values_list("mark", flat=True))
    assert len(marks) >= 2
    cast.organization.refresh_from_db()
    assert cast.organization.tombstone_key not in cast.organization.tombstone_key_sealed


def test_the_command_says_whom_and_erases_only_when_it_is_meant(cast):
    delivered(a_text_webhook("secret of Dora"))
    told = StringIO()
    who = ["+1 202 555 0143", "--organization", cast.organization.name]
    call_command("erase_contact", *who, stdout=told)
    assert Contact.objects.count() == 1
    call_command("erase_contact", *who, "--yes", stdout=told)
    assert not Contact.objects.exists()
    assert json.loads(told.getvalue().partition("\n")[2])["erased"]["messages"] == 1
    with pytest.raises(CommandError):
        call_command("erase_contact", *who, "--yes")


def test_asking_for_tombstones_costs_a_chunk_one_query_and_nothing_before(cast):
    def asked(*wamids):
        """How often a chunk of messages of somebody else asks."""
        with CaptureQueriesContext(connection) as seen:
            delivered(*(a_text_webhook(wamid=one, wa_id=OTHER) for one in wamids))
        return len([one for one in seen if "inbox_tombstone" in one["sql"]])

    assert asked("wamid.1", "wamid.2") == 0
    erased(a_conversation(cast.number).contact_id, cast.ada)
    assert [asked("wamid.3"), asked(*(f"wamid.{n}" for n in range(5, 15)))] == [1, 1]


def test_a_page_that_is_open_loses_the_row_and_loads_again(cast):
    thread = a_conversation(cast.number)
    erased(thread.contact_id, cast.ada)
    pushed = fragments_of(Event.objects.all(), Variant("en", "UTC"), {}).values()
    html = "".join(one.html for one in pushed)
    assert f'id="row-{thread.pk}" data-remove' in html
    assert f'data-stale="{thread.pk}"' in html
    assert "Dora" not in html


@pytest.mark.case("S77")
def test_who_could_not_see_a_conversation_is_not_told_that_it_is_gone(cast):
    thread = a_conversation(cast.number, assigned_to=cast.amina)
    erased(thread.contact_id, cast.ada)
    pushed = fragments_of(Event.objects.all(), Variant("en", "UTC"), {}).values()
    readers = Sight(), Sight(cast.amina.pk), Sight(cast.ben.pk)
    told = ["".join(one.text_for(sight) for one in pushed) for sight in readers]
    assert [str(thread.pk) in text for text in told] == [True, True, False]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_erasure_do_everything_once(cast):
    delivered(*(a_text_webhook(f"secret {n}", wamid=f"wamid.{n}") for n in range(30)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("inbox.actions.forgetting.BATCH", 3)
        ask_erasure(dora().pk, by=by(cast.ada), at=timezone.now())
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _n: worked(), range(2)))
    receipt = Erasure.objects.get()
    assert (receipt.step, receipt.counts["messages"], receipt.counts["items"]) == ("done", 30, 30)


def worked():
    try:
        while Erasure.objects.exclude(step="done").exists():
            erase_next()
    finally:
        connections.close_all()
