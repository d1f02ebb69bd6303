"""Teams in the settings: made, filled, renamed, deleted after one question."""

from __future__ import annotations

import pytest

from accounts.models import Event, PhoneNumber, Team, TeamMember
from inbox.models import Conversation
from tests.cast import a_conversation

PAGE = "/settings/teams/"
NEW = "/settings/teams/new/"


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


def a_team(ada, name: str, *people) -> Team:
    answer = ada.post(NEW, {"name": name, "members": [str(one.pk) for one in people]})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    return Team.objects.get(name=name)


def members() -> set[str]:
    return set(TeamMember.objects.values_list("person__name", flat=True))


def test_a_team_is_made_with_its_members_and_changed(ada, cast):
    assert "There is no team yet" in ada.get(PAGE).content.decode()
    team = a_team(ada, "Sales", cast.amina, cast.ben)
    (row,) = ada.get(PAGE).context["rows"]
    assert (row.name, row.members) == ("Sales", ("Amina", "Ben"))
    ada.post(f"{PAGE}{team.pk}/", {"name": "Night", "members": [str(cast.sara.pk)]})
    assert (Team.objects.get().name, members()) == ("Night", {"Sara"})
    kinds = list(Event.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["team.created", "team.renamed", "team.members_changed"]


def test_who_is_deactivated_stays_in_the_team_unseen(ada, cast):
    team = a_team(ada, "Sales", cast.amina, cast.ben)
    ada.post(f"/settings/people/{cast.ben.pk}/deactivate/")
    assert ada.get(PAGE).context["rows"][0].members == ("Amina",)
    ada.post(f"{PAGE}{team.pk}/", {"name": "Sales", "members": [str(cast.sara.pk)]})
    assert members() == {"Sara", "Ben"}


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": ""}, "name"), ({"name": "n" * 81}, "name"), ({"name": "sales"}, "name")],
)
def test_a_wrong_name_is_said_at_the_name(ada, cast, given, field):
    a_team(ada, "Sales")
    answer = ada.post(NEW, given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_nobody_of_another_organization_becomes_a_member(ada, cast):
    answer = ada.post(NEW, {"name": "Sales", "members": [str(cast.eve.pk)]})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["members"])
    assert not Team.objects.exists()


def test_deleting_asks_and_leaves_numbers_and_conversations_without_a_team(ada, cast):
    team = a_team(ada, "Sales", cast.amina)
    PhoneNumber.objects.update(default_team=team, label="Shop")
    thread = a_conversation(cast.number, assigned_to=cast.amina)
    Conversation.objects.update(team=team)
    assert "Shop" in ada.get(f"{PAGE}{team.pk}/delete/").content.decode()
    assert ada.post(f"{PAGE}{team.pk}/delete/")["Location"] == PAGE
    row = Conversation.objects.get(pk=thread.pk)
    assert (row.team, row.assignee) == (None, cast.amina)
    assert PhoneNumber.objects.get().default_team is None
    assert Event.objects.filter(kind="team.deleted").exists()


def test_the_list_holds_no_team_of_others(ada, cast, browser_of):
    a_team(browser_of(cast.eve), "Harbour crew")
    assert "Harbour crew" not in ada.get(PAGE).content.decode()
