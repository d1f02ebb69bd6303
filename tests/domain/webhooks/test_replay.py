"""The raw log once more: the same world from it, and no effect on a world that is whole."""

from __future__ import annotations

import json
import random
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actions.numbers import resume_number
from accounts.models import Event, EventCounter
from automation.models import Turn
from config.demo import webhooks as told
from config.demo.story import STORIES
from inbox.models import Contact, Conversation, Message, PendingStatus
from templates_app.models import MessageTemplate
from tests.cast import (
    DORA,
    PAYLOADS,
    PHONE_NUMBER_ID,
    WABA_ID,
    a_number,
    a_status_webhook,
    a_text_webhook,
    by,
    payload,
    says,
    wire,
    with_assistant,
)
from tests.domain.templates_app.conftest import a_template
from tests.state import differences, state_of
from webhooks.digest import digest_batch
from webhooks.models import DeadLetter, Delivery
from whatsapp.signature import fingerprint

# A database that has received everything is seconds of work, more of them on a busy machine.
pytestmark = [pytest.mark.timeout(180), pytest.mark.once]
SECRET = fingerprint(configured.META_APP_SECRET)
# Of people who have not written yet the phone's address book keeps nothing: it is delivered last.
FOLLOW_UPS = ["app_state_sync"]
# The stories' customers and those of the payloads are the same people, but for the form of a name.
NAMES = {"amir": "أمير الحسن"}


def follow_ups():
    return [wire(payload(name)) for name in FOLLOW_UPS]


def everything_meta_sends():
    """Every example payload, and the customers' lines of the demo's stories."""
    names = sorted(path.stem for path in (PAYLOADS / "inbound").glob("*.json"))
    bodies = [wire(payload(name)) for name in names if name not in FOLLOW_UPS]
    for story in STORIES:
        for place, line in enumerate(story.lines):
            if line.who == "customer":
                bodies.append(a_line_of(story, line, f"wamid.{story.customer.key}.{place}"))
    return bodies + follow_ups()


def a_line_of(story, line, wamid):
    at = timezone.now() - timedelta(minutes=line.minutes)
    customer = replace(story.customer, name=NAMES.get(story.customer.key, story.customer.name))
    return told.body(
        customer, line, at=at, wamid=wamid, phone_number_id=PHONE_NUMBER_ID, waba_id=WABA_ID
    )


def received(*bodies, at=None, secret=SECRET, apart_s=1):
    """Stores deliveries, a second apart, and digests them as the worker does."""
    first = at or timezone.now() - timedelta(hours=2)
    Delivery.objects.bulk_create(
        Delivery(
            body=body if isinstance(body, bytes) else wire(body),
            secret_fingerprint=secret,
            received_at=first + timedelta(seconds=number * apart_s),
        )
        for number, body in enumerate(bodies)
    )
    while digest_batch(threading.Event()):
        pass


def forget_all():
    """What a database looks like after the set-up of organization and number, and nothing else."""
    for model in (Conversation, Contact, PendingStatus, Event, DeadLetter, Delivery):
        model.objects.all().delete()


def replay(**options):
    """What the command says with --json."""
    out = StringIO()
    call_command("replay", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.fixture
def live(cast):
    """A shop that has received everything."""
    received(*everything_meta_sends())
    return cast


@pytest.fixture
def file(tmp_path):
    return tmp_path / "raw.ndjson"


def export(file):
    call_command("replay", export=str(file), stdout=StringIO(), stderr=StringIO())


# --- the same world ---


@pytest.mark.case("F94")
def test_a_shuffled_and_doubled_file_makes_the_same_world_in_an_empty_database(live, file):
    before = state_of(live.organization)
    export(file)
    lines = file.read_text().splitlines() * 2
    random.Random(94).shuffle(lines)
    file.write_text("\n".join(lines))
    forget_all()
    said = replay(source=str(file))
    assert said["deliveries"] == len(lines) // 2
    assert differences(before, state_of(live.organization)) == []
    assert replay(dry_run=True)["by_kind"] == {}


@pytest.mark.case("F94")
def test_a_shuffled_and_doubled_file_changes_nothing_in_the_live_database(live, file):
    before = state_of(live.organization)
    export(file)
    lines = file.read_text().splitlines(True) * 2
    random.Random(94).shuffle(lines)
    file.write_text("".join(lines))
    assert replay(source=str(file))["by_kind"] == {}
    assert differences(before, state_of(live.organization)) == []


@pytest.mark.case("F94")
def test_on_the_live_database_neither_dry_run_nor_replay_finds_a_difference(live):
    before = state_of(live.organization)
    seq = EventCounter.objects.get(organization=live.organization).seq
    for dry_run in (True, False):
        said = replay(dry_run=dry_run)
        assert (said["differences"], said["failed"], said["foreign"]) == (0, 0, 0)
        assert said["items"] > 100
    assert state_of(live.organization) == before
    assert EventCounter.objects.get(organization=live.organization).seq == seq


@pytest.mark.case("F94")
@pytest.mark.parametrize("seed", range(2))
def test_deliveries_doubled_and_in_any_order_make_the_same_world(cast, seed):
    at, bodies = timezone.now(), everything_meta_sends()
    received(*bodies, at=at, apart_s=0)
    before = state_of(cast.organization)
    forget_all()
    shuffled = bodies[: -len(FOLLOW_UPS)] * 2
    random.Random(seed).shuffle(shuffled)
    received(*shuffled, *follow_ups() * 2, at=at, apart_s=0)
    assert differences(before, state_of(cast.organization)) == []


# --- what a replay finds and mends ---


@pytest.fixture
def small(cast):
    """A shop that has received a little."""
    received(*(payload(name) for name in ("text", "image_caption", "echo_text", "status_read")))
    return cast


@pytest.fixture
def damaged(small):
    """A shop that has lost a message."""
    text = a_text_webhook("Where is my order?", wamid="wamid.lost", wa_id="4915550199")
    received(text, a_status_webhook("wamid.ours", "read"), at=timezone.now())
    Message.objects.filter(wamid="wamid.lost").delete()
    return small


def test_a_dry_run_names_what_is_missing_and_mends_nothing(damaged):
    said = replay(dry_run=True)
    assert said["by_kind"]["messages"] == {"new": 1}
    assert said["by_kind"]["events: message.received"] == {"new": 1}
    assert not Message.objects.filter(wamid="wamid.lost").exists()


def test_a_replay_mends_it_at_the_time_it_was_received(damaged):
    assert replay()["by_kind"]["messages"] == {"new": 1}
    message = Message.objects.get(wamid="wamid.lost")
    assert message.created_at == Delivery.objects.order_by("-pk")[1].received_at
    assert replay(dry_run=True)["differences"] == 0


def test_no_assistant_answers_what_a_replay_brings(cast):
    with_assistant(cast.number)
    received(a_text_webhook("opening hours", wamid="wamid.1", wa_id=DORA), at=timezone.now())
    assert Turn.objects.count() == 1
    Conversation.objects.all().delete()
    replay()
    assert Conversation.objects.get().mode == "ai"
    assert Turn.objects.count() == 0
    assert Event.objects.get(kind="message.received", data__replayed=True)


def test_what_a_chunk_could_not_apply_becomes_a_dead_letter_once(cast):
    received(payload("batch_with_poison_item"))
    DeadLetter.objects.all().delete()
    assert replay(dry_run=True)["failed"] == 4
    assert DeadLetter.objects.count() == 0
    assert replay()["failed"] == 4
    assert DeadLetter.objects.count() == 4


# --- what it leaves alone ---


def test_an_item_with_a_letter_that_waits_is_the_pages_business(cast):
    received(payload("batch_with_poison_item"), b"garbage")
    said = replay()
    assert (said["left"], said["failed"], said["differences"]) == (5, 0, 0)


def test_a_delivery_that_waits_is_the_workers(cast):
    Delivery.objects.create(
        body=wire(a_text_webhook()), secret_fingerprint=SECRET, received_at=timezone.now()
    )
    assert replay()["deliveries"] == 0
    assert list(Delivery.objects.values_list("state", "attempts")) == [("received", 0)]


def test_only_what_was_received_in_the_time_asked_for(cast):
    at = timezone.now() - timedelta(hours=1)
    received(*(a_text_webhook(wamid=f"wamid.{n}") for n in range(4)), at=at)
    since, until = (at + timedelta(seconds=n) for n in (1, 3))
    assert replay(since=since.isoformat(), until=until.isoformat())["deliveries"] == 2


def test_only_the_items_of_one_organization(cast):
    a_number(cast.eve.organization, waba_id="77", meta_phone_number_id="78")
    theirs = a_text_webhook(wamid="wamid.theirs", phone_number_id="78")
    theirs["entry"][0]["id"] = "77"
    received(theirs, a_text_webhook(wamid="wamid.ours"))
    Message.objects.all().delete()
    replay(organization="Harbour Tools")
    assert list(Message.objects.values_list("wamid", flat=True)) == ["wamid.theirs"]


def test_a_secret_of_the_past_speaks_only_when_the_operator_says_so(cast):
    received(a_text_webhook(wamid="wamid.1"))
    Delivery.objects.update(secret_fingerprint="0123456789abcdef")
    Message.objects.all().delete()
    assert replay()["foreign"] == 1
    assert not Message.objects.exists()
    assert replay(old_secret=["0123456789abcdef"])["by_kind"]["messages"] == {"new": 1}


def test_what_spoils_a_chunk_at_its_end_costs_only_itself(cast, settings):
    received(*(a_text_webhook(wamid=f"wamid.{n}", wa_id=f"4915550{n}") for n in range(3)))
    Message.objects.all().delete()
    settings.EVENT_LISTENERS = {"message.received": ["tests.domain.webhooks.test_replay.stumble"]}
    assert replay()["failed"] == 1
    assert sorted(Message.objects.values_list("wamid", flat=True)) == ["wamid.0", "wamid.2"]


def stumble(event):
    """A listener that cannot bear one message, after the savepoints of the items."""
    if Message.objects.get(pk=event.ids[0]).wamid == "wamid.1":
        raise LookupError("wamid.1")


def test_what_an_admin_has_put_right_since_stays_so(cast):
    received(payload("account_update_partner_removed"))
    resume_number(cast.number.pk, by=by(cast.ada), at=timezone.now())
    assert replay()["differences"] == 0
    cast.number.refresh_from_db()
    assert cast.number.status == "active"


def test_old_words_about_a_template_stay_old(cast):
    a_template(cast.account, "kettle_restock", meta_template_id="2418837605510044")
    qualities = [a_quality(word, at=1794992460 + n) for n, word in enumerate(("RED", "GREEN"))]
    received(*qualities, payload("template_category"), payload("template_status_paused"))
    said = replay(dry_run=True)
    assert said["by_kind"] == {}
    assert MessageTemplate.objects.get().quality == "GREEN"


def a_quality(word, *, at):
    body = payload("template_quality")
    body["entry"][0]["time"] = at
    body["entry"][0]["changes"][0]["value"]["new_quality_score"] = word
    return body


# --- the file ---


def test_the_file_is_its_owners_alone(small, file):
    export(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text().splitlines()) == Delivery.objects.count()


def test_a_file_taken_in_twice_is_stored_once(small, file):
    export(file)
    count = Delivery.objects.count()
    for _ in range(2):
        replay(source=str(file))
    assert Delivery.objects.count() == count


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"received_at": "2026-11-28T09:00:00Z"}', '{"received_at": "today"}']
)
def test_a_line_that_is_no_delivery_is_named(cast, file, line):
    file.write_text(f"\n{line}\n")
    with pytest.raises(CommandError, match="Line 2"):
        replay(source=str(file))


@pytest.mark.parametrize(
    "options",
    [
        {"since": "yesterday"},
        {"since": "2026-11-28T09:00:00"},
        {"organization": "Nobody & Co"},
        {"organization": "98e70dea-b76d-4110-9b89-bea66525b282"},
        {"export": "x", "organization": "Kettle & Co"},
        {"source": "x", "dry_run": True},
        {"source": "/nowhere"},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_before_anything_is_done(cast, options):
    says(cast.number)
    with pytest.raises(CommandError):
        replay(**options)


def test_people_read_sentences(damaged):
    out = StringIO()
    call_command("replay", dry_run=True, stdout=out)
    assert "messages: 1 new" in out.getvalue()
    assert "It would make" in out.getvalue()
