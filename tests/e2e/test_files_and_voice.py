"""A voice note, a screenshot and files go from the page to the customer's phone, in order."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

OpenPage = Callable[..., Page]
PASTE = """async target => {
    const picture = await new OffscreenCanvas(80, 60).convertToBlob();
    const data = new DataTransfer();
    data.items.add(new File([picture], "image.png", {type: picture.type}));
    target.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
}"""
DROP = """target => {
    const data = new DataTransfer();
    for (const name of ["one.txt", "two.txt", "three.txt"]) {
        data.items.add(new File([`words of ${name}`], name, {type: "text/plain"}));
    }
    const how = {dataTransfer: data, bubbles: true, cancelable: true};
    target.dispatchEvent(new DragEvent("drop", how));
}"""


def arrived(shop: Shop, before: int, count: int) -> list[str]:
    """The types that the make-believe Meta took since, once there are so many."""
    for _ in range(100):
        found = [str(one["type"]) for one in shop.accepts()[before:]]
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"only {found} arrived")


def recorded(page: Page) -> None:
    page.context.grant_permissions(["microphone"])
    page.get_by_role("button", name="Record a voice note").click()
    expect(page.get_by_role("timer")).to_have_text("0:01")
    page.get_by_role("group", name="Voice note").get_by_role("button", name="Send").click()


def test_a_voice_note_a_screenshot_and_files_arrive_in_order(
    open_page: OpenPage, shop: Shop
) -> None:
    shop.customer("dora", text="Can you show me?")
    page = open_page()
    page.locator("#rows article", has_text="Dora").click()
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    before = len(shop.accepts())
    recorded(page)
    box = page.locator("#composer-text")
    expect(box).to_be_visible()
    box.evaluate(PASTE)
    page.locator("#log").evaluate(DROP)
    expect(page.locator("[data-attachment]")).to_have_count(4)
    page.get_by_role("button", name="Remove two.txt").click()
    page.reload()
    expect(page.locator("[data-attachment]")).to_have_count(3)
    box.fill("Here you are")
    page.locator("#composer-send").click()
    types = arrived(shop, before, 5)
    assert types == ["audio", "text", "image", "document", "document"]
    bubbles = page.locator("#log article[data-outbound]:not([data-pending])")
    kinds = [one.get_attribute("data-kind") for one in bubbles.all()]
    assert kinds[-5:] == ["voice", "text", "image", "document", "document"]
