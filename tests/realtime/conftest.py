"""People, their browsers' sockets, and things that happen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connections

from accounts.models import EventCounter, Organization, Person
from inbox import hub as live_hub
from tests.realtime.browser import Browser


@dataclass(frozen=True)
class Cast:
    """One organization with its agents, and a person of another."""

    organization: Organization
    amina: Person
    ben: Person
    stranger: Person

    @property
    def id(self) -> UUID:
        return self.organization.pk


def an_organization(name: str) -> Organization:
    organization = Organization.objects.create(name=name)
    EventCounter.objects.create(organization=organization)
    return organization


def a_person(name: str, organization: Organization, **fields) -> Person:
    email = f"{name.lower()}@example.com"
    return Person.objects.create_user(email, None, name=name, organization=organization, **fields)


@pytest.fixture(autouse=True)
def one_process(settings) -> None:
    """No broker, also where the suite has one: what passes between processes is test_broker's."""
    settings.REDIS_URL = ""


@pytest.fixture
def cast(transactional_db) -> Iterator[Cast]:
    ours, theirs = an_organization("Sunrise Bakery"), an_organization("Harbour Tools")
    yield Cast(ours, a_person("Amina", ours), a_person("Ben", ours), a_person("Eve", theirs))
    connections.close_all()


@pytest.fixture
async def a_browser():
    """Opens sockets: `async with a_browser(person, since) as it`. The hub ends with the test."""

    @asynccontextmanager
    async def opened(person: Person | None, since: object = 0, **query) -> AsyncIterator[Browser]:
        browser = await Browser.open(person, since, **query)
        try:
            yield browser
        finally:
            await browser.leave()

    yield opened
    await live_hub.close_all(4012)


@pytest.fixture
def quick_beats(monkeypatch) -> None:
    """A heartbeat each half second instead of each ten."""
    monkeypatch.setattr(live_hub, "BEAT_EVERY_S", 0.5)
