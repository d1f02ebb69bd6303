"""Reading Meta's list: complete runs, broken ones, and what else happens meanwhile."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from accounts.actors import SYSTEM, agent
from accounts.models import Event
from accounts.refusals import Refused
from templates_app.actions import sync_organization, sync_templates
from templates_app.models import MessageTemplate, TemplateSync
from tests.domain.templates_app.conftest import AT, a_template, listed

LATER = AT + timedelta(hours=1)


@pytest.fixture
def world(meta):
    return meta.simulator.world


def sync(account, *, at=AT):
    return sync_templates(account.pk, by=SYSTEM, at=at)


def names(**wanted):
    return set(MessageTemplate.objects.filter(**wanted).values_list("name", flat=True))


def counts(result):
    return (result.added, result.changed, result.removed, result.failed)


def test_a_first_sync_brings_every_template(world, account):
    result = sync(account)
    assert counts(result) == (len(world.templates), 0, 0, 0)
    assert (result.complete, result.error, result.waba_id) == (True, None, account.waba_id)
    assert MessageTemplate.objects.count() == len(world.templates) == result.total


def test_a_template_arrives_whole(world, account):
    sync(account)
    row = MessageTemplate.objects.get(name="order_update", language="de")
    source = next(t for t in world.templates if (t.name, t.language) == ("order_update", "de"))
    assert row.meta_template_id == source.id
    assert (row.category, row.status, row.quality) == ("UTILITY", "APPROVED", "GREEN")
    assert row.components == source.components
    assert row.body == "Hallo {{1}}, deine Bestellung {{2}} ist unterwegs."
    assert (row.sendable, row.not_sendable_reason) == (True, "")
    assert (row.organization_id, row.synced_at) == (account.organization_id, AT)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("shop_closed_today", ""),
        ("spring_sale", "status"),
        ("track_parcel", ""),
        ("coupon", ""),
        ("two_that_fit", ""),
        ("catalogue_news", "catalog"),
        ("login_code", ""),
        ("winter_offer", ""),
        ("pickup_point", ""),
        ("ask_for_number", "unknown_button:REQUEST_CONTACT_INFO"),
    ],
)
def test_each_template_says_why_it_cannot_be_sent(world, account, name, reason):
    sync(account)
    found = {row.not_sendable_reason for row in MessageTemplate.objects.filter(name=name)}
    assert found == {reason}


def test_a_second_sync_changes_nothing(meta, account):
    sync(account)
    assert counts(sync(account, at=LATER)) == (0, 0, 0, 0)


def test_what_changed_at_meta_changes_here(meta, account):
    sync(account)
    meta.template("order_update", "de", "PAUSED")
    assert counts(sync(account, at=LATER)) == (0, 1, 0, 0)
    row = MessageTemplate.objects.get(name="order_update", language="de")
    assert (row.status, row.sendable, row.not_sendable_reason) == ("PAUSED", False, "status")


def test_what_is_gone_at_meta_is_marked_and_returns_as_the_same_row(world, account):
    sync(account)
    gone = world.templates.pop(0)
    assert counts(sync(account, at=LATER)) == (0, 0, 1, 0)
    row = MessageTemplate.objects.get(status="DELETED")
    assert (row.name, row.sendable, row.removed_at) == (gone.name, False, LATER)
    world.templates.append(gone)
    assert counts(sync(account, at=LATER + timedelta(hours=1))) == (0, 1, 0, 0)
    row.refresh_from_db()
    assert (row.status, row.removed_at) == ("APPROVED", None)


def test_every_page_is_read(world, account):
    world.templates += [listed(f"page_{number}") for number in range(250)]
    result = sync(account)
    assert result.total == len(world.templates) == MessageTemplate.objects.count()


@pytest.mark.parametrize(
    ("kind", "shape", "code"),
    [
        ("error", {"code": 190, "http": 401}, 190),
        ("http", {"http": 502}, None),
        ("drop_before_accept", {}, None),
    ],
)
def test_a_page_that_fails_keeps_what_was_read_and_removes_nothing(
    meta, world, account, kind, shape, code
):
    a_template(account, "only_here")
    world.templates += [listed(f"page_{number}") for number in range(120)]
    meta.fault(kind, on="templates", page=2, **shape)
    result = sync(account)
    assert (result.total, result.added, result.removed) == (100, 100, 0)
    assert not result.complete
    assert "Page 2" in result.error
    assert MessageTemplate.objects.filter(name="only_here", status="APPROVED").exists()
    assert Event.objects.get(kind="templates.synced").data["error_code"] == code


def test_a_failed_run_is_remembered_beside_the_last_complete_one(meta, account):
    complete = sync(account)
    meta.fault("error", on="templates", code=4)
    failed = sync(account, at=LATER)
    account.refresh_from_db()
    assert account.templates_synced_at == complete.finished_at
    assert account.templates_sync_error == failed.error
    kept = TemplateSync.objects.get(account=account)
    assert (kept.complete, kept.error, kept.total) == (False, failed.error, 0)


def test_a_complete_run_clears_the_error(meta, account):
    meta.fault("error", on="templates", code=4, count=1)
    sync(account)
    sync(account, at=LATER)
    account.refresh_from_db()
    assert account.templates_sync_error == ""


def test_an_account_without_a_token_is_told(meta, account):
    account.access_token = ""
    account.save()
    result = sync(account)
    assert not result.complete
    assert "token" in result.error


def test_a_row_that_cannot_be_read_is_counted_and_left_alone(world, account):
    sync(account)
    world.templates[0].components = None
    assert counts(sync(account, at=LATER)) == (0, 0, 0, 1)
    first = world.templates[0]
    row = MessageTemplate.objects.get(name=first.name, language=first.language)
    assert row.status == "APPROVED"
    assert row.components


def test_nothing_is_removed_while_a_row_does_not_even_say_which_it_is(world, account):
    a_template(account, "only_here")
    world.templates.append(listed(""))
    world.templates[-1].id = ""
    result = sync(account)
    assert (result.failed, result.removed, result.complete) == (1, 0, True)


def test_a_text_that_no_database_takes_is_cleaned(world, account):
    world.templates.append(listed("odd", components=[{"type": "BODY", "text": "a\x00b\ud800c"}]))
    sync(account)
    assert MessageTemplate.objects.get(name="odd").body == "a\ufffdb\ufffdc"


def test_a_webhook_that_came_meanwhile_wins_over_the_page(meta, account):
    sync(account)
    row = MessageTemplate.objects.get(name="order_update", language="de")
    row.status, row.status_at = "PAUSED", LATER + timedelta(seconds=1)
    row.sendable, row.not_sendable_reason = False, "status"
    row.save()
    sync(account, at=LATER)
    row.refresh_from_db()
    assert (row.status, row.sendable) == ("PAUSED", False)


def test_an_older_run_that_ends_late_removes_nothing_that_a_newer_one_saw(world, account):
    sync(account, at=LATER)
    world.templates.clear()
    assert sync(account, at=AT).removed == 0
    assert sync(account, at=LATER + timedelta(hours=1)).removed == MessageTemplate.objects.count()


def test_an_older_run_that_ends_late_changes_nothing_that_a_newer_one_read(meta, account):
    meta.template("order_update", "de", "PAUSED")
    sync(account, at=LATER)
    meta.template("order_update", "de", "APPROVED")
    assert sync(account, at=AT).changed == 0
    assert MessageTemplate.objects.get(name="order_update", language="de").status == "PAUSED"


def test_two_runs_at_once_agree(transactional_db, world, account):
    world.templates += [listed(f"page_{number}") for number in range(120)]
    results = []

    def run(at):
        try:
            results.append(sync(account, at=at))
        finally:
            connection.close()

    runs = [Thread(target=run, args=[at]) for at in (AT, LATER)]
    for one in runs:
        one.start()
    for one in runs:
        one.join(30)
    assert [result.complete for result in results] == [True, True]
    assert sum(result.added for result in results) == len(world.templates)
    assert sum(result.removed for result in results) == 0


def test_the_account_of_another_business_is_not_touched(meta, account, teapot):
    theirs = a_template(teapot)
    sync(account)
    theirs.refresh_from_db()
    assert (theirs.status, theirs.synced_at) == ("APPROVED", None)


def test_a_sync_is_announced_with_its_counts(meta, account, ben):
    sync_organization(account.organization_id, by=agent(ben), at=AT)
    event = Event.objects.get(kind="templates.synced")
    total = MessageTemplate.objects.count()
    assert event.data == {
        "added": total,
        "changed": 0,
        "removed": 0,
        "failed": 0,
        "total": total,
        "complete": True,
        "error_code": None,
    }
    assert (event.ids, event.actor_id) == ([str(account.pk)], ben.pk)


def test_without_an_account_there_is_nothing_to_sync(kettle):
    with pytest.raises(Refused) as refused:
        sync_organization(kettle.pk, by=SYSTEM, at=AT)
    assert refused.value.code == "NO_CONNECTED_ACCOUNT"


def test_the_number_of_queries_does_not_grow_with_the_rows(
    world, account, django_assert_max_num_queries
):
    world.templates += [listed(f"page_{number}") for number in range(40)]
    with django_assert_max_num_queries(30):
        sync(account)
