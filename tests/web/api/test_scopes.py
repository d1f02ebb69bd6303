"""Every endpoint and every scope: who lacks it is refused, and nobody gives it to themselves."""

from __future__ import annotations

import re
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.test import Client

from accounts.api.auth import KeyAuth
from accounts.models import ApiKey, Event
from accounts.scopes import READS, SCOPES
from config.api import api
from inbox.models import Message
from tests.cast import DORA, says, with_assistant
from tests.web.api.conftest import PREFIX, Caller, a_key

pytestmark = pytest.mark.once

# They answer a question whose body is too long for an address.
QUESTIONS = {"/templates/{template_id}/preview"}


class Door(NamedTuple):
    """One method of one path. scope: "" where any key will do, None where none is needed."""

    method: str
    path: str
    scope: str | None

    def ask(self, key: str) -> tuple[int, str]:
        path = PREFIX + re.sub(r"{[\w:]+}", str(uuid4()), self.path)
        headers = {"Authorization": f"Bearer {key}"}
        answer = Client().generic(
            self.method.upper(), path, b"{}", content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json().get("error", {}).get("code", "")


def doors() -> list[Door]:
    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                scopes = [one.scope for one in operation.auth_callbacks if isinstance(one, KeyAuth)]
                for method in operation.methods:
                    scope = scopes[0] if scopes else None
                    found.append(Door(method.lower(), prefix + path, scope))
    return found


WITH_SCOPE = [door for door in doors() if door.scope]


def test_the_doors_are_found_and_only_the_description_needs_no_key():
    assert len(WITH_SCOPE) > 20
    assert [door.path for door in doors() if door.scope is None] == []
    assert {door.path for door in doors() if door.scope == ""} == {"/ping"}


@pytest.mark.case("S84")
def test_a_key_that_lacks_the_scope_is_refused_at_every_door(cast):
    others = {scope: sorted(SCOPES - {scope}) for scope in SCOPES}
    keys = {}
    for door in WITH_SCOPE:
        scope = str(door.scope)
        if scope not in keys:
            keys[scope] = a_key(
                cast.organization, scope, scopes=others[scope], rate_per_minute=6000
            ).key
        assert door.ask(keys[scope]) == (403, "INSUFFICIENT_SCOPE"), door


@pytest.mark.case("S84")
def test_a_key_that_reads_opens_no_door_that_writes(cast):
    key = a_key(cast.organization, scopes=["read"], rate_per_minute=6000).key
    writing = [door for door in WITH_SCOPE if door.method != "get" and door.path not in QUESTIONS]
    before = Event.objects.exclude(kind="api_key.used").count()
    for door in writing:
        assert door.scope not in READS, door
        assert door.ask(key) == (403, "INSUFFICIENT_SCOPE"), door
    assert Event.objects.exclude(kind="api_key.used").count() == before


@pytest.mark.case("S84")
def test_no_door_makes_or_changes_a_key(cast):
    assert [door for door in doors() if "key" in door.path] == []
    made = a_key(cast.organization, scopes=["read"])
    for method in ("post", "patch", "put"):
        for path in ("/ping", "/api-keys", f"/api-keys/{made.row.pk}"):
            assert Door(method, path, "").ask(made.key)[0] in (404, 405)
    assert ApiKey.objects.get().scopes == ["read"]


@pytest.mark.case("S84")
def test_an_assistants_key_without_the_present_epoch_sends_nothing(cast):
    bot = with_assistant(cast.number)
    thread = says(cast.number).conversation
    key = Caller(a_key(cast.organization, kind="ai", bot_id=bot.pk).key)
    before = Message.objects.count()
    for epoch in ({}, {"owner_epoch": thread.owner_epoch - 1}, {"owner_epoch": 99}):
        answer = key.post("/messages", {"to": DORA, "text": "Hi"} | epoch)
        assert answer.status_code in (409, 422), epoch
    assert answer.status_code == 409
    assert Message.objects.count() == before


@pytest.mark.case("S87")
@pytest.mark.parametrize("name", ["api_key", "key", "access_token", "token", "X-API-Key"])
def test_a_key_in_address_cookie_or_body_opens_nothing(made, name):
    by_address = Client().get(f"{PREFIX}/ping", {name: made.key})
    by_cookie = Client()
    by_cookie.cookies[name] = made.key
    by_body = Client().post(
        f"{PREFIX}/messages", {name: made.key, "to": DORA, "text": "Hi"}, "application/json"
    )
    answers = [by_address, by_cookie.get(f"{PREFIX}/ping"), by_body]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert ApiKey.objects.get().last_used_at is None
