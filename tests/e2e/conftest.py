"""A shop for each module, and browsers that fail the test on any CSP report or script error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, expect

from tests import migrated
from tests.e2e.shop import PASSWORD, Shop
from tests.e2e.windows import Windows

# From the phone by webhook, digest and socket into a browser: on a busy machine that takes a while.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Makes a migrated database; its address. PostgreSQL where the suite runs on it, else SQLite.

    The migrations run once and are copied.
    """
    directory = tmp_path_factory.mktemp("migrated")
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        with migrated.postgres(durable=False) as server:
            yield lambda: server.copy_database(migrated.DATABASE)
    else:
        file = directory / "migrated.sqlite3"
        migrated.sqlite(file)
        yield lambda: f"sqlite:///{shutil.copy(file, directory / f'{uuid4().hex}.sqlite3')}"


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]
) -> Iterator[Shop]:
    """With the demo's data, for the tests of one module."""
    shop = Shop(tmp_path_factory.mktemp("shop"), new_database())
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


@pytest.fixture(scope="module")
def sessions() -> dict[str, StorageState]:
    """Who is logged in at this module's shop, with the cookies of that."""
    return {}


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """Where pages open."""
    return Windows(browser)


@pytest.fixture
def open_page(
    windows: Windows, shop: Shop, sessions: dict[str, StorageState]
) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own: `open_page("/inbox/", who="amina")`."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Answers that refuse (409, 422), and a net that a test cuts, are logged as failed loads.
        expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")
        if message.type == "error" and not any(one in message.text for one in expected):
            faults.append(message.text)

    listeners = {"console": note, "pageerror": lambda error: faults.append(str(error))}

    def opened(
        path: str = "/inbox/",
        *,
        who: str = "amina",
        width: int = 1280,
        height: int = 800,
        theme: str = "light",
        script: bool = True,
        bypass_csp: bool = False,  # axe writes styles of its own
    ) -> Page:
        page = windows.page(
            sessions.get(who),
            size=(width, height),
            theme="dark" if theme == "dark" else "light",
            listeners=listeners,
            java_script_enabled=script,
            bypass_csp=bypass_csp,
        )
        if who and who not in sessions:
            log_in(page, shop, who)
            sessions[who] = cookies_of(page.context)
        page.goto(shop.url + path)
        return page

    yield opened
    windows.give_back()
    assert faults == []


def log_in(page: Page, shop: Shop, who: str) -> None:
    """As that person does it."""
    page.goto(f"{shop.url}/accounts/login/")
    page.fill("input[name=login]", f"{who}@baton.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], form button[type=submit]")
    page.wait_for_url("**/inbox/**")


def cookies_of(context: BrowserContext) -> StorageState:
    """Its cookies, without what pages keep in it."""
    return {"cookies": context.storage_state()["cookies"], "origins": []}


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots go: `SCREENSHOTS`, or a folder that git ignores."""
    folder = Path(os.environ.get("SCREENSHOTS", "var/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
