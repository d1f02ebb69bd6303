"""The audit log: what is in it, and that nobody alters it unnoticed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from accounts.actions import audit
from accounts.actions.audit import cut_audit_log, purge_audit_log, purge_cut_rows
from accounts.actions.keys import create_key, revoke_key
from accounts.actions.people import change_role, note_second_factor
from accounts.actors import SYSTEM
from accounts.audit_verifying import verify
from accounts.events import announce, unit_of_work
from accounts.models import AuditEvent, EventCounter, Organization, Role
from accounts.origin import Origin, coming_from
from tests.cast import T0, a_cast, by

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return a_cast()


@pytest.fixture
def log(cast):
    """Five acts of Ada's, a day apart; the rows are guarded no longer, as for a thief."""
    key = create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0).row
    revoke_key(key.pk, by=by(cast.ada), at=T0 + timedelta(days=1))
    for day, role in enumerate((Role.SUPERVISOR, Role.AGENT, Role.ADMIN), start=2):
        change_role(cast.ben.pk, role=role, by=by(cast.ada), at=T0 + timedelta(days=day))
    return AuditEvent.objects.filter(organization=cast.organization).order_by("number")


def unguard():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER audit_guard ON accounts_auditevent")
        else:
            cursor.execute("DROP TRIGGER audit_guard_update")
            cursor.execute("DROP TRIGGER audit_guard_delete")


def test_an_act_is_recorded_with_who_when_from_where_and_on_what(cast):
    with coming_from(Origin("192.0.2.7", "Firefox")):
        key = create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0).row
    row = AuditEvent.objects.get()
    assert (row.kind, row.at, row.actor_id) == ("api_key.created", T0, cast.ada.pk)
    assert (row.address, row.agent, row.ids) == ("192.0.2.7", "Firefox", [str(key.pk)])
    assert row.data == {"scopes": ["*"], "key_kind": "integration"}


@pytest.mark.case("S119")
def test_an_act_that_is_rolled_back_leaves_no_row_and_no_gap(cast, log):
    with transaction.atomic():
        change_role(cast.ben.pk, role=Role.AGENT, by=by(cast.ada), at=T0)
        transaction.set_rollback(True)
    assert verify(cast.organization.pk).rows == log.count() == 5


@pytest.mark.case("S119")
def test_names_and_texts_that_somebody_announces_are_not_kept(cast):
    with unit_of_work():
        announce(
            "person.added", cast.organization.pk, by=by(cast.ada), at=T0, name="Noor", role="x"
        )
    row = AuditEvent.objects.values().get()
    assert row["data"] == {"role": "x"}
    assert not [value for value in row.values() if "Noor" in str(value) or "Ada" in str(value)]


def test_what_baton_does_by_itself_is_no_act_and_what_a_command_does_is_one(cast):
    for where in (Origin(), Origin(agent="command")):
        with coming_from(where), unit_of_work():
            announce("number.changed", cast.organization.pk, by=SYSTEM, at=T0, ids=[cast.number.pk])
    assert AuditEvent.objects.get().agent == "command"


def test_one_act_that_shows_in_many_threads_is_one_row(cast):
    with unit_of_work():
        for thread in (cast.ada.pk, cast.ben.pk):
            announce(
                "contact.merged",
                cast.organization.pk,
                by=by(cast.ada),
                at=T0,
                conversation_id=thread,
                ids=[cast.ada.pk],
            )
    assert AuditEvent.objects.count() == 1


def test_second_factors_that_come_and_go_are_recorded(cast):
    note_second_factor(cast.amina.pk, what="app_added", by=by(cast.amina), at=T0)
    row = AuditEvent.objects.get()
    assert (row.kind, row.data) == ("person.second_factor_changed", {"what": "app_added"})


@pytest.mark.case("S119")
@pytest.mark.parametrize("harm", ["update", "delete"])
def test_the_database_refuses_to_alter_or_remove_a_row(log, harm):
    row = log.filter(number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(kind="nothing") if harm == "update" else row.delete()
    assert log.get(number=2).kind == "api_key.revoked"


def edited(log):
    log.filter(number=3).update(address="10.0.0.1")


def removed(log):
    log.filter(number=3).delete()


def reordered(log):
    log.filter(number=3).update(number=99)
    log.filter(number=4).update(number=3)
    log.filter(number=99).update(number=4)


def inserted(log):
    row = log.get(number=3)
    log.filter(number__gte=3).delete()
    AuditEvent(**{**_values(row), "kind": "person.added"}).save(force_insert=True)


def shortened(log):
    log.filter(number__gte=3).delete()


def lengthened(log):
    AuditEvent(**{**_values(log.get(number=3)), "number": 6}).save(force_insert=True)


def beheaded(log):
    log.filter(number__lt=3).delete()


def _values(row):
    fields = [field.attname for field in AuditEvent._meta.concrete_fields if field.name != "id"]
    return {name: getattr(row, name) for name in fields}


@pytest.mark.case("S119")
@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (edited, 3),
        (removed, 3),
        (reordered, 3),
        (inserted, 3),
        (shortened, 3),
        (lengthened, 6),
        (beheaded, 1),
    ],
)
def test_a_log_that_was_tampered_with_names_the_first_bad_row(cast, log, harm, found):
    assert verify(cast.organization.pk).wrong is None
    unguard()
    harm(log)
    assert verify(cast.organization.pk).wrong == found


@pytest.mark.case("S119")
def test_the_oldest_rows_can_be_cut_off_and_the_rest_still_proves_itself(cast, log):
    ours = cast.organization.pk
    assert cut_audit_log(ours, before=T0 + timedelta(days=2), by=SYSTEM, at=timezone.now()) == 2
    assert verify(ours).wrong is None  # let go, and not yet gone
    assert purge_cut_rows(ours) == 2
    assert [row.number for row in log] == [3, 4, 5, 6]
    assert verify(ours) == verify(ours).__class__(4, None, "", 6, log.get(number=6).hash)
    with pytest.raises(IntegrityError), transaction.atomic():
        log.filter(number=3).delete()
    unguard()
    log.filter(number=3).delete()
    assert verify(ours).wrong == 3


def test_a_cut_that_takes_nothing_writes_nothing(cast, log):
    assert cut_audit_log(cast.organization.pk, before=T0, by=SYSTEM, at=T0) == 0
    assert log.count() == 5


@pytest.mark.case("S120")
@pytest.mark.parametrize(("years", "days", "gone"), [(None, 4000, 0), (1, 380, 0), (1, 410, 5)])
def test_what_an_organization_no_longer_keeps_goes(cast, log, monkeypatch, years, days, gone):
    Organization.objects.update(audit_years=years)
    monkeypatch.setattr(audit, "database_now", lambda: T0 + timedelta(days=days))
    assert (purge_audit_log(), purge_audit_log()) == (gone, 0)
    assert verify(cast.organization.pk).wrong is None


@pytest.mark.postgres
@pytest.mark.case("S119")
@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain(transactional_db):
    cast = a_cast()
    gate = threading.Barrier(6)

    def write():
        gate.wait()
        for number in range(5):
            create_key(
                cast.organization.pk,
                name=f"{threading.get_ident()}-{number}",
                by=by(cast.ada),
                at=timezone.now(),
            )
        connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert EventCounter.objects.get(organization=cast.organization).audit_number == 30
    assert verify(cast.organization.pk).rows == 30
