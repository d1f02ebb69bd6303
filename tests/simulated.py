"""A Meta that listens: the fixtures of every test that calls it, taken up by conftest files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings as configured

from simulator.testing import Running, running


@pytest.fixture(scope="session")
def simulator() -> Iterator[Running]:
    """Started once; what a test finds in it is what `meta` leaves: nothing."""
    with running() as one:
        yield one


@pytest.fixture
def meta(simulator: Running, settings) -> Running:
    """The simulator, fresh, where the Graph API is expected."""
    return _expected(simulator, settings)


@pytest.fixture
def our_app(simulator: Running, settings) -> Running:
    """The same with an app that delivers to us, and no templates yet: a number can be connected."""
    meta = _expected(simulator, settings)
    meta.control(webhook_url=f"{configured.PUBLIC_URL}/webhooks/whatsapp/")
    world = meta.simulator.world
    world.templates.clear()
    settings.META_APP_ID, settings.META_APP_SECRET = world.settings.app_id, world.app_secret
    return meta


def _expected(simulator: Running, settings) -> Running:
    simulator.reset()
    settings.GRAPH_API_URL = simulator.base_url
    return simulator
