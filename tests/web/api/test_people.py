"""GET /people and /teams: whom a conversation can be given to."""

from __future__ import annotations

import pytest

from accounts.models import Person
from tests.cast import Cast, with_teams
from tests.web.api.conftest import Caller, a_key

pytestmark = pytest.mark.once


def test_the_people_of_the_shop_with_their_roles_and_teams(cast: Cast, shop: Caller) -> None:
    teams = with_teams(cast)
    Person.objects.filter(pk=cast.ben.pk).update(is_active=False)
    found = {one["name"]: one for one in shop.get("/people").json()["data"]}
    assert set(found) == {"Amina", "Sara", "Ada", "Chidi"}
    assert (found["Sara"]["role"], found["Sara"]["availability"]) == ("supervisor", None)
    assert found["Amina"]["teams"] == [str(teams.theirs.pk)]
    listed = {one["name"]: one["members"] for one in shop.get("/teams").json()["data"]}
    assert listed == {"Tea": [str(cast.amina.pk)], "Coffee": [str(teams.chidi.pk)]}


def test_they_come_in_pages_and_of_one_organization(cast: Cast, shop: Caller) -> None:
    first = shop.get("/people?limit=3").json()
    rest = shop.get(f"/people?limit=3&cursor={first['pagination']['cursor']}").json()
    assert len(first["data"]) + len(rest["data"]) == 4
    assert not rest["pagination"]["has_more"]
    theirs = Caller(a_key(cast.eve.organization).key)
    assert [one["name"] for one in theirs.get("/people").json()["data"]] == ["Eve"]
    assert theirs.get("/teams").json()["data"] == []
