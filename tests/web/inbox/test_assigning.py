"""Giving a conversation to a person or a team, from its menu."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Event, Person, Team
from inbox.actions.conversations import close
from inbox.models import Conversation
from tests.cast import Cast, a_conversation, by, says, with_assistant, with_teams


def assigned(browser, who: Person, thread: Conversation, **fields):
    """What the form posts; what is not named stays as it was."""
    thread.refresh_from_db()
    now = {"person": thread.assignee_id or "", "team": thread.team_id or ""}
    body = now | {"expected_version": thread.version} | fields
    return browser(who, htmx=True).post(f"/inbox/{thread.pk}/assign/", body)


def lines(browser, person, thread: Conversation) -> str:
    return browser(person).get(f"/inbox/{thread.pk}/").text


def test_to_a_colleague_with_a_reason_that_the_thread_tells(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    answer = assigned(browser, cast.amina, thread, person=cast.ben.pk, why="language")
    assert answer.status_code == 200
    thread.refresh_from_db()
    assert (thread.assignee, thread.owner_epoch) == (cast.ben, 1)
    page = lines(browser, cast.amina, thread)
    assert "Amina gave the conversation to Ben" in page
    assert "They speak the customer&#x27;s language." in page


def test_to_a_team_and_away_from_it_changes_no_owner(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number, assigned_to=cast.ben)
    team = Team.objects.create(organization=cast.organization, name="Tea")
    for wanted, told in ((team.pk, "to the team Tea"), ("", "away from the team Tea")):
        assert assigned(browser, cast.amina, thread, team=wanted).status_code == 200
        thread.refresh_from_db()
        assert (thread.team_id or "", thread.assignee, thread.owner_epoch) == (wanted, cast.ben, 0)
        assert told in lines(browser, cast.amina, thread)


def test_to_nobody_and_from_the_assistant(cast: Cast, browser) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    assigned(browser, cast.amina, thread, person=cast.ben.pk)
    thread.refresh_from_db()
    assert (thread.mode, thread.handoff_state, thread.assignee) == ("human", "assigned", cast.ben)
    assigned(browser, cast.amina, thread, person="")
    thread.refresh_from_db()
    assert (thread.mode, thread.handoff_state, thread.assignee) == ("human", "none", None)


def test_what_is_so_already_is_no_event(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number, assigned_to=cast.ben)
    before = Event.objects.count()
    assert assigned(browser, cast.amina, thread).status_code == 200
    assert Event.objects.count() == before


@pytest.mark.case("F51")
def test_who_is_late_reads_who_has_it(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    assigned(browser, cast.amina, thread, person=cast.ben.pk)
    late = assigned(browser, cast.sara, thread, person=cast.sara.pk, expected_version=0)
    assert (late.status_code, "Ben was faster" in late.text) == (409, True)
    thread.refresh_from_db()
    assert thread.assignee == cast.ben


def test_a_closed_one_is_given_to_nobody_else(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    close(thread.pk, by=by(cast.amina), at=timezone.now())
    assert assigned(browser, cast.amina, thread, person=cast.ben.pk).status_code == 409
    assert assigned(browser, cast.amina, thread, person=cast.amina.pk).status_code == 200
    thread.refresh_from_db()
    assert (thread.status, thread.assignee) == ("open", cast.amina)


@pytest.mark.case("S80")
def test_people_and_teams_of_others_cannot_be_named(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    theirs = Team.objects.create(organization=cast.eve.organization, name="Theirs")
    assert assigned(browser, cast.amina, thread, person=cast.eve.pk).status_code == 422
    assert assigned(browser, cast.amina, thread, team=theirs.pk).status_code == 422
    thread.refresh_from_db()
    assert (thread.assignee, thread.team) == (None, None)


def test_given_to_another_team_it_is_gone_for_who_gave_it(cast: Cast, browser) -> None:
    teams = with_teams(cast)
    thread = a_conversation(cast.number)
    assert "may leave your list" in browser(cast.amina).get(f"/inbox/{thread.pk}/assign/").text
    answer = assigned(browser, cast.amina, thread, team=teams.chidis.pk)
    assert f'data-gone="{thread.pk}"' in answer.text
    assert browser(cast.amina).get(f"/inbox/{thread.pk}/").status_code == 404
    assert browser(teams.chidi).get(f"/inbox/{thread.pk}/").status_code == 200


def test_without_scripts_it_ends_at_the_thread_or_at_the_list(cast: Cast, browser) -> None:
    teams = with_teams(cast)
    thread = a_conversation(cast.number)
    address, amina = f"/inbox/{thread.pk}/assign/", browser(cast.amina)
    body = {"expected_version": 0, "person": cast.amina.pk, "team": ""}
    assert amina.post(address, body)["Location"] == f"/inbox/{thread.pk}/"
    body = {"expected_version": 1, "person": teams.chidi.pk, "team": ""}
    assert amina.post(address, body)["Location"] == "/inbox/"


def test_a_new_conversation_is_of_the_numbers_team(cast: Cast) -> None:
    cast.number.default_team = with_teams(cast).chidis
    cast.number.save()
    assert says(cast.number).conversation.team.name == "Coffee"
