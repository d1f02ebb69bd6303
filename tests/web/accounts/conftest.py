"""The cast, and a browser for each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Person
from tests.cast import Cast, a_cast


@pytest.fixture
def cast(db) -> Cast:
    return a_cast()


@pytest.fixture
def browser_of() -> Callable[[Person], Client]:
    """A browser in which this person has logged in."""

    def opened(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return opened
