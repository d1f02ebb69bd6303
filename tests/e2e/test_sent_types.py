"""What is sent over REST stands in the thread and on the phone, and the customer can press it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

KETTLE = Path("simulator/samples/kettle.jpg")
KEY = (
    "from django.utils import timezone\n"
    "from accounts.actions.keys import create_key\n"
    "from accounts.actors import SYSTEM\n"
    "from accounts.models import Organization\n"
    "one = Organization.objects.get()\n"
    "print(create_key(one.pk, name='till', by=SYSTEM, at=timezone.now()).key)\n"
)
DORA = "+12025550143"


@pytest.fixture(scope="module")
def api(shop: Shop) -> Callable[..., dict]:
    """A program of the shop with a key."""
    headers = {"Authorization": f"Bearer {shop.shell(KEY).split()[-1]}"}

    def post(path: str, body: dict | None = None, **more) -> dict:
        url = f"{shop.url}/api/v1/whatsapp{path}"
        answer = requests.post(url, json=body, headers=headers, timeout=30, **more)
        assert answer.ok, answer.text
        return answer.json()["data"]

    return post


@pytest.fixture
def phone(open_page: Callable[..., Page], shop: Shop) -> Page:
    shop.customer("dora", text="Hello")
    page = open_page("/simulator/", who="")
    page.select_option("#customer", "dora")
    return page


@pytest.fixture
def thread(open_page: Callable[..., Page]) -> Page:
    page = open_page()
    page.locator("#rows article", has_text="Dora").click()
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    return page


def test_a_button_is_pressed_and_the_answer_quotes_it(api, phone: Page, thread: Page) -> None:
    buttons = [{"id": "track", "title": "Track"}, {"id": "talk", "title": "Talk to support"}]
    api("/messages/buttons", {"to": DORA, "body_text": "It is ready.", "buttons": buttons})
    expect(thread.locator(".bubble__button", has_text="Talk to support")).to_be_visible()
    phone.locator("[data-tap=reply]", has_text="Track").last.click()
    answer = thread.locator("#log article:not([data-outbound])", has_text="Track").last
    expect(answer).to_contain_text("It is ready.")


def test_a_row_is_chosen_from_a_list(api, phone: Page, thread: Page) -> None:
    rows = [{"id": "back", "title": "Returns", "description": "Send it back"}]
    body = {"body_text": "Which one?", "button_text": "Departments", "sections": [{"rows": rows}]}
    api("/messages/list", {"to": DORA} | body)
    thread.locator(".bubble__menu summary", has_text="Departments").click()
    expect(thread.locator(".bubble__menu-rows", has_text="Send it back")).to_be_visible()
    phone.locator("[data-tap=list]", has_text="Departments").last.click()
    phone.locator("#rows button", has_text="Returns").click()
    answer = thread.locator("#log article:not([data-outbound])", has_text="Returns").last
    expect(answer).to_contain_text("Which one?")


def test_a_picture_shows_on_both_sides(api, phone: Page, thread: Page) -> None:
    with KETTLE.open("rb") as file:
        media_id = api("/media", files={"file": ("kettle.jpg", file, "image/jpeg")})["id"]
    api("/messages/image", {"to": DORA, "media_id": media_id, "caption": "The blue one"})
    bubble = thread.locator("#log article", has_text="The blue one")
    expect(bubble.locator("img.media__image")).to_be_visible()
    on_phone = phone.locator("#phone-log", has_text="The blue one")
    expect(on_phone.locator("img").last).to_be_visible()
    width = phone.locator("#phone-log img").last.evaluate("(i) => i.decode().then(() => i.width)")
    assert width > 100
