"""What twenty requests try at the same moment, one of them may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.actions.invitations import accept_invitation, invite
from accounts.actions.people import change_role, deactivate_person, set_password
from accounts.actors import SYSTEM
from accounts.models import Invitation, Person, Role
from tests.cast import a_person, an_organization
from tests.domain.accounts.racing import together

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.mark.case("S91")
def test_of_twenty_who_use_an_invitation_one_joins():
    made = invite(an_organization().pk, email="noor@kettle.example", by=SYSTEM, at=AT)
    use = [
        lambda name=f"Noor {number}": accept_invitation(
            made.row.token_sha256, name=name, password=None, at=AT
        )
        for number in range(20)
    ]
    assert together(use) == ["STATE_CONFLICT"] * 19
    assert (Person.objects.count(), Invitation.objects.get().accepted_at) == (1, AT)


@pytest.mark.case("S91")
def test_of_twenty_who_use_a_link_for_a_new_password_one_sets_it():
    amina = a_person(an_organization(), "Amina")
    use = [
        lambda number=number: set_password(
            amina.pk, known_hash=amina.password, password=f"new {number}", by=SYSTEM, at=AT
        )
        for number in range(20)
    ]
    assert together(use) == ["STATE_CONFLICT"] * 19


@pytest.mark.case("S134")
def test_twenty_who_remove_and_demote_the_admins_at_once_leave_one():
    organization = an_organization()
    admins = [a_person(organization, f"Ada{number}", Role.ADMIN) for number in range(4)]
    acts: list[Callable[[], object]] = []
    for number in range(20):
        person = admins[number % 4]
        if number % 2:
            acts.append(lambda one=person: deactivate_person(one.pk, by=SYSTEM, at=AT))
        else:
            acts.append(lambda one=person: change_role(one.pk, role=Role.AGENT, by=SYSTEM, at=AT))
    assert set(together(acts)) == {"STATE_CONFLICT"}
    assert Person.objects.filter(role=Role.ADMIN, is_active=True).count() == 1
