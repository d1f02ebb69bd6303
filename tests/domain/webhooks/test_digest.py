"""The digest: every item on its own, whatever its neighbours are."""

import hashlib
import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from tests.domain.webhooks.conftest import a_delivery, a_text, applied, write_events
from tests.unit.webhooks.test_faults import from_sqlite
from webhooks import claims
from webhooks.dead_letters import keep_item
from webhooks.digest import digest_batch
from webhooks.models import DeadLetter, Delivery
from whatsapp.inbound import parse

pytestmark = pytest.mark.usefixtures("handler")


def letters():
    return {letter.path: letter.reason for letter in DeadLetter.objects.all()}


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_the_items_of_several_deliveries_are_applied_in_order(door, digest, kettle):
    for number in range(3):
        door.post(a_delivery(a_text(f"wamid.{number}.a"), a_text(f"wamid.{number}.b")))
    digest()
    assert applied() == [f"wamid.{n}.{x}" for n in range(3) for x in "ab"]
    assert list(Delivery.objects.values_list("state", "items")) == [("done", 2)] * 3


@pytest.mark.case("F16")
@pytest.mark.parametrize(
    "poison",
    [
        {"id": None},
        {"timestamp": "abc"},
        {"timestamp": "99999999999999"},
        {"timestamp": -1},
        {"text": {"body": "a\0b"}},
        {"text": {"body": "\ud83d"}},
        {"text": None},
        {"text": []},
        {"text": {"body": "x" * 2_000_000}},
        {"id": "w" * 5_000},
        {"from": None},
        {"type": "hologram"},
        {"text": {"body": "stumble"}},
    ],
    ids=str,
)
def test_one_bad_item_never_costs_another(door, digest, kettle, poison):
    messages = [a_text(f"wamid.{number}") for number in range(20)]
    messages[7] = messages[7] | poison
    assert door.post(a_delivery(*messages)) == 200
    digest()
    siblings = [message["id"] for number, message in enumerate(messages) if number != 7]
    assert [one for one in applied() if one in siblings] == siblings
    assert len(letters()) + (len(applied()) - len(siblings)) == 1
    assert states() == ["done"]


def test_an_item_that_fails_leaves_neither_rows_nor_events(door, digest, kettle):
    door.post(a_delivery(a_text("wamid.1", text={"body": "stumble"})))
    digest()
    assert applied() == []
    assert letters() == {"entry[0].changes[0].value.messages[0]": "KeyError: 'stumbled'"}
    assert DeadLetter.objects.get().organization == kettle.organization


@pytest.mark.case("F19")
@pytest.mark.parametrize("body", [b"[" * 5_000, b'{"a":' * 100_000], ids=["lists", "objects"])
def test_deep_json_is_a_dead_letter(door, digest, body):
    assert door.post(body) == 200
    digest()
    assert set(letters()) == {""}
    assert states() == ["done"]


@pytest.mark.case("F20")
def test_bytes_that_are_no_text_are_kept_as_they_are(door, digest):
    body = bytes.fromhex("fffe00c328")
    assert door.post(body) == 200
    digest()
    kept = bytes(DeadLetter.objects.get().delivery.body)
    assert hashlib.sha256(kept).digest() == hashlib.sha256(body).digest()


@pytest.mark.case("F21")
@pytest.mark.parametrize(
    "body", ["null", "[]", '"x"', "1e999", "NaN", '{"a": 1, "a": 2}', "1" * 5_000, ""], ids=repr
)
def test_odd_json_has_no_effect(door, digest, body):
    assert door.post(body.encode()) == 200
    digest()
    assert applied() == []
    assert states() == ["done"]


@pytest.mark.case("F22")
@pytest.mark.parametrize(
    "body",
    [
        a_delivery(a_text("wamid.1"), field="a_field_of_next_year"),
        json.dumps({"object": "a_galaxy", "entry": [], "new": {"key": 1}}).encode(),
    ],
    ids=["field", "object"],
)
def test_an_unknown_kind_is_kept_without_effect(door, digest, kettle, body):
    assert door.post(body) == 200
    digest()
    assert (applied(), letters(), states()) == ([], {}, ["done"])
    assert bytes(Delivery.objects.get().body) == body


@pytest.mark.case("F17")
def test_a_body_of_three_mebibytes_is_applied_whole(door, digest, kettle):
    texts = [a_text(f"wamid.{n:03}", text={"body": "x" * 5_000}) for n in range(590)]
    body = a_delivery(*texts)
    body += b" " * (3 * 1024 * 1024 - len(body))
    assert len(body) == 3_145_728
    assert door.post(body) == 200
    digest()
    assert len(applied()) == 590


@pytest.mark.case("F23")
def test_a_thousand_changes_in_one_body(door, digest, kettle):
    change = json.loads(a_delivery(a_text("x")))["entry"][0]["changes"][0]
    changes = []
    for number in range(1_000):
        messages = [a_text(f"wamid.{number:04}")]
        changes.append(change | {"value": change["value"] | {"messages": messages}})
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1001", "changes": changes}]}
    assert door.post(json.dumps(body).encode()) == 200
    digest()
    assert applied() == [f"wamid.{number:04}" for number in range(1_000)]


@pytest.mark.case("S07")
@pytest.mark.parametrize(
    "named",
    [
        {"waba_id": "1002", "phone_number_id": "2002"},
        {"waba_id": "1001", "phone_number_id": "2002"},
        {"waba_id": "1002", "phone_number_id": "2001"},
    ],
    ids=["both", "number", "waba"],
)
def test_another_apps_secret_has_no_effect(door, digest, kettle, teapot, caplog, named):
    good, malformed = a_text("wamid.1"), a_text("wamid.2", id=None)
    assert door.post(a_delivery(good, malformed, **named)) == 200  # signed for Kettle & Co
    digest()
    assert (applied(), letters(), states()) == ([], {}, ["done"])
    said = [record for record in caplog.records if record.name == "webhooks.security"]
    assert len(said) == 2
    assert "12025550143" not in caplog.text


@pytest.mark.case("S07")
def test_an_accounts_own_secret_has_its_effect(door, digest, teapot):
    body = a_delivery(a_text("wamid.1"), waba_id="1002", phone_number_id="2002")
    door.post(body, secret="teapot-secret")
    digest()
    assert applied() == ["wamid.1"]


# --- after a crash ---


def crash(times=1, *, at_item=None):
    """A worker claims what is due, begins, and is never heard of again; the lease runs out."""
    for _ in range(times):
        claimed = claims.claim()
        if at_item is not None:
            claims.take_in_hand(claimed[0], at_item)
        expire()


def expire():
    Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))


@pytest.mark.case("F25")
def test_after_a_crash_everything_is_applied(door, digest, kettle):
    for number in range(3):
        door.post(a_delivery(*(a_text(f"wamid.{number}.{item}") for item in range(2))))
    crash()
    digest()
    assert len(applied()) == 6
    assert (letters(), states()) == ({}, ["done"] * 3)


@pytest.mark.case("F25")
def test_after_a_crash_a_delivery_goes_on_at_its_item(door, digest, kettle):
    door.post(a_delivery(*(a_text(f"wamid.{item}") for item in range(5))))
    crash()
    crash(at_item=3)
    digest()
    assert applied() == ["wamid.3", "wamid.4"]  # the others were committed before


@pytest.mark.case("F26")
def test_an_item_that_ends_the_worker_three_times_is_a_dead_letter(door, digest, kettle):
    door.post(a_delivery(*(a_text(f"wamid.{item}") for item in range(5))))
    crash()
    crash(2, at_item=2)
    digest()
    assert applied() == ["wamid.3", "wamid.4"]
    assert set(letters()) == {"entry[0].changes[0].value.messages[2]"}
    assert states() == ["done"]


@pytest.mark.case("F26")
def test_a_neighbour_in_the_same_batch_is_no_suspect_for_ever(door, digest, kettle):
    door.post(a_delivery(a_text("wamid.kills")))
    door.post(a_delivery(a_text("wamid.innocent")))
    crash()
    crash(3, at_item=0)
    digest()
    assert applied() == ["wamid.innocent"]
    assert len(letters()) == 1


@pytest.mark.case("F01")
def test_what_saw_a_crash_waits_for_all_others_and_those_longest_that_saw_most(door, kettle):
    """So workers that are killed for other reasons do not condemn what each of them takes first."""
    for number in range(3):
        door.post(a_delivery(a_text(f"wamid.{number}")))
    crash()
    crash()
    first = Delivery.objects.order_by("pk").first()
    assert (first.attempts, claims.claim()[0].pk) == (2, first.pk + 1)
    door.post(a_delivery(a_text("wamid.fresh")))
    expire()
    assert [one.attempts for one in claims.claim()] == [1]
    taken = [claims.claim()[0].pk for _ in range(3)]
    assert taken == [first.pk + 2, first.pk, first.pk + 1]


@pytest.mark.case("F01")
def test_only_a_worker_that_has_lived_for_a_while_takes_what_one_more_death_condemns(door, kettle):
    door.post(a_delivery(a_text("wamid.1")))
    for crashes in range(3):
        is_enough = len(claims.claim(is_steady=False)) == 1
        assert is_enough == (crashes < 2)
        expire()
    assert len(claims.claim()) == 1


def test_a_body_that_ends_the_worker_while_it_is_read_is_a_dead_letter(door, digest, kettle):
    door.post(a_delivery(a_text("wamid.1")))
    crash(3)
    digest()
    assert (applied(), set(letters()), states()) == ([], {""}, ["done"])


def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(door, kettle):
    door.post(a_delivery(a_text("wamid.1")))
    assert len(claims.claim()) == 1
    assert claims.claim() == []
    expire()
    assert len(claims.claim()) == 1


def test_a_stop_gives_back_what_is_not_begun(door, kettle):
    door.post(a_delivery(a_text("wamid.1")))
    stop = threading.Event()
    stop.set()
    digest_batch(stop)
    assert list(Delivery.objects.values_list("attempts", "lease_until")) == [(0, None)]


# --- whose fault it is ---

troubles: list[Exception] = []


def troubled(works):
    """A handler whose database refuses once."""
    if troubles:
        raise troubles.pop()
    write_events(works)


def test_a_refusal_of_the_database_is_tried_again_later(door, digest, kettle, settings):
    settings.WEBHOOK_HANDLERS = {"messages": "tests.domain.webhooks.test_digest.troubled"}
    door.post(a_delivery(a_text("wamid.1"), a_text("wamid.2")))
    troubles[:] = [from_sqlite(5)]
    digest()
    assert applied() == []
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.lease_until) == (0, None)
    assert delivery.not_before
    Delivery.objects.update(not_before=None)
    digest()
    assert applied() == ["wamid.1", "wamid.2"]
    assert letters() == {}


def listener(event):
    """A listener that refuses one event, after the savepoints of the items."""
    if event.data["wamid"] == "wamid.2":
        raise LookupError("wamid.2")


def test_what_fails_at_the_end_of_a_chunk_costs_only_its_item(door, digest, kettle, settings):
    settings.EVENT_LISTENERS = {"test.received": ["tests.domain.webhooks.test_digest.listener"]}
    door.post(a_delivery(*(a_text(f"wamid.{item}") for item in (1, 2, 3))))
    digest()
    assert applied() == ["wamid.1", "wamid.3"]
    assert list(letters().values()) == ["LookupError: wamid.2"]


@pytest.mark.case("F19")
def test_an_item_too_deep_to_be_written_is_a_letter_all_the_same():
    [item] = parse(a_delivery(a_text("wamid.deep")))
    deep = []
    for _ in range(5_000):
        deep = [deep]
    assert keep_item(1, replace(item, raw=deep), "stumbled", None).raw == b""


def test_the_builder_here_is_read_as_it_is_meant():
    [item] = parse(a_delivery(a_text("wamid.1")))
    assert (item.field, item.waba_id, item.phone_number_id) == ("messages", "1001", "2001")
