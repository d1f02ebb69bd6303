"""The template picker in a browser: files, keys, focus, and what Meta changes meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

KETTLE = "simulator/samples/kettle.jpg"
OpenPage = Callable[..., Page]


@pytest.fixture
def picker(open_page: OpenPage) -> Callable[..., Page]:
    """Nadia's window is closed: her thread shows the picker. The template is chosen by keys."""

    def opened(name: str, **how) -> Page:
        page = open_page(**how)
        page.locator("#rows article", has_text="Nadia").first.locator("a").first.click()
        page.locator("#picker-search").fill(name)
        choice = page.locator("#picker a.choice", has_text=name).first
        expect(page.locator("#picker [data-choice]")).to_have_count(1)
        page.locator("#picker-search").press("ArrowDown")
        expect(choice).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-chosen]")).to_have_text(name)
        return page

    return opened


def field(page: Page, name: str):
    return page.locator(f"[data-picker-form] [name='var:{name}']")


def test_a_template_is_chosen_filled_and_sent_without_the_mouse(picker) -> None:
    page = picker("kettle_restock")
    expect(field(page, "header.1")).to_be_focused()
    page.keyboard.type("Blue kettle")
    page.keyboard.press("Enter")
    expect(field(page, "1")).to_be_focused()
    page.keyboard.type("Nadia")
    page.keyboard.press("Enter")
    page.keyboard.type("Friday")
    expect(page.locator("[data-preview]")).to_contain_text("it is on the shelf from Friday on")
    page.keyboard.press("Control+Enter")
    sent = page.locator("#log article[data-kind='template']", has_text="Blue kettle is back")
    expect(sent).to_have_count(1)
    assert page.evaluate("document.activeElement !== document.body")
    expect(page.locator("[data-last]:not([hidden])").first).to_contain_text("Blue kettle")
    page.locator("[data-act='last-value']").first.click()
    expect(field(page, "header.1")).to_have_value("Blue kettle")


def test_a_file_is_chosen_previewed_sent_and_shown(picker) -> None:
    page = picker("how_to_descale")
    page.locator("[data-picked-file]").set_input_files(KETTLE)
    expect(page.locator("[data-picked] [data-attachment]")).to_have_count(1)
    page.get_by_role("button", name="Send the template").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose another file")
    page.locator("[data-picked] button").click()
    page.locator("[data-picked-file]").set_input_files("simulator/samples/kettle.mp4")
    expect(page.locator("[data-picked]")).to_contain_text("kettle.mp4")
    expect(page.locator("[data-preview] video")).to_have_count(1)
    page.get_by_role("button", name="Send the template").click()
    shown = page.locator("#log article[data-kind='template'] video")
    expect(shown).to_have_count(1, timeout=20_000)
    # The simulator takes only ids of files that it has: ours was put in the place of Meta's.
    bubble = page.locator("#log article[data-kind='template']", has_text="descale")
    expect(bubble.locator(".tick")).to_have_attribute(
        "data-icon", re.compile("^check"), timeout=20_000
    )


def test_a_template_that_meta_stops_goes_grey_in_an_open_picker(picker, shop: Shop) -> None:
    page = picker("call_us_back")
    field(page, "1").fill("Nadia")
    control = f"{shop.url}/simulator/control/template"
    change = {"name": "call_us_back", "language": "en_US", "status": "PAUSED"}
    requests.post(control, json=change, timeout=10).raise_for_status()
    stopped = page.locator("[data-stopped]")
    expect(stopped).to_contain_text("Meta paused this template")
    expect(page.locator("[data-picker-form] .button--primary")).to_be_disabled()
    expect(field(page, "1")).to_have_value("Nadia")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_what_they_will_see_stands_beside_or_below_the_fields(picker, width: int) -> None:
    page = picker("two_that_fit", width=width)
    field(page, "card.0.1").fill("39.90 €")
    expect(page.locator("[data-preview] .slide").first).to_contain_text(re.compile("Only 39.90 €"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
