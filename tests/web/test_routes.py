"""Every address and every role: who gets in, who is refused, what a stranger learns.

An address without a row in tests/web/route_table.py fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import Person
from inbox.list_views import VIEWS
from inbox.models import Conversation
from tests.cast import a_cast, a_person, with_teams
from tests.web.route_table import (
    BODIES,
    CAMPAIGNS,
    ELSEWHERE,
    INBOX,
    NEVER,
    OWN_PAGE,
    SETTINGS,
    TABLE,
    THREAD,
    By,
)
from tests.web.world import World, a_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]


# What is in Amina's conversation: Chidi, of another team, is a stranger to it.
OF_A_CONVERSATION = re.compile(r":(conversation_id|message_id|contact_id|media_id)>")
WHERE_TO_ADD = (
    "Give each new address a row in the tables of tests/web/route_table.py (who gets"
    " which status by GET and by POST), its ids to tests/web/world.py and what is posted to BODIES;"
    " take the rows of addresses that are gone away"
)


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    """Amina's conversation, in a shop whose agents see only what is theirs and their teams'."""
    settings.MEDIA_ROOT = tmp_path
    cast = a_cast()
    world = a_world(cast)
    teams = with_teams(cast)
    Conversation.objects.filter(pk=world.ids["conversation_id"]).update(team=teams.theirs)
    world.people.update(chidi=teams.chidi, removed=a_person(cast.organization, "Gone", "admin"))
    return world


@pytest.fixture
def visitors(world: World) -> dict[str, Visitor]:
    """Everybody who asks, logged in; one was removed after that."""
    found = {name: Visitor(person) for name, person in world.people.items()}
    Person.objects.filter(pk=world.people["removed"].pk).update(is_active=False)
    return found


# What no form has: whoever posts it is not heard.
UNASKED = {
    **dict.fromkeys(("is_staff", "is_superuser", "owner_epoch"), "1"),
    **dict.fromkeys(("organization", "org", "wamid", "created_at", "direction"), "x"),
}
MASTERS = Q(is_staff=True) | Q(is_superuser=True)


class Visitor:
    """Somebody who asks each time with the session of their login, whatever became of it."""

    def __init__(self, person: Person | None) -> None:
        self.client = Client()
        if person:
            self.client.force_login(person)
        self.cookies = self.client.cookies.output(header="")

    def asks(self, method: str, address: str, body: object = None, **headers: str) -> Any:
        """The answer, read to its end; what it did to the world is undone."""
        self.client.cookies = SimpleCookie(self.cookies)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with transaction.atomic():
            if method in ("get", "post"):
                answer = getattr(self.client, method)(address, body or {}, headers=named)
            else:
                answer = self.client.generic(method.upper(), address, headers=named)
            answer.whole = b"".join(answer)  # a file is open until it is read
            answer.masters = method == "post" and Person.objects.filter(MASTERS).exists()
            transaction.set_rollback(True)
        return answer


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every address of the site, as it is written in the urls."""
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, route)
        else:
            yield route


def address(route: str, world: World) -> str:
    words = {
        "kind": "location",
        "token": "no-such-link",
        "pk": 1,
        "number": 1,
        "step": "test_message",
        **world.ids,
    }
    return "/" + re.sub(r"<(?:uuid|slug|int):(\w+)>", lambda part: str(words[part[1]]), route)


def wanted(route: str, by: By) -> dict[str, int]:
    """What the row says of everybody: Chidi is an agent, and who was removed is nobody."""
    everybody = by._asdict() | {"chidi": by.agent, "removed": by.anonymous}
    if OF_A_CONVERSATION.search(route) and by.agent not in (403, 405):
        everybody["chidi"] = 404
    return everybody


def body_of(route: str, world: World) -> dict[str, object]:
    """What is posted there."""
    given = BODIES.get(route, {})
    return {name: world.ids.get(str(value), value) for name, value in given.items()}


@pytest.mark.case("S74")
def test_every_address_has_a_row_and_every_row_an_address():
    found = {route for route in routes(get_resolver()) if not ELSEWHERE.match(route)}
    assert found - set(TABLE) == set(), WHERE_TO_ADD
    assert set(TABLE) - found == set(), WHERE_TO_ADD


@pytest.mark.case("S74", "S81", "S83")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_role_gets_what_the_table_says(method, world, visitors):
    different = {}
    for route, row in TABLE.items():
        where = address(route, world)
        body = UNASKED | body_of(route, world) if method == "post" else {}
        by = row[method == "post"]
        # What no method of an address is, nobody has: two are asked, not ten.
        asking = ("anonymous", "admin") if by is NEVER else visitors
        answers = {name: visitors[name].asks(method, where, body) for name in asking}
        assert not any(one.masters for one in answers.values()), route
        got = {name: one.status_code for name, one in answers.items()}
        told = {name: status for name, status in wanted(route, by).items() if name in got}
        if got != told:
            different[route] = {name: (got[name], told[name]) for name in got if got != told}
    assert different == {}, "statuses: (given, in the table)"


@pytest.mark.case("S75", "S89")
@pytest.mark.timeout(300)
def test_who_is_refused_a_page_is_refused_its_parts_and_its_other_spellings(world, visitors):
    """By htmx or with another method nobody gets what the plain one refuses."""
    different = {}
    for route, row in (INBOX | SETTINGS | CAMPAIGNS).items():
        for method, by in zip(("get", "post"), row, strict=True):
            told = wanted(route, by)
            for name in ("chidi", "stranger", "removed"):
                if told[name] in (403, 404) or name == "removed":
                    seen = _by_the_back_door(visitors[name], method, address(route, world))
                    lost = by.anonymous == 302 and name == "removed"
                    different |= {
                        (name, route, how): status
                        for how, status in seen.items()
                        if status not in ({401, 405} if lost and how == "htmx" else REFUSALS)
                    }
    assert different == {}


REFUSALS = {301, 302, 400, 403, 404, 405}


def _by_the_back_door(visitor: Visitor, method: str, where: str) -> dict[str, int]:
    asked = {"htmx": visitor.asks(method, where, HX_Request="true")}
    if method == "get":
        asked |= {verb: visitor.asks(verb, where) for verb in ("head", "options", "trace")}
    else:
        asked["override"] = visitor.asks("post", where, X_HTTP_Method_Override="GET")
    return {how: answer.status_code for how, answer in asked.items()}


@pytest.mark.case("S75", "S89")
@pytest.mark.timeout(300)
def test_no_page_has_another_spelling(world, visitors):
    """Not even for an admin: so there is none that could forget to ask who it is."""
    found = {}
    for route, (get, _post) in (INBOX | SETTINGS | CAMPAIGNS).items():
        if get is not NEVER:
            where = address(route, world)
            for one in (where[:-1], where + ";x", where + "%2f", where.upper(), f"/.{where}"):
                status = visitors["admin"].asks("get", one).status_code
                found |= {one: status} if status not in REFUSALS else {}
    assert found == {}


@pytest.mark.case("S85")
def test_no_page_that_chidi_gets_names_what_is_aminas(world, visitors):
    """Lists, searches, counters, contacts, settings: not an id, a name or a word of it."""
    addresses = [address(route, world) for route, (get, _post) in TABLE.items() if get.agent == 200]
    asked = [*(one for one in addresses if "accounts/" not in one), *SEARCHES]
    secrets = [str(world.ids[name]) for name in AMINAS] + ["Dora Lindqvist", "Hello Dora"]
    for name, found in (("chidi", set()), ("agent", {"Dora Lindqvist"})):
        told = set()
        for where in asked:
            answer = visitors[name].asks("get", where)
            if answer.status_code == 200:
                told |= {one for one in secrets if one in answer.whole.decode("utf-8", "replace")}
        assert told & {"Dora Lindqvist"} == found, name
        assert name == "agent" or told == set()


AMINAS = ("conversation_id", "message_id", "suggestion_id", "media_id", "contact_id")
SEARCHES = [
    *(f"/inbox/?view={view}" for view in VIEWS),
    *(f"/inbox/?view=open&search={words}" for words in ("Dora", "12025550143", "Hello", "text")),
    *(f"/contacts/?search={words}" for words in ("Dora", "12025550143")),
    "/inbox/marks/?view=failed",
]


@pytest.mark.timeout(300)
def test_no_other_method_does_anything(world, visitors):
    for route in INBOX | SETTINGS | CAMPAIGNS:
        for method in ("put", "patch", "delete"):
            answer = visitors["admin"].asks(method, address(route, world))
            assert answer.status_code == 405, (method, route)


@pytest.mark.case("S90")
def test_django_has_no_admin_here(world, visitors):
    assert visitors["admin"].asks("get", "/admin/").status_code == 404
    assert not [route for route in routes(get_resolver()) if "admin" in route]


@pytest.mark.timeout(300)
def test_to_htmx_a_lost_session_is_401_and_no_page_in_a_pane(world, visitors):
    for route, (get, _post) in TABLE.items():
        if route.startswith(("inbox", "sett", "camp")):
            method = "post" if get is NEVER else "get"
            answer = visitors["anonymous"].asks(method, address(route, world), HX_Request="true")
            got = (answer.status_code, answer.get("HX-Trigger"))
            assert got == (401, "session-ended"), route


@pytest.mark.timeout(300)
def test_no_page_of_a_person_is_kept_by_the_browser(world, visitors):
    for route, (get, _post) in TABLE.items():
        if get in (THREAD, OWN_PAGE):
            answer = visitors["agent"].asks("get", address(route, world))
            kept = {part.strip() for part in answer["Cache-Control"].split(",")}
            assert {"private", "no-store"} <= kept, route
