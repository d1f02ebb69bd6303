"""Amina and Ben in front of their browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Person
from tests.cast import Cast, a_cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast(db) -> Cast:
    return a_cast()


@pytest.fixture
def browser() -> Callable[..., Client]:
    """A logged-in browser; `htmx=True` asks for parts."""

    def opened(person: Person, *, htmx: bool = False) -> Client:
        client = Client(headers=HTMX if htmx else None)
        client.force_login(person)
        return client

    return opened
