"""What every test may ask for: private servers and the programs of the machine."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.commands import flush
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from tests import emptying, migrated
from tests.run import MARK_OF_FOLDER, TESTS, in_ci
from tests.services import (
    Missing,
    PrivatePostgres,
    PrivateRedis,
    chromium_binary,
    ffmpeg_binary,
    postgres_binaries,
    redis_binary,
)

BROWSER_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu"),
    *("--disable-background-networking", "--disable-sync"),
    # A microphone that beeps; the shell has nobody to ask whether a page may use it.
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
]
# A busy machine is no failure of the rule under test.
hypothesis_settings.register_profile("baton", deadline=None, print_blob=True)
hypothesis_settings.load_profile("baton")


def pytest_configure() -> None:
    """A run that is told to stop takes its private servers down with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A third of a second for every person with a password would be minutes in all. The servers of
    # the fault tests hash as in production.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Else each test client reads every static file once, to know them: four times what it asks for.
    settings.WHITENOISE_AUTOREFRESH = True


def pytest_itemcollected(item: pytest.Item) -> None:
    """The marks of whole folders; before `-m` chooses among them."""
    inside = item.path.relative_to(TESTS) if item.path.is_relative_to(TESTS) else Path()
    for folder, mark in MARK_OF_FOLDER.items():
        if inside.is_relative_to(folder):
            item.add_marker(getattr(pytest.mark, mark))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers come last, whatever the random order.

    Playwright keeps an event loop running in the main thread as long as its browser lives, and
    asyncio starts no second one beside it.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_collection_finish() -> None:
    """What has been loaded stays: the collector need not look at it after every few objects.

    A fifteenth of the processor time of a test was that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def program(look: Callable[[], Path]) -> Path:
    """The program, or the end of this test: a failure in CI, elsewhere a skip that is reported."""
    try:
        return look()
    except Missing as missing:
        message = f"this machine has no {missing}"
        if in_ci():
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether the test database may stay: its server goes away too.

    Dropping it would have to wait for connections that threads of the last test still hold.
    """
    return bool(os.environ.get("TEST_SERVER_GOES_AWAY"))


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> None:
    """pytest-django's test database: a copy of the migrated one, where there is one."""
    with migrated.in_place_of_migrations():
        request.getfixturevalue("django_db_setup")


@pytest.fixture(autouse=True, scope="session")
def _the_database_is_emptied_quickly() -> Iterator[None]:
    """After a test that commits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", emptying.statements)
        patch.setattr(flush, "emit_post_migrate_signal", emptying.nothing)
        yield


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's executable, for Playwright's `executable_path`."""
    return program(chromium_binary)


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """The one browser of the process: a second Playwright beside it cannot start."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ffmpeg() -> Path:
    """The converter's executable."""
    return program(ffmpeg_binary)


@pytest.fixture
def private_postgres() -> Iterator[PrivatePostgres]:
    """A durable PostgreSQL of this test's own: it may be crashed and frozen."""
    program(postgres_binaries)
    with PrivatePostgres() as server:
        yield server


@pytest.fixture
def private_redis() -> Iterator[PrivateRedis]:
    """A Redis of this test's own: it may be crashed and frozen."""
    program(redis_binary)
    with PrivateRedis() as server:
        yield server
