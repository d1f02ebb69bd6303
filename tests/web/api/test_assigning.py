"""POST /conversations/{id}/assign, and what a person's key sees before and after."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Team
from tests.cast import Cast, a_conversation, with_assistant, with_teams
from tests.web.api.conftest import Caller, a_key


def test_to_a_person_to_a_team_and_to_nobody(cast: Cast, shop: Caller) -> None:
    path = f"/conversations/{a_conversation(cast.number).pk}"
    team = Team.objects.create(organization=cast.organization, name="Tea")
    theirs = {"user_id": str(cast.ben.pk), "expected_version": 0}
    given = shop.post(f"{path}/assign", theirs).json()["data"]
    assert (given["assignee"]["name"], given["team"]) == ("Ben", None)
    late = shop.post(f"{path}/assign", theirs | {"user_id": str(cast.sara.pk)})
    assert late.json()["error"]["code"] == "ALREADY_CLAIMED"
    assert late.json()["error"]["meta"]["assignee"]["name"] == "Ben"
    teamed = shop.post(f"{path}/assign", {"team_id": str(team.pk)}).json()["data"]
    assert (teamed["assignee"]["name"], teamed["team"]["name"]) == ("Ben", "Tea")
    assert len(shop.get(f"/conversations?assigned=team:{team.pk}").json()["data"]) == 1
    none = shop.post(f"{path}/assign", {"user_id": None, "team_id": None}).json()["data"]
    assert (none["assignee"], none["team"], none["handoff"]["state"]) == (None, None, "none")


@pytest.mark.case("S80")
def test_strangers_and_nothing_are_refused(cast: Cast, shop: Caller) -> None:
    path = f"/conversations/{a_conversation(cast.number).pk}/assign"
    theirs = Team.objects.create(organization=cast.eve.organization, name="Theirs")
    bot = with_assistant(cast.number)
    for body in ({"user_id": str(cast.eve.pk)}, {"team_id": str(theirs.pk)}):
        assert shop.post(path, body).status_code == 404
    assert shop.post(path, {"team_id": str(uuid4())}).status_code == 404
    assert shop.post(path, {}).json()["error"]["fields"][0]["field"] == "user_id"
    assistant = Caller(a_key(cast.organization, "bot", kind="ai", bot_id=bot.pk).key)
    assert assistant.post(path, {"user_id": None}).json()["error"]["code"] == "NOT_OWNER"


def test_given_to_another_team_it_is_beyond_its_persons_key(cast: Cast, shop: Caller) -> None:
    teams = with_teams(cast)
    thread = a_conversation(cast.number)
    amina = Caller(a_key(cast.organization, "Amina's", kind="human", user=cast.amina).key)
    path = f"/conversations/{thread.pk}"
    assert amina.post(f"{path}/assign", {"team_id": str(teams.chidis.pk)}).status_code == 200
    assert amina.get(path).status_code == 404
    assert shop.get(path).status_code == 200
