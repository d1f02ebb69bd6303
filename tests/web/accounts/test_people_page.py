"""The people in the settings: added, given roles, deactivated, never the last admin."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Person, Role

PAGE = "/settings/people/"
NOOR = {
    "name": "Noor",
    "email": "noor@kettle.example",
    "role": "supervisor",
    "password": "four words in a row",
}


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


def page_of(person: Person) -> str:
    return f"{PAGE}{person.pk}/"


def test_somebody_added_can_log_in_with_the_first_password(ada):
    answer = ada.post(PAGE, NOOR)
    noor = Person.objects.get(email=NOOR["email"])
    assert (answer.status_code, answer["Location"], noor.role) == (302, PAGE, Role.SUPERVISOR)
    assert Client().login(username=NOOR["email"], password=NOOR["password"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "noor"),
        ("role", "owner"),
        ("password", "short"),
        ("password", "password123"),
        ("password", "noor@kettle.example"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nobody_is_added(ada, field, value):
    before = Person.objects.count()
    answer = ada.post(PAGE, NOOR | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Person.objects.count() == before


def test_an_address_that_is_taken_is_said_at_the_address(ada, cast):
    answer = ada.post(PAGE, NOOR | {"email": cast.eve.email})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])


def test_a_role_is_changed_on_the_persons_own_page(ada, cast):
    assert ada.post(page_of(cast.ben), {"role": "supervisor"})["Location"] == PAGE
    cast.ben.refresh_from_db()
    assert cast.ben.role == Role.SUPERVISOR


def test_the_last_admin_keeps_the_role_and_reads_why(ada, cast):
    answer = ada.post(page_of(cast.ada), {"role": "agent"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["role"])
    assert ada.post(f"{page_of(cast.ada)}deactivate/").status_code == 409
    cast.ada.refresh_from_db()
    assert (cast.ada.role, cast.ada.is_active) == (Role.ADMIN, True)


def test_who_is_deactivated_is_out_at_once_and_can_come_back(ada, cast, browser_of):
    ben = browser_of(cast.ben)
    ada.post(f"{page_of(cast.ben)}deactivate/")
    assert ben.get("/inbox/").status_code == 302
    ada.post(f"{page_of(cast.ben)}reactivate/")
    assert browser_of(cast.ben).get("/inbox/").status_code == 200


def test_a_supervisor_reads_the_list_and_is_offered_no_change(cast, browser_of):
    html = browser_of(cast.sara).get(PAGE).content.decode()
    assert cast.ben.email in html
    assert page_of(cast.ben) not in html
    assert 'name="password"' not in html


def test_the_list_holds_nobody_of_another_organization(ada, cast):
    assert cast.eve.email not in ada.get(PAGE).content.decode()
