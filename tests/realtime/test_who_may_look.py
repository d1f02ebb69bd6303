"""A socket lives as long as its session, and no longer."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.actions.people import change_role, deactivate_person, set_password
from accounts.actors import SYSTEM, agent
from accounts.models import Person, Role
from accounts.sessions import stored
from inbox import hub as live_hub
from tests.realtime.browser import a_session
from tests.realtime.happenings import happen


@pytest.fixture
def quick_checks(monkeypatch) -> None:
    """Sessions are looked at every second instead of every minute."""
    monkeypatch.setattr(live_hub, "CHECK_EVERY_S", 0.5)


async def test_nobody_is_told_to_log_in(cast, a_browser):
    async with a_browser(None) as browser:
        await browser.until(lambda it: it.closed_with)
        assert (browser.closed_with, browser.frames) == (4401, [])


@pytest.mark.case("S79")
async def test_a_deactivated_person_is_out_within_five_seconds(cast, a_browser):
    async with a_browser(cast.amina) as amina, a_browser(cast.ben) as ben:
        await database_sync_to_async(deactivate)(cast.amina)
        await amina.until(lambda it: it.closed_with, within_s=5)
        assert amina.closed_with == 4403
        await happen(cast.id)
        await ben.until(lambda it: it.cursor == 2)
        assert amina.cursor < 2


async def test_a_deactivated_person_does_not_come_back(cast, a_browser):
    session = await a_session(cast.amina)
    await database_sync_to_async(deactivate)(cast.amina)
    async with a_browser(cast.amina, session=session) as browser:
        await browser.until(lambda it: it.closed_with)
        assert browser.closed_with == 4401


async def test_an_ended_session_is_noticed(cast, a_browser, quick_checks):
    async with a_browser(cast.amina) as amina, a_browser(cast.ben) as ben:
        await database_sync_to_async(Session.objects.filter(pk=stored(amina.session)).delete)()
        await amina.until(lambda it: it.closed_with, within_s=5)
        assert (amina.closed_with, ben.closed_with) == (4401, None)


@pytest.mark.case("S79", "S99")
@pytest.mark.parametrize("act", ["choose_a_password", "demote", "log_out_everywhere_else"])
async def test_what_ends_sessions_ends_their_sockets_within_five_seconds(cast, a_browser, act):
    async with a_browser(cast.amina) as amina, a_browser(cast.ben) as ben:
        await database_sync_to_async(globals()[act])(cast.amina)
        await amina.until(lambda it: it.closed_with, within_s=5)
        assert (amina.closed_with, ben.closed_with) == (4401, None)


async def test_a_check_leaves_who_may_look_alone(cast, a_browser, quick_checks, quick_beats):
    async with a_browser(cast.amina) as amina:
        await amina.until(lambda it: len(it.of_type("beat")) > 4)
        assert amina.closed_with is None


async def test_a_restart_closes_every_socket_and_lets_none_in(cast, a_browser):
    async with a_browser(cast.amina) as amina, a_browser(cast.stranger) as stranger:
        await live_hub.close_all(4012)
        await amina.until(lambda it: it.closed_with == 4012)
        await stranger.until(lambda it: it.closed_with == 4012)
        async with a_browser(cast.ben) as ben:
            await ben.until(lambda it: it.closed_with)
            assert ben.closed_with == 4012


def deactivate(person: Person) -> None:
    deactivate_person(person.pk, by=SYSTEM, at=timezone.now())


def choose_a_password(person: Person) -> None:
    set_password(
        person.pk,
        known_hash=person.password,
        password="four words in a row",
        by=agent(person),
        at=timezone.now(),
    )


def demote(person: Person) -> None:
    change_role(person.pk, role=Role.SUPERVISOR, by=SYSTEM, at=timezone.now())


def log_out_everywhere_else(person: Person) -> None:
    here = Client()
    here.force_login(person)
    here.post("/settings/you/sessions/end/")
    assert here.get("/settings/you/").status_code == 200
