"""Every example webhook in a real browser: something to see of each, in both directions of writing.

Screenshots go to the folder of the fixture `pictures`: `var/screenshots`, or `SCREENSHOTS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import gallery
from tests.e2e.axe import findings
from tests.e2e.conftest import log_in
from tests.e2e.shop import Shop

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.timeout(120)  # the first of the module waits for the shop

# A bubble without its time, its ticks and its writer: what is left has to be something.
EMPTY = """
() => [...document.querySelectorAll('#log > .bubble, #log > .event')].filter((one) => {
  const copy = one.cloneNode(true);
  const around = '.status, .visually-hidden, .bubble__sender, time';
  for (const part of copy.querySelectorAll(around)) part.remove();
  return !copy.textContent.trim() && !copy.querySelector('img, audio, video');
}).map((one) => one.outerHTML.slice(0, 300))
"""
WIDER = """
() => [...document.querySelectorAll('body *')].filter((one) => {
  const box = one.getBoundingClientRect();
  const shown = one.checkVisibility({visibilityProperty: true}) && box.width > 0;
  return shown && !one.closest('.visually-hidden') && (box.right > innerWidth + 1 || box.left < -1);
}).map((one) => one.outerHTML.slice(0, 160))
"""
# A bubble whose inside is wider than itself.
SPILLS = """
() => [...document.querySelectorAll('#log .bubble, #log .card')].filter((one) =>
  one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML.slice(0, 160))
"""


@pytest.fixture(scope="module")
def threads(shop: Shop) -> dict[str, str]:
    """Identifier -> thread, after every example about threads came, twice: once in Arabic."""
    for arabic in (False, True):
        for body in gallery.bodies(gallery.names(about_the_business=False), arabic=arabic):
            gallery.post(shop, body)
        for body in gallery.changes(arabic=arabic):
            gallery.post(shop, body)
    return {value: key for key, values in gallery.threads(shop).items() for value in values}


@pytest.fixture(scope="module")
def galleries(threads: dict[str, str]) -> dict[str, str]:
    return {
        "ltr": threads[gallery.LATIN["12025550143"]],
        "rtl": threads[gallery.ARABIC["12025550143"]],
    }


@pytest.mark.case("F22", "F80", "F81", "F82")
def test_no_thread_of_the_gallery_has_an_empty_bubble(
    open_page: OpenPage, threads: dict[str, str]
) -> None:
    page = open_page(who="ada")
    for thread in sorted(set(threads.values())):
        page.goto(f"{page.url.split('/inbox/')[0]}/inbox/{thread}/")
        assert page.evaluate(EMPTY) == []
        assert page.evaluate(SPILLS) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_gallery_fits_every_width_in_both_directions(
    open_page: OpenPage, galleries: dict[str, str], pictures: Path, direction: str
) -> None:
    page = open_page(f"/inbox/{galleries[direction]}/", who="ada")
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    for width in (1280, 768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WIDER) == []
        assert page.evaluate(SPILLS) == []
        whole = page.evaluate("() => document.getElementById('log').scrollHeight") + 260
        page.set_viewport_size({"width": width, "height": whole})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            place = pictures / f"gallery-{direction}-{width}-{theme}.png"
            page.screenshot(path=place, animations="disabled")  # colours change slowly


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_axe_finds_nothing_in_the_gallery(
    browser: Browser, shop: Shop, galleries: dict[str, str], direction: str
) -> None:
    context = browser.new_context(bypass_csp=True)  # axe writes styles of its own
    page = context.new_page()
    log_in(page, shop, "ada")
    page.goto(f"{shop.url}/inbox/{galleries[direction]}/")
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    page.wait_for_timeout(300)
    found = findings(page)
    context.close()
    assert found == []


def test_a_quote_leads_to_its_original_and_back(
    open_page: OpenPage, galleries: dict[str, str]
) -> None:
    page = open_page(f"/inbox/{galleries['ltr']}/")
    quoting = page.locator("#log .bubble", has=page.locator("a.quote")).first
    quoting.locator("a.quote").click()
    original = page.locator("#log .bubble.is-found")
    expect(original).to_have_count(1)
    page.locator("[data-act='jump-back']").click()
    expect(quoting).to_be_focused()
    expect(page.locator("[data-act='jump-back']")).to_be_hidden()


def test_a_quote_of_an_old_message_opens_the_thread_around_it(
    open_page: OpenPage, shop: Shop
) -> None:
    wa_id, now = "12025550176", int(time.time())
    texts = [gallery.a_text(wa_id, f"wamid.old.{n}", f"line {n}", now - 900 + n) for n in range(90)]
    answer = gallery.a_text(wa_id, "wamid.answer", "that one", now - 60, quoting="wamid.old.3")
    gallery.post(shop, gallery.said(*texts, answer))
    thread = next(key for key, known in gallery.threads(shop).items() if wa_id in known)
    page = open_page(f"/inbox/{thread}/")
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    page.locator("a.quote").click()
    expect(page.locator("#log .bubble.is-found")).to_contain_text("line 3")
    gallery.post(shop, gallery.said(gallery.a_text(wa_id, "wamid.new", "just now", now)))
    # Not the first row for long: the assistant answers others meanwhile.
    expect(page.locator("#rows article", has_text="just now")).to_be_attached()
    assert page.locator("#log .bubble", has_text="just now").count() == 0  # the end is not here
    page.locator("[data-act='jump-back']").click()
    expect(page.locator("#log .bubble", has_text="just now")).to_have_count(1)
    expect(page.locator("#log .bubble", has_text="that one")).to_be_focused()


def test_what_is_asked_for_depends_on_who_asks(
    open_page: OpenPage, galleries: dict[str, str], pictures: Path
) -> None:
    """Earlier texts to everybody, a deleted text to leads, Meta's JSON to admins."""
    seen: dict[str, list[str]] = {}
    for who in ("amina", "ada"):
        page = open_page(f"/inbox/{galleries['ltr']}/", who=who)
        dialog = page.locator("#about")
        seen[who] = []
        for link in (
            page.locator("a.status__label").last,
            page.locator(".bubble[data-deleted] [data-act='about']").last,
            page.locator(".card [data-act='about']").last,
        ):
            link.click()
            expect(dialog).to_be_visible()
            page.screenshot(path=pictures / f"about-{who}-{len(seen[who])}.png")
            seen[who].append(dialog.inner_text())
            dialog.get_by_role("button").click()
            expect(dialog).to_be_hidden()
    assert "Do you have it?" in seen["amina"][0]
    assert "4111" not in str(seen["amina"])
    assert "As WhatsApp sent it" not in str(seen["amina"])
    assert "4111" in seen["ada"][1]
    assert "As WhatsApp sent it" in seen["ada"][2]


def test_what_belongs_to_no_thread_is_listed_under_the_numbers(
    open_page: OpenPage, shop: Shop, threads: dict[str, str], pictures: Path
) -> None:
    for body in gallery.bodies(gallery.names(about_the_business=True)):
        gallery.post(shop, body)
    page = open_page("/settings/numbers/", who="ada")
    listed = page.locator("section", has=page.locator("#notices-title"))
    until = time.monotonic() + 30
    while "kettle_restock" not in listed.inner_text() and time.monotonic() < until:
        page.reload()
    expect(listed).to_contain_text("test event of Meta's dashboard")
    expect(listed).to_contain_text("kettle_restock")
    page.screenshot(path=pictures / "notices.png", full_page=True)
