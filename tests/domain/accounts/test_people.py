"""People are added, change roles, lose access; an organization never loses its last admin."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from accounts.actions.keys import create_key
from accounts.actions.people import (
    change_role,
    create_person,
    deactivate_person,
    reactivate_person,
)
from accounts.actors import SYSTEM
from accounts.models import Event, Person, Role
from accounts.refusals import Refused
from tests.cast import a_person, an_organization
from tests.domain.accounts.racing import together

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def test_somebody_new_can_log_in_and_is_announced(cast, client):
    person = create_person(
        cast.organization.pk,
        email="New@Kettle.example",
        name="Noor",
        password="a long password",
        by=SYSTEM,
        at=AT,
    )
    assert client.login(username="new@kettle.example", password="a long password")
    assert Event.objects.get(kind="person.added").ids == [str(person.pk)]


@pytest.mark.parametrize("where", ["organization", "eve"])
def test_an_address_is_used_once_whatever_the_organization(cast, where):
    organization = cast.organization if where == "organization" else cast.eve.organization
    with pytest.raises(Refused, match=r"ALREADY_EXISTS"):
        create_person(
            organization.pk,
            email=cast.ben.email.upper(),
            name="Ben",
            password=None,
            by=SYSTEM,
            at=AT,
        )


@pytest.mark.parametrize(
    "act",
    [
        lambda person: change_role(person.pk, role=Role.AGENT, by=SYSTEM, at=AT),
        lambda person: deactivate_person(person.pk, by=SYSTEM, at=AT),
    ],
)
def test_the_last_admin_stays_until_there_is_another(cast, act):
    with pytest.raises(Refused, match=r"STATE_CONFLICT"):
        act(cast.ada)
    change_role(cast.sara.pk, role=Role.ADMIN, by=SYSTEM, at=AT)
    act(cast.ada)
    assert [
        one.name
        for one in Person.objects.filter(
            organization=cast.organization, role=Role.ADMIN, is_active=True
        )
    ] == ["Sara"]


def test_an_admin_who_cannot_log_in_is_no_other_admin(cast):
    idle = a_person(cast.organization, "Idle", Role.ADMIN)
    Person.objects.filter(pk=idle.pk).update(is_active=False)
    with pytest.raises(Refused, match=r"STATE_CONFLICT"):
        deactivate_person(cast.ada.pk, by=SYSTEM, at=AT)


def test_an_admin_elsewhere_is_no_other_admin(cast):
    assert cast.eve.role == Role.ADMIN
    with pytest.raises(Refused, match=r"STATE_CONFLICT"):
        change_role(cast.ada.pk, role=Role.AGENT, by=SYSTEM, at=AT)


def test_deactivating_ends_sessions_and_keys(cast, client):
    key = create_key(
        cast.organization.pk, name="Ben's", kind="human", user=cast.ben, by=SYSTEM, at=AT
    ).row
    client.force_login(cast.ben)
    deactivate_person(cast.ben.pk, by=SYSTEM, at=AT)
    assert client.get("/settings/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at == AT


@pytest.mark.case("S79")
@pytest.mark.parametrize(
    ("before", "after", "revoked"),
    [("admin", "supervisor", True), ("supervisor", "agent", True), ("agent", "admin", False)],
)
def test_a_smaller_role_revokes_the_keys_of_the_person(cast, before, after, revoked):
    Person.objects.filter(pk=cast.ben.pk).update(role=before)
    own = {"kind": "human", "user": cast.ben}
    key = create_key(cast.organization.pk, name="Ben's", by=SYSTEM, at=AT, **own).row
    other = create_key(cast.organization.pk, name="Shop", by=SYSTEM, at=AT).row
    change_role(cast.ben.pk, role=Role(after), by=SYSTEM, at=AT)
    key.refresh_from_db()
    other.refresh_from_db()
    assert (key.revoked_at, other.revoked_at) == (AT if revoked else None, None)


def test_who_comes_back_has_the_old_role(cast):
    deactivate_person(cast.sara.pk, by=SYSTEM, at=AT)
    reactivate_person(cast.sara.pk, by=SYSTEM, at=AT)
    cast.sara.refresh_from_db()
    assert (cast.sara.is_active, cast.sara.role) == (True, Role.SUPERVISOR)


def test_what_changes_nothing_is_not_announced(cast):
    change_role(cast.ben.pk, role=Role.AGENT, by=SYSTEM, at=AT)
    reactivate_person(cast.ben.pk, by=SYSTEM, at=AT)
    assert not Event.objects.exists()


@pytest.mark.case("S83")
@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_leave_one():
    organization = an_organization()
    admins = [a_person(organization, name, Role.ADMIN) for name in ("Ada", "Abel")]
    acts = [partial(deactivate_person, one.pk, by=SYSTEM, at=AT) for one in admins]
    assert together(acts) == ["STATE_CONFLICT"]
    assert Person.objects.filter(role=Role.ADMIN, is_active=True).count() == 1
