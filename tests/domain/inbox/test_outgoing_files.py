"""Files that go out, against a Graph API that obeys Meta's rules: the simulator over HTTP."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.refusals import Refused
from inbox.actions import media_tidy
from inbox.actions.attachments import remove
from inbox.actions.guards import Guards
from inbox.actions.sending import retry
from inbox.media_storage import store
from inbox.models import Media, MetaUpload
from simulator.testing import Running
from tests.cast import Cast, a_cast, a_conversation, by
from tests.domain.inbox.outgoing_files import KETTLE, PDF, attached, now, sends, sent, uploaded


@pytest.fixture
def meta(meta: Running, settings, tmp_path) -> Running:
    """Files in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path
    return meta


def of_us(meta: Running) -> list[dict]:
    """What the customer's phone shows of ours, oldest first."""
    return [one["bubble"] for one in meta.state()["messages"] if one["direction"] == "outbound"]


def test_a_picture_arrives_with_the_text_of_the_box_as_its_caption(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    (message,) = sends(cast, thread, attached(cast, thread), text="Is it this one?")
    uploaded()
    sent()
    assert now(message).status == "accepted"
    assert message.media.kind == "image"
    assert message.content["body"] == "Is it this one?"
    assert of_us(meta)[-1]["text"] == "Is it this one?"


def test_two_files_are_two_messages_and_the_text_goes_before_them(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    files = attached(cast, thread), attached(cast, thread, PDF, name="bill.pdf")
    captions = {files[1].pk: "The bill"}
    messages = sends(cast, thread, *files, text="Here you are", captions=captions)
    assert [(one.type, one.content["body"]) for one in messages] == [
        ("text", "Here you are"),
        ("image", None),
        ("document", "The bill"),
    ]


def test_what_waits_for_its_upload_holds_back_what_is_behind_it(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    (picture,) = sends(cast, thread, attached(cast, thread))
    (text,) = sends(cast, thread, text="Behind it")
    sent()
    assert (now(picture).status, now(text).status) == ("queued", "queued")
    uploaded()
    sent()
    assert [one["opaque"] for one in meta.accepts()] == [str(picture.pk), str(text.pk)]


@pytest.mark.case("F54")
def test_the_same_file_is_uploaded_once_and_used_again(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    first = sends(cast, thread, attached(cast, thread))
    assert uploaded() == 1
    second = sends(cast, thread, attached(cast, thread))
    assert uploaded() == 0
    sent()
    assert [now(one).status for one in (*first, *second)] == ["accepted", "accepted"]


def test_an_upload_that_is_too_old_is_made_again_before_the_send(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    (message,) = sends(cast, thread, attached(cast, thread))
    uploaded()
    MetaUpload.objects.update(uploaded_at=timezone.now() - timedelta(days=29, minutes=1))
    sent()
    assert now(message).status == "queued"
    assert uploaded() == 1
    sent()
    assert now(message).status == "accepted"


def test_a_file_that_meta_has_forgotten_is_uploaded_once_more_then_fails(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    (message,) = sends(cast, thread, attached(cast, thread))
    uploaded()
    for _ in range(2):
        meta.simulator.world.media.clear()
        sent()
        uploaded()
    assert not meta.simulator.world.media  # the second refusal ends it: nothing is uploaded
    row = now(message)
    assert (row.status, row.attempts, row.awaits_files, row.files_renewed) == (
        "failed",
        1,
        False,
        True,
    )
    assert row.failure["code"] == "131053"


def test_meta_knowing_it_again_sends_it(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    (message,) = sends(cast, thread, attached(cast, thread))
    uploaded()
    meta.simulator.world.media.clear()
    sent()
    assert uploaded() == 1
    sent()
    assert now(message).status == "accepted"


@pytest.mark.case("F54")
def test_a_retry_uses_the_same_upload_and_has_its_own_file(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    (first,) = sends(cast, thread, attached(cast, thread), text="Look")
    uploaded()
    meta.control(faults=[{"kind": "error", "on": "send", "code": 131026, "count": 1}])
    sent()
    assert now(first).status == "failed"
    again = retry(first.pk, by=by(cast.amina), at=timezone.now())
    assert uploaded() == 0
    sent()
    assert now(again).status == "accepted"
    assert again.media.path == now(first).media.path
    assert again.content["media"]["id"] == str(again.media.pk)


@pytest.mark.case("F86")
def test_five_files_of_which_the_third_is_refused_leave_in_order(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    files = [
        attached(cast, thread),
        attached(cast, thread, PDF, name="one.pdf"),
        attached(cast, thread, b"GIF89a" + bytes(40), name="dance.gif", declared="image/gif"),
        attached(cast, thread, PDF + b"\n", name="two.pdf"),
        attached(cast, thread, KETTLE + b"\0", name="again.jpg"),
    ]
    captions = {file.pk: f"number {n}" for n, file in enumerate(files, 1) if file.kind != "audio"}
    messages = sends(cast, thread, *files, captions=captions)
    meta.control(latency_ms=[0, 40])
    uploaded()
    sent()
    assert [now(one).status for one in messages] == [*["accepted"] * 2, "failed", *["accepted"] * 2]
    assert [one["text"] for one in of_us(meta)] == [f"number {n}" for n in (1, 2, 4, 5)]
    assert now(messages[2]).failure["kind"] == "rejected"


def test_send_pressed_twice_sends_the_files_once(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    files = attached(cast, thread), attached(cast, thread, PDF, name="bill.pdf")
    guards = Guards(form_token=uuid4())
    first = sends(cast, thread, *files, text="Both", guards=guards)
    again = sends(cast, thread, *files, text="Both", guards=guards)
    assert [one.pk for one in first] == [one.pk for one in again]
    assert Media.objects.filter(direction="outbound").count() == 2


def test_a_number_that_waits_uploads_nothing(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    attached(cast, thread)
    type(cast.number).objects.update(paused_until=timezone.now() + timedelta(minutes=1))
    assert uploaded() == 0


def test_a_token_that_meta_refuses_pauses_the_number_and_keeps_the_file(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    (message,) = sends(cast, thread, attached(cast, thread))
    meta.control(faults=[{"kind": "error", "on": "media", "code": 190, "count": 1}])
    assert uploaded() == 1
    cast.number.refresh_from_db()
    assert cast.number.status != "active"
    assert (now(message).status, MetaUpload.objects.get().state) == ("queued", "pending")


def test_what_is_removed_is_gone_with_its_file_but_not_what_was_sent(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    unsent, sent_one = attached(cast, thread), attached(cast, thread, PDF, name="bill.pdf")
    sends(cast, thread, sent_one)
    for file in (unsent, sent_one):
        remove(file.pk)
    assert [one.pk for one in Media.objects.filter(direction="outbound")] == [sent_one.pk]


def test_a_file_that_was_removed_meanwhile_refuses_the_send(cast: Cast, meta) -> None:
    thread = a_conversation(cast.number)
    file = attached(cast, thread)
    remove(file.pk)
    with pytest.raises(Refused) as refusal:
        sends(cast, thread, file)
    assert refusal.value.code == "MEDIA_NOT_FOUND"
    assert not list(store().listed()) or file.path


@pytest.mark.case("F54")
@pytest.mark.django_db(transaction=True)
def test_the_janitor_removes_what_nobody_sent_and_leaves_what_was(meta) -> None:
    cast = a_cast()
    thread = a_conversation(cast.number)
    attached(cast, thread)
    fresh, used = (
        attached(cast, thread, PDF, name="bill.pdf"),
        attached(cast, thread, KETTLE + b"1"),
    )
    sends(cast, thread, used)
    at = timezone.now()
    Media.objects.exclude(pk=fresh.pk).update(touched_at=at - timedelta(hours=25))
    assert media_tidy.forget_unsent(at=at) == 1
    kept = set(Media.objects.filter(direction="outbound").values_list("pk", flat=True))
    assert kept == {fresh.pk, used.pk}
    assert {key.removesuffix(".thumbnail") for key, _at in store().listed()} == {
        fresh.path,
        used.path,
    }


@pytest.mark.django_db(transaction=True)
def test_a_file_with_two_rows_stays_while_one_of_them_does(meta, settings) -> None:
    cast = a_cast()
    thread = a_conversation(cast.number)
    (first,) = sends(cast, thread, attached(cast, thread))
    (second,) = sends(cast, thread, Media.objects.get(message=first))
    path = second.media.path
    first.media.delete()
    for file in Path(settings.MEDIA_ROOT).glob("*/*"):
        os.utime(file, (0, 0))  # long ago: what belongs to nothing goes
    media_tidy.tidy(threading.Event())
    assert path in {key for key, _at in store().listed()}
