"""The people in the settings: given roles and teams, deactivated, never the last admin."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actions.teams import create_team
from accounts.models import Person, Role, TeamMember
from inbox.models import Conversation
from tests.cast import a_conversation, by

PAGE = "/settings/people/"


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


def page_of(person: Person) -> str:
    return f"{PAGE}{person.pk}/"


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
    assert ben.get("/inbox/").status_code == 302  # not by the session of before
    cast.ben.refresh_from_db()
    assert browser_of(cast.ben).get("/inbox/").status_code == 200


def test_a_supervisor_reads_the_list_and_is_offered_no_change(cast, browser_of):
    html = browser_of(cast.sara).get(PAGE).content.decode()
    assert cast.ben.email in html
    assert page_of(cast.ben) not in html
    assert "/settings/people/invite/" not in html


def test_the_list_holds_nobody_of_another_organization(ada, cast):
    assert cast.eve.email not in ada.get(PAGE).content.decode()


def test_teams_are_ticked_on_the_persons_own_page(ada, cast):
    team = create_team(cast.organization.pk, name="Sales", by=by(cast.ada), at=timezone.now())
    ada.post(page_of(cast.ben), {"role": "agent", "teams": [str(team.pk)]})
    assert TeamMember.objects.get().person == cast.ben
    (row,) = [one for one in ada.get(PAGE).context["rows"] if one.name == "Ben"]
    assert (row.teams, row.second_factor) == (("Sales",), False)
    ada.post(page_of(cast.ben), {"role": "agent"})
    assert not TeamMember.objects.exists()


@pytest.mark.parametrize(("choice", "kept"), [("keep", True), ("free", False)])
def test_the_admin_says_what_becomes_of_the_conversations_of_who_leaves(ada, cast, choice, kept):
    thread = a_conversation(cast.number, assigned_to=cast.ben)
    assert "1 open conversation is assigned" in ada.get(page_of(cast.ben)).content.decode()
    ada.post(f"{page_of(cast.ben)}deactivate/", {"conversations": choice})
    assert (Conversation.objects.get(pk=thread.pk).assignee == cast.ben) is kept


@pytest.mark.case("S97")
def test_another_role_ends_the_sessions_under_the_old_one(ada, cast, browser_of):
    ben = browser_of(cast.ben)
    ada.post(page_of(cast.ben), {"role": "supervisor"})
    assert ben.get("/inbox/").status_code == 302
