"""What is old goes, and nothing that anybody still needs."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.actions.keys import create_key
from accounts.actions.purging import purge_idempotency_records
from accounts.models import IdempotencyRecord
from inbox.actions.purging import purge_parked_statuses
from inbox.models import PendingStatus
from tests.cast import a_status_webhook, by
from tests.domain.inbox.delivering import delivered
from webhooks import purging
from webhooks.models import DeadLetter, Delivery, DeliveryState
from webhooks.purging import Janitor, purge_deliveries

pytestmark = pytest.mark.django_db
DONE = {"state": DeliveryState.DONE, "digested_at": timezone.now()}
DISCARDED = {"discarded_at": timezone.now()}
RESOLVED = {"resolved_at": timezone.now()}


def a_delivery(*, days, letter=None, body=b"{}", **fields):
    """One received so many days ago. letter: the fields of its dead letter, if it has one."""
    at = timezone.now() - timedelta(days=days)
    row = Delivery.objects.create(body=body, received_at=at, **(DONE | fields))
    if letter is not None:
        DeadLetter.objects.create(delivery=row, path="", raw=b"", **letter)
    return row


@pytest.mark.parametrize(
    ("delivery", "gone"),
    [
        ({"days": 31}, True),
        ({"days": 29}, False),
        ({"days": 31, "letter": {}}, False),
        ({"days": 31, "letter": RESOLVED}, True),
        ({"days": 31, "letter": DISCARDED}, True),
        ({"days": 31, "state": DeliveryState.RECEIVED}, False),
        ({"days": 31, "digested_at": None}, False),
    ],
    ids=["old", "young", "a letter waits", "resolved", "discarded", "waits", "not digested"],
)
def test_only_what_is_old_and_settled_goes(delivery, gone):
    a_delivery(**delivery)
    assert purge_deliveries() == int(gone)
    assert Delivery.objects.exists() != gone


def test_how_old_is_a_setting(settings):
    settings.RAW_LOG_DAYS = 3
    a_delivery(days=4)
    assert purge_deliveries() == 1


def test_a_batch_is_bounded_in_rows_and_in_bytes(monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 4)
    monkeypatch.setattr(purging, "BATCH_BYTES", 1_000)
    for _ in range(5):
        a_delivery(days=40)
    for _ in range(3):
        a_delivery(days=35, body=b"x" * 600)
    assert [purge_deliveries() for _ in range(5)] == [4, 2, 1, 1, 0]


def turns(janitor):
    """One round of the janitor: until it has nothing to do now."""
    count = 0
    while janitor.turn(threading.Event()):
        count += 1
    return count


@pytest.fixture
def no_waiting(monkeypatch):
    monkeypatch.setattr(purging, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(purging, "BETWEEN_BATCHES_S", 0)


def test_the_janitor_goes_round_once_an_hour(no_waiting, monkeypatch, caplog, settings):
    janitor = Janitor()
    a_delivery(days=31)
    assert turns(janitor) == 1 + len(settings.PURGES)  # a batch, and each until it is empty
    assert "purged 1 of deliveries" in caplog.text
    a_delivery(days=31)
    assert turns(janitor) == 0
    an_hour_later = purging.time.monotonic() + 3_601
    monkeypatch.setattr(purging.time, "monotonic", lambda: an_hour_later)
    assert turns(janitor) == 1 + len(settings.PURGES)


def test_a_purge_that_fails_leaves_the_others_their_turn(no_waiting, monkeypatch, settings):
    def fails():
        raise OSError("the store is away")

    monkeypatch.setattr("inbox.actions.purging.purge_exports", fails)
    settings.PURGES = {name: settings.PURGES[name] for name in ("exports", "deliveries")}
    a_delivery(days=31)
    janitor = Janitor()
    with pytest.raises(OSError, match="away"):
        janitor.turn(threading.Event())
    assert turns(janitor) == 2
    assert not Delivery.objects.exists()


def test_a_stop_ends_it_after_the_batch(no_waiting):
    a_delivery(days=31)
    stop = threading.Event()
    stop.set()
    assert not Janitor().turn(stop)
    assert Delivery.objects.exists()


def test_a_parked_status_goes_with_the_raw_log(cast):
    delivered(a_status_webhook("wamid.1", "read"), a_status_webhook("wamid.2", "read"))
    old = PendingStatus.objects.filter(wamid="wamid.1")
    old.update(created_at=F("created_at") - timedelta(days=31))
    assert [purge_parked_statuses(), purge_parked_statuses()] == [1, 0]
    assert PendingStatus.objects.get().wamid == "wamid.2"


def test_an_answer_is_remembered_longer_than_the_contract_says(cast):
    key = create_key(cast.organization.pk, name="Till", by=by(cast.ada), at=timezone.now()).row
    for name, hours in (("young", 73), ("old", 97)):
        IdempotencyRecord.objects.create(api_key=key, key=name, method_path="", body_sha256="")
        at = timezone.now() - timedelta(hours=hours)
        IdempotencyRecord.objects.filter(key=name).update(created_at=at)
    assert [purge_idempotency_records(), purge_idempotency_records()] == [1, 0]
    assert IdempotencyRecord.objects.get().key == "young"
