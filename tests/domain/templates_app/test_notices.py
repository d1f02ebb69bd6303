"""Meta's webhooks about templates change them at once."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts.events import unit_of_work
from accounts.models import BusinessAccount, Event
from templates_app.handlers import template_updates
from templates_app.models import MessageTemplate, TemplateSync
from tests.domain.templates_app.conftest import AT, a_template
from webhooks.digest import digest_batch
from webhooks.models import Delivery
from webhooks.works import Work
from whatsapp.inbound import parse
from whatsapp.signature import fingerprint

PAYLOADS = Path(__file__).parents[2] / "payloads" / "inbound"
RESTOCK_ID = "2418837605510044"
PICKUP_ID = "2418837605510051"


@pytest.fixture
def restock(account):
    return a_template(account, "kettle_restock", meta_template_id=RESTOCK_ID, category="MARKETING")


def recorded(name, **changes):
    body = json.loads((PAYLOADS / f"template_{name}.json").read_text())
    for entry in body["entry"]:
        entry |= {key: value for key, value in changes.items() if key in ("id", "time")}
        for change in entry["changes"]:
            change["value"] |= {k: v for k, v in changes.items() if k not in ("id", "time")}
    return body


def tell(body, *, at=AT):
    with unit_of_work():
        items = parse(json.dumps(body).encode())
        template_updates([Work(0, at, "", item, 0, 1) for item in items])


@pytest.mark.parametrize(
    ("payload", "status", "sendable"),
    [
        ("status_approved", "APPROVED", True),
        ("status_paused", "PAUSED", False),
        ("status_rejected", "REJECTED", False),
        ("status_pending_deletion", "PENDING_DELETION", False),
    ],
)
def test_a_status_applies_at_once(restock, payload, status, sendable):
    tell(recorded(payload))
    restock.refresh_from_db()
    assert (restock.status, restock.sendable) == (status, sendable)
    assert restock.not_sendable_reason == ("" if sendable else "status")


def test_a_rejection_keeps_its_reason_until_the_approval(restock):
    tell(recorded("status_rejected", time=1794992460))
    restock.refresh_from_db()
    assert restock.rejected_reason == "INCORRECT_CATEGORY"
    tell(recorded("status_approved", time=1794992461))
    restock.refresh_from_db()
    assert (restock.status, restock.rejected_reason) == ("APPROVED", "")


def test_an_approved_template_that_cannot_be_compiled_stays_unsendable(account):
    catalogue = {"type": "BUTTONS", "buttons": [{"type": "CATALOG", "text": "Look"}]}
    parts = [{"type": "BODY", "text": "New."}, catalogue]
    row = a_template(account, meta_template_id=RESTOCK_ID, status="PENDING", components=parts)
    tell(recorded("status_approved"))
    row.refresh_from_db()
    assert (row.status, row.sendable, row.not_sendable_reason) == ("APPROVED", False, "catalog")


def test_a_deletion_marks_the_row(restock):
    tell(recorded("status_approved", event="DELETED"))
    restock.refresh_from_db()
    assert (restock.status, restock.removed_at) == ("DELETED", AT)


@pytest.mark.parametrize(
    ("event", "before", "after"),
    [
        ("REINSTATED", "PAUSED", "APPROVED"),
        ("FLAGGED", "APPROVED", "APPROVED"),
        ("UNARCHIVED", "ARCHIVED", "ARCHIVED"),
        ("SOMETHING_NEW", "APPROVED", "SOMETHING_NEW"),
    ],
)
def test_events_lead_to_statuses(account, event, before, after):
    row = a_template(account, meta_template_id=RESTOCK_ID, status=before)
    tell(recorded("status_approved", event=event))
    row.refresh_from_db()
    assert row.status == after


def test_a_late_status_does_not_undo_a_newer_one(restock):
    tell(recorded("status_paused", time=1794992500))
    tell(recorded("status_approved", time=1794992460))
    restock.refresh_from_db()
    assert restock.status == "PAUSED"
    assert restock.status_at == datetime.fromtimestamp(1794992500, UTC)


def test_a_quality_applies_and_does_not_stop_sending(restock):
    tell(recorded("quality"))
    restock.refresh_from_db()
    assert (restock.quality, restock.sendable) == ("YELLOW", True)


def test_a_category_applies_when_done_and_not_when_announced(restock, account):
    pickup = a_template(account, "pickup_ready", "de", meta_template_id=PICKUP_ID)
    tell(recorded("category"))
    restock.refresh_from_db()
    pickup.refresh_from_db()
    assert (restock.category, pickup.category) == ("MARKETING", "MARKETING")


def test_a_changed_text_waits_for_the_next_sync(restock):
    tell(recorded("components"))
    restock.refresh_from_db()
    assert restock.body == "Hello {{1}}, your order {{2}} is on its way."


def test_a_row_without_an_id_is_found_by_name_and_language(account):
    row = a_template(account, "kettle_restock", "en_US")
    tell(recorded("status_pending_deletion"))  # it writes en-US
    row.refresh_from_db()
    assert row.status == "PENDING_DELETION"


def test_a_name_made_anew_does_not_answer_for_its_old_id(account):
    row = a_template(account, "kettle_restock", "en_US", meta_template_id="77")
    tell(recorded("status_pending_deletion"))
    row.refresh_from_db()
    assert row.status == "APPROVED"


def test_an_unknown_template_is_listed_and_asks_for_a_sync(account):
    counts = dict.fromkeys(("added", "changed", "removed", "failed", "total"), 0)
    TemplateSync.objects.create(account=account, finished_at=AT, complete=True, **counts)
    tell(recorded("status_approved"))
    assert not MessageTemplate.objects.exists()
    notice = Event.objects.get().data
    assert (notice["about"], notice["event"]) == ("template_unknown", "APPROVED")
    assert not TemplateSync.objects.filter(account=account).exists()


def test_another_account_is_not_touched(restock, teapot):
    theirs = a_template(teapot, "kettle_restock", meta_template_id=RESTOCK_ID)
    tell(recorded("status_paused"))
    theirs.refresh_from_db()
    assert theirs.status == "APPROVED"


def test_a_webhook_for_nobody_has_no_effect(db):
    tell(recorded("status_paused"))
    assert not BusinessAccount.objects.exists()


def test_a_change_is_announced_once(restock):
    tell(recorded("quality"))
    tell(recorded("quality"))
    event = Event.objects.get(kind="template.updated")
    assert event.ids == [str(restock.pk)]
    assert event.data == {
        "change": "quality", "status": "APPROVED", "quality": "YELLOW", "category": "MARKETING",
    }  # fmt: skip


def test_an_id_is_a_number_in_webhooks_and_a_string_in_lists(account):
    value = {"event": "PAUSED", "message_template_id": int(RESTOCK_ID), "reason": "NONE"}
    row = a_template(account, meta_template_id=RESTOCK_ID)
    change = {"field": "message_template_status_update", "value": value}
    entry = {"id": account.waba_id, "changes": [change]}
    tell({"object": "whatsapp_business_account", "entry": [entry]})
    row.refresh_from_db()
    assert row.status == "PAUSED"


def test_a_webhook_comes_in_through_the_digest(transactional_db, account, settings):
    row = a_template(account, "kettle_restock", meta_template_id=RESTOCK_ID)
    Delivery.objects.create(
        body=json.dumps(recorded("status_paused")).encode(),
        secret_fingerprint=fingerprint(settings.META_APP_SECRET),
        received_at=AT,
    )
    digest_batch(threading.Event())
    row.refresh_from_db()
    assert (row.status, row.sendable) == ("PAUSED", False)
