"""The template desk in a browser: made, waiting, approved, and on every open screen at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.axe import findings
from tests.e2e.front.test_looks import WIDER
from tests.e2e.shop import Shop

pytestmark = pytest.mark.once  # a browser sees no difference between the databases
KETTLE = "simulator/samples/kettle.jpg"
OpenPage = Callable[..., Page]


def set_status(shop: Shop, name: str, status: str) -> None:
    """A button of the simulator."""
    wanted = {"name": name, "language": "en_US", "status": status}
    requests.post(f"{shop.url}/simulator/control/template", json=wanted, timeout=10)


def fill(page: Page, name: str) -> None:
    """What Sara types."""
    page.fill("#f-name", name)
    page.select_option("#f-language", "en_US")
    page.fill("#f-body-text", "Hello {{1}}, your kettle has arrived in our shop.")
    page.fill("#f-body-examples-1", "Dora")


def an_open_picker(open_page: OpenPage, search: str) -> Page:
    """Nadia's window is closed: her thread shows the picker."""
    page = open_page()
    page.locator("#rows article", has_text="Nadia").first.locator("a").first.click()
    page.locator("#picker-search").fill(search)
    return page


def test_a_template_is_made_and_approved_on_every_open_screen(
    open_page: OpenPage, shop: Shop
) -> None:
    listed = open_page("/settings/templates/", who="ada")
    picker = an_open_picker(open_page, "kettle_is_here")
    expect(picker.locator("#picker-choices")).to_contain_text("No template fits")
    desk = open_page("/settings/templates/new/", who="sara")
    fill(desk, "Kettle is here!")
    expect(desk.locator("[data-preview]")).to_contain_text("Hello Dora, your kettle")
    desk.locator("label.segment", has_text="Picture").click()
    desk.set_input_files("#f-header-sample", KETTLE)
    expect(desk.locator(".handset__picture")).to_have_count(1)
    desk.get_by_role("button", name="Hand in for review").click()
    expect(desk.locator("h1")).to_have_text("kettle_is_here")
    row = listed.locator("tr", has_text="kettle_is_here")
    expect(row).to_contain_text("In review")
    expect(picker.locator(".choice")).to_contain_text("Meta has not approved this template yet")
    set_status(shop, "kettle_is_here", "APPROVED")
    expect(row).to_contain_text("Approved")
    expect(desk.locator(".chip").first).to_have_text("Approved")
    expect(picker.locator("a.choice")).to_have_count(1)


def test_what_is_wrong_is_told_while_it_is_typed(open_page: OpenPage) -> None:
    page = open_page("/settings/templates/new/", who="sara")
    page.fill("#f-body-text", "Hello {{1}}")
    expect(page.locator("#f-body-text-said")).to_be_empty()
    page.press("#f-body-text", "Tab")
    expect(page.locator("#f-body-text-said")).to_contain_text("may not end with a variable")
    expect(page.locator("#f-name-said")).to_be_empty()
    page.get_by_role("button", name="Add a button").click()
    expect(page.locator("#f-buttons-0-kind")).to_be_focused()
    expect(page.locator("#f-body-text")).to_have_value("Hello {{1}}")


def test_axe_finds_nothing_at_the_desk(
    browser: Browser,
    shop: Shop,
    open_page: OpenPage,
    sessions: dict[str, StorageState],
) -> None:
    if "sara" not in sessions:
        open_page(who="sara")
    context = browser.new_context(
        bypass_csp=True,  # axe writes styles of its own
        viewport={"width": 390, "height": 800},
        storage_state=sessions["sara"],
    )
    page = context.new_page()
    page.goto(f"{shop.url}/settings/templates/")
    first = page.locator("tbody a").first.get_attribute("href")
    for path in ("/settings/templates/", "/settings/templates/new/", first):
        page.goto(f"{shop.url}{path}")
        assert (path, findings(page)) == (path, [])
        assert page.evaluate(WIDER) == []
    context.close()
