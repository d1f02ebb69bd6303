"""Files from Meta to us: the right bytes in the end, or a reason; never part of a file (G12)."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Event
from accounts.refusals import Refused
from inbox import drains, fetching
from inbox.actions.media import claim, fetch, retry_fetch
from inbox.actions.media_tidy import tidy
from inbox.media_storage import Disk, store, work_folder, work_root
from inbox.models import Media, MediaState
from simulator.testing import Running
from tests.cast import Cast, a_cast, by
from tests.domain.inbox.media_world import KETTLE, SAMPLES, fetched, older, sends

# What Meta answers for an id it no longer has.
GONE = {"kind": "error", "on": "media", "code": 100, "subcode": 33, "http": 400}


@pytest.fixture
def meta(meta: Running, settings, tmp_path: Path) -> Running:
    """Files in a folder of the test's."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return meta


def on_disk() -> list[str]:
    return [path.name for path in Disk().root.rglob("*") if path.is_file()]


def content(media: Media) -> bytes:
    size = media.size or 0
    file = store().open(media.path, 0, size)
    try:
        return file.read(size)
    finally:
        file.close()


def taken() -> Media:
    media = claim()
    assert media is not None
    return media


def announced() -> list[str]:
    return list(Event.objects.filter(kind="message.changed").values_list("actor_type", flat=True))


# --- what comes in whole ---


@pytest.mark.case("F55")
def test_a_file_is_fetched_checked_and_looked_at(cast: Cast, meta: Running) -> None:
    media = fetched(sends(meta, cast.number))
    assert (media.state, media.mime_type, media.error) == (MediaState.READY, "image/jpeg", "")
    assert content(media) == KETTLE
    assert (media.width, media.height) == (720, 540)
    assert media.path == f"{cast.organization.pk}/{media.pk}"
    assert media.thumbnail == f"{media.path}.thumbnail"
    assert len(announced()) == 1
    assert list(work_root().iterdir()) == []


def test_the_customers_name_for_it_is_no_name_on_our_disk(cast: Cast, meta: Running) -> None:
    name = "../../../etc/passwd"
    media = fetched(sends(meta, cast.number, "document", b"%PDF-1.7", filename=name))
    assert media.filename == name
    assert media.path == f"{cast.organization.pk}/{media.pk}"


@pytest.mark.case("S44")
def test_a_page_that_calls_itself_a_picture_is_kept_as_what_it_is(
    cast: Cast, meta: Running
) -> None:
    media = fetched(sends(meta, cast.number, data=b"<!doctype html><script>alert(1)</script>"))
    assert media.state == MediaState.READY
    assert not media.mime_type.startswith("image/")
    assert media.thumbnail == ""


@pytest.mark.case("S52")
def test_nothing_is_unpacked(cast: Cast, meta: Running) -> None:
    packed = b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + os.urandom(2000)
    media = fetched(sends(meta, cast.number, "document", packed, filename="bomb.docx"))
    assert content(media) == packed


# --- what goes wrong ---


@pytest.mark.case("F55")
@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        ({"kind": "http", "on": "media", "http": 500, "count": 3}, 4),
        ({"kind": "http", "on": "bytes", "http": 500, "count": 3}, 4),
        ({"kind": "http", "on": "bytes", "http": 404, "count": 1}, 1),  # asks for a new address
        ({"kind": "http", "on": "bytes", "http": 404, "count": 2}, 2),
        ({"kind": "wrong_hash", "on": "media", "count": 2}, 3),
        ({"kind": "truncated_200", "on": "bytes", "count": 1}, 2),
        ({"kind": "drop_before_accept", "on": "bytes", "count": 1}, 2),
        ({"kind": "object_200", "on": "bytes", "count": 1}, 2),  # the wrong bytes
        ({"kind": "object_200", "on": "media", "count": 1}, 2),  # no address
        ({"kind": "error", "on": "media", "code": 190, "count": 1}, 2),
    ],
    ids=lambda value: value["kind"] + "-" + value["on"] if isinstance(value, dict) else "",
)
def test_the_right_bytes_come_in_the_end(cast: Cast, meta: Running, fault, tries: int) -> None:
    meta.control(faults=[fault])
    media = sends(meta, cast.number)
    if tries > 1:
        missed = fetched(media, times=tries - 1)
        assert (missed.state, missed.path) == (MediaState.PENDING, "")
        assert missed.error
        assert missed.not_before > timezone.now()
        assert on_disk() == []
    media = fetched(media)
    assert (media.state, media.attempts) == (MediaState.READY, tries)
    assert content(media) == KETTLE


@pytest.mark.case("F55")
def test_a_file_that_stays_damaged_fails_after_five_copies(cast: Cast, meta: Running) -> None:
    meta.fault("wrong_hash", on="media")
    media = sends(meta, cast.number)
    assert fetched(media, times=4).state == MediaState.PENDING
    media = fetched(media)
    assert (media.state, media.error, media.path) == (MediaState.FAILED, fetching.CORRUPT, "")


@pytest.mark.case("F55")
def test_an_id_that_meta_forgot_has_expired(cast: Cast, meta: Running) -> None:
    meta.control(faults=[GONE])
    media = fetched(sends(meta, cast.number))
    assert (media.state, media.error) == (MediaState.EXPIRED, fetching.GONE)


@pytest.mark.case("F55")
def test_seven_days_after_it_was_sent_nobody_asks_any_more(cast: Cast, meta: Running) -> None:
    meta.fault("http", on="media", http=500)
    media = sends(meta, cast.number)
    older(media, days=6, hours=23)
    assert fetched(media).state == MediaState.PENDING
    older(Media.objects.get(pk=media.pk), hours=2)
    assert fetched(media).state == MediaState.EXPIRED


@pytest.mark.case("S53")
def test_more_than_we_take_is_cut_and_leaves_nothing(
    cast: Cast, meta: Running, monkeypatch
) -> None:
    monkeypatch.setattr("inbox.media_download.LARGEST_BYTES", 10_000)
    media = fetched(sends(meta, cast.number))
    assert (media.state, media.error) == (MediaState.FAILED, fetching.TOO_LARGE)
    assert on_disk() == []


@pytest.mark.case("S73")
def test_the_token_is_not_sent_where_the_address_leads_away(cast: Cast, meta: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        url = f"http://127.0.0.1:{stranger.getsockname()[1]}/file"
        told = json.dumps({"url": url, "mime_type": "image/jpeg", "id": "7"})
        meta.fault("accept_then_http", on="media", http=200, body=told)
        media = fetched(sends(meta, cast.number))
        assert (media.state, media.error) == (MediaState.PENDING, fetching.REFUSED)
        stranger.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has knocked
            stranger.accept()


@pytest.mark.case("F56")
def test_a_disk_that_refuses_loses_nothing(cast: Cast, meta: Running, settings) -> None:
    media, root = sends(meta, cast.number), settings.MEDIA_ROOT
    settings.MEDIA_ROOT = root.with_name("a-file")
    settings.MEDIA_ROOT.write_bytes(b"where a folder should be")
    missed = fetched(media)
    assert (missed.state, missed.error) == (MediaState.PENDING, fetching.DISK)
    settings.MEDIA_ROOT = root
    assert fetched(media).state == MediaState.READY


def test_a_number_without_a_token_waits_for_one(cast: Cast, meta: Running) -> None:
    media = sends(meta, cast.number)
    token, cast.account.access_token = cast.account.access_token, ""
    cast.account.save()
    assert fetched(media).error == fetching.NO_TOKEN
    cast.account.access_token = token
    cast.account.save()
    assert fetched(media).state == MediaState.READY


def test_fresh_files_come_before_those_that_failed(cast: Cast, meta: Running) -> None:
    first = sends(meta, cast.number)
    Media.objects.filter(pk=first.pk).update(attempts=3)
    second = sends(meta, cast.number)
    claimed = [claim(), claim(), claim()]
    assert [one.pk if one else None for one in claimed] == [second.pk, first.pk, None]


def test_a_worker_that_stops_gives_its_file_back_at_once(cast: Cast, meta: Running) -> None:
    sends(meta, cast.number)
    media, stop = taken(), threading.Event()
    stop.set()
    fetch(media, stop)
    media.refresh_from_db()
    assert (media.state, media.attempts, media.lease_until) == (MediaState.PENDING, 0, None)


def test_the_loser_of_a_lease_does_not_undo_the_winner(cast: Cast, meta: Running) -> None:
    sends(meta, cast.number)
    slow = taken()
    Media.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    quick = taken()
    fetch(quick, threading.Event())
    meta.fault("http", on="bytes", http=500)
    fetch(slow, threading.Event())
    assert Media.objects.get().state == MediaState.READY


# --- people ---


def test_a_person_asks_again_and_everybody_sees_it(cast: Cast, meta: Running) -> None:
    meta.control(faults=[GONE | {"count": 1}])
    media = fetched(sends(meta, cast.number))
    before = len(announced())
    retry_fetch(media.pk, by=by(cast.amina))
    media.refresh_from_db()
    assert (media.state, media.error, media.not_before) == (MediaState.PENDING, "", None)
    assert announced()[before:] == ["agent"]
    assert fetched(media).state == MediaState.READY


def test_asking_again_for_what_is_there_changes_nothing(cast: Cast, meta: Running) -> None:
    media = fetched(sends(meta, cast.number))
    before = len(announced())
    retry_fetch(media.pk, by=by(cast.amina))
    media.refresh_from_db()
    assert media.state == MediaState.READY
    assert len(announced()) == before


def test_what_meta_never_had_cannot_be_asked_for(cast: Cast, meta: Running) -> None:
    media = sends(meta, cast.number, id="")
    with pytest.raises(Refused, match="MEDIA_NOT_FOUND"):
        retry_fetch(media.pk, by=by(cast.amina))


def test_the_second_miss_is_shown_the_first_is_not(cast: Cast, meta: Running) -> None:
    meta.fault("http", on="media", http=500)
    media = sends(meta, cast.number)
    counts = [len(announced()) for _ in range(3) if fetched(media)]
    assert counts == [0, 1, 1]


# --- what is left over ---


def long_ago(path: Path, **how: float) -> None:
    then = time.time() - timedelta(**how).total_seconds()
    os.utime(path, (then, then))


def test_what_a_killed_worker_left_is_swept(cast: Cast, meta: Running) -> None:
    with work_folder("running"):
        dead = work_root() / "dead"
        dead.mkdir()
        (dead / "file").write_bytes(b"half")
        long_ago(dead, minutes=20)
        tidy(threading.Event())
        assert [path.name for path in work_root().iterdir()] == ["running"]


def test_files_of_rows_that_are_gone_are_removed_after_a_day(cast: Cast, meta: Running) -> None:
    here, gone, fresh = (fetched(sends(meta, cast.number)) for _ in range(3))
    elsewhere = Disk().root / "another-installation" / "file"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"theirs")
    for one in (here, gone):
        for key in (one.path, one.thumbnail):
            long_ago(Disk().root / key, days=2)
    long_ago(elsewhere, days=2)
    Media.objects.filter(pk__in=[gone.pk, fresh.pk]).delete()
    assert tidy(threading.Event()) == 2
    assert content(here) == KETTLE
    assert (Disk().root / fresh.path).exists()
    assert elsewhere.exists()


def test_a_file_of_another_organizations_folder_is_not_ours_to_remove(
    cast: Cast, meta: Running
) -> None:
    media = fetched(sends(meta, cast.number))
    theirs = Disk().root / str(media.pk) / str(media.pk)  # a folder that no organization has
    theirs.parent.mkdir()
    theirs.write_bytes(b"theirs")
    long_ago(theirs, days=2)
    assert tidy(threading.Event()) == 0
    assert theirs.exists()


# --- many at once ---


@pytest.mark.django_db(transaction=True)
def test_a_slow_file_holds_up_no_other(meta: Running) -> None:
    cast = a_cast()
    meta.control(faults=[{"kind": "slow", "on": "bytes", "seconds": 3, "count": 1}])
    files = [sends(meta, cast.number) for _ in range(4)]
    stop, fetchers = threading.Event(), drains.Fetchers()
    began = time.monotonic()
    while Media.objects.filter(state=MediaState.READY).count() < len(files) - 1:
        fetchers.turn(stop)
        assert time.monotonic() - began < 2.9
    stop.set()
    fetchers.turn(stop)


SAMPLE_SOUND = (SAMPLES / "voice.ogg").read_bytes()


def test_a_voice_note_is_known_as_one(cast: Cast, meta: Running) -> None:
    media = fetched(
        sends(meta, cast.number, "voice", SAMPLE_SOUND, mime_type="audio/ogg; codecs=opus")
    )
    assert (media.kind, media.mime_type) == ("voice", "audio/ogg")
