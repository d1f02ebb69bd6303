"""In the browser: the slash in the box, labels by a key, a form that keeps its words, campaigns."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import findings
from tests.e2e.shop import Shop

PAGES = (
    "/settings/canned-replies/",
    "/settings/canned-replies/new/",
    "/settings/labels/",
    "/settings/hours/",
    "/settings/hours/new/",
)
DRAFT, PAUSED = "Closed over the holidays", "Delivery notices, afternoon round"
STEPS = ("audience", "template", "pace", "check")


def to_dora(shop: Shop) -> int:
    """How much went to her; the demo's assistant may still be answering others."""
    return sum(one["to"].endswith("2025550143") for one in shop.accepts())


@pytest.mark.timeout(120)
def test_a_slash_offers_replies_by_the_keyboard_and_fills_in_names(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = open_page()
    page.locator("#rows article", has_text="Dora").click()
    box, offers = page.locator("#composer-text"), page.locator(".canned [role=option]")
    sent = to_dora(shop)
    box.press_sequentially("Well, /")
    expect(offers).to_have_count(4)
    expect(box).to_have_attribute("role", "combobox")
    box.press_sequentially("he")
    expect(offers).to_have_count(3)
    first = offers.nth(0).get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", first or "")
    expect(offers.nth(0)).to_contain_text("/hello")
    box.press("ArrowDown")
    expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value("Well, Hello Dora, Amina from Kettle & Co here. How can I help?")
    expect(page.locator(".canned")).to_be_hidden()
    assert box.get_attribute("role") is None
    box.fill("")
    box.press_sequentially("/nothing here")
    expect(page.locator(".canned")).to_be_hidden()
    box.fill("")
    box.press_sequentially("/")
    expect(page.locator(".canned")).to_be_visible()
    box.press("Escape")
    expect(page.locator(".canned")).to_be_hidden()
    expect(box).to_be_focused()
    assert to_dora(shop) == sent
    shop.customer("nadia", text="One more thing")  # who hides the number
    nadia = page.locator("#rows article", has_text="Nadia")
    expect(nadia).to_contain_text("One more thing")
    nadia.click()
    expect(page.locator("#thread-name")).to_contain_text("Nadia")
    box.press_sequentially("/call")
    expect(offers).to_have_count(1)
    offers.nth(0).click()
    expect(page.locator("[data-hint]")).to_contain_text("fill it in")
    marked = "() => { const b = document.getElementById('composer-text');"
    marked += " return b.value.slice(b.selectionStart, b.selectionEnd) }"
    assert page.evaluate(marked) == "{{contact.phone}}"


@pytest.mark.timeout(120)
def test_a_label_put_on_by_a_key_shows_at_a_colleagues(open_page: Callable[..., Page]) -> None:
    page, colleague = open_page(who="ben"), open_page(who="sara")
    for one in (page, colleague):
        one.locator("#rows article", has_text="Caetano").click()
        expect(one.locator("#thread-name")).to_contain_text("Caetano")
        expect(one.locator("body")).to_have_attribute("data-live", "open")
    page.locator("#scroller").focus()
    page.keyboard.press("l")
    page.locator("#later").get_by_label("Wholesale").check()
    page.locator("#later [type=submit]", has_text="Save").click()
    row = colleague.locator("#rows article", has_text="Caetano")
    expect(row.locator(".label", has_text="Wholesale")).to_be_visible()
    expect(colleague.locator(".panel .label", has_text="Wholesale")).to_be_visible()
    colleague.locator("#scroller").focus()
    colleague.keyboard.press("l")
    colleague.locator("#label-new").fill("Bulk")
    colleague.locator("#later [type=submit]", has_text="Save").click()
    expect(page.locator(".panel .label", has_text="Bulk")).to_be_visible()


OVER = """from django.utils import timezone
from inbox.models import Conversation
Conversation.objects.filter(status="snoozed").update(snoozed_until=timezone.now())
"""


@pytest.mark.timeout(120)
def test_a_note_is_seen_by_colleagues_and_who_is_snoozed_comes_back_on_top(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page, colleague = open_page(who="ben", bypass_csp=True), open_page(who="sara")
    row = "article:has-text('Imogen')"
    page.locator(f"#rows {row}").click()
    expect(page.locator("#thread-name")).to_contain_text("Imogen")
    chips, undo = page.locator(".head .chips"), page.get_by_role("button", name="Undo")
    colleague.locator(f"#rows {row}").click()
    page.locator("#scroller").focus()
    page.keyboard.press("n")
    page.get_by_label("Only your team sees this").fill("Asked the maker.\nThey call back.")
    page.get_by_role("button", name="Save note").click()
    for one in (page, colleague):
        expect(one.locator("#log .note").last).to_contain_text("Note by Ben")
        expect(one.locator("#log .note p").last).to_have_text("Asked the maker.\nThey call back.")
    assert findings(page) == []
    page.keyboard.press("s")
    expect(page.locator("#compose").get_by_role("button", name="In an hour")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chips).to_contain_text("Until")
    for one in (page, colleague):
        expect(one.locator(f"#rows {row}")).to_have_count(0)
    undo.click()
    expect(colleague.locator(f"#rows {row}")).to_have_count(1)
    expect(chips).not_to_contain_text("Until")
    page.keyboard.press("s")
    page.locator("#compose").get_by_role("button", name="Tomorrow morning").click()
    expect(colleague.locator(f"#rows {row}")).to_have_count(0)
    shop.shell(OVER)
    expect(colleague.locator("#rows article").first).to_contain_text("Imogen")
    expect(colleague.locator("#rows article").first).to_contain_text("Back since")
    expect(page.locator("#log")).to_contain_text("Back: the snooze is over")


@pytest.mark.timeout(120)
def test_the_pages_of_the_settings_pass_axe_and_fit_a_phone(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = open_page(who="sara", width=390, bypass_csp=True)
    for path in PAGES:
        page.goto(shop.url + path)
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def address(page: Page, name: str) -> str:
    """Where the campaign of this name is."""
    where = page.get_by_role("link", name=name).get_attribute("href") or ""
    return re.sub(r"audience/$", "", where)


@pytest.mark.timeout(180)
def test_the_pages_of_campaigns_pass_axe_and_fit_every_width(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = open_page(who="sara", bypass_csp=True)
    page.goto(f"{shop.url}/campaigns/")
    draft, paused = address(page, DRAFT), address(page, PAUSED)
    for where in ("/campaigns/", paused, *(f"{draft}{step}/" for step in STEPS)):
        page.goto(shop.url + where)
        if "template" in where:
            page.select_option("#choose-template", index=1)
            expect(page.locator("#samples .bubble").first).to_be_visible()
        assert findings(page) == [], where
        for width in (768, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, where
    expect(page.locator("h1")).to_be_focused()


@pytest.mark.timeout(120)
def test_the_counters_move_by_themselves_until_it_has_ended(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = open_page(who="sara")
    page.goto(f"{shop.url}/campaigns/")
    page.get_by_role("link", name=PAUSED).click()
    expect(page.locator("#progress")).to_contain_text("7 of 12 done")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#progress")).to_contain_text("12 of 12 done", timeout=30_000)
    expect(page.locator("h1")).to_contain_text("Completed", timeout=30_000)
