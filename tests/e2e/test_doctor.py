"""The connection doctor in the browser: each switch breaks one thing, which names itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

ACCOUNT, NUMBER = "102290129340398", "106540352242922"
FINE = {
    "token": "valid",
    "missing_scopes": [],
    "hidden_accounts": [],
    "unsubscribed": [],
    "overrides": {},
    "challenge": "answered",
    "other_secret": False,
    "quality": "GREEN",
    "blocked": "",
}
FAULTS = '.check[data-state="broken"], .check[data-state="warning"]'


@pytest.fixture(scope="module")
def address(shop: Shop) -> str:
    """The doctor's page of the shop's number."""
    code = "from accounts.models import PhoneNumber; print(PhoneNumber.objects.get().pk)"
    return f"/settings/numbers/{shop.shell(code).strip()}/doctor/"


@pytest.fixture
def page(open_page: Callable[..., Page], address: str, shop: Shop) -> Iterator[Page]:
    yield open_page(address, who="ada")
    shop.control(setup=FINE, number_status={NUMBER: "CONNECTED"})


def looks(page: Page) -> None:
    """Presses "Check now", and waits until it is over."""
    page.get_by_role("button", name="Check now").click()
    expect(page.locator("#checks:not([hx-get]) .check")).to_have_count(12)


def names(page: Page, *faults: str) -> None:
    """These checks, and no others, say that something is wrong."""
    expect(page.locator("#checks:not([hx-get]) .check")).to_have_count(12)
    found = page.locator(FAULTS).evaluate_all("rows => rows.map((row) => row.id)")
    assert found == [f"check-{name}" for name in faults]


def presses(page: Page, name: str) -> None:
    """The button of a check; the list then asks for itself until it has been looked at."""
    page.locator(f"#repair-{name}").click()
    expect(page.locator("[role=status]").first).to_contain_text("Done")
    names(page)


HERE = [
    ({"unsubscribed": [ACCOUNT]}, "webhook_subscription"),
    ({"overrides": {ACCOUNT: "https://elsewhere.example/hook"}}, "webhook_override"),
    ({"overrides": {NUMBER: "https://elsewhere.example/hook"}}, "webhook_override"),
    ({"challenge": "none"}, "challenge"),
]
ELSEWHERE = [
    ({"missing_scopes": ["whatsapp_business_messaging"]}, "permissions", "/token/"),
    ({"hidden_accounts": [ACCOUNT]}, "account_visible", "business.facebook.com"),
    ({"quality": "RED"}, "quality", "business.facebook.com/wa/manage"),
    ({"blocked": "payment"}, "payment", "business.facebook.com/billing"),
]


@pytest.mark.case("F91")
def test_each_fault_names_itself_and_its_button_repairs_it(page, shop):
    looks(page)
    names(page)
    for setup, name in HERE:
        shop.control(setup=setup)
        looks(page)
        names(page, name)
        presses(page, name)


@pytest.mark.case("F91")
def test_what_is_repaired_at_meta_names_itself_and_leads_there(page, shop):
    for setup, name, place in ELSEWHERE:
        shop.control(setup=setup)
        looks(page)
        names(page, name)
        expect(page.locator(f"#repair-{name}")).to_have_attribute("href", re.compile(place))
        shop.control(setup=FINE)
    looks(page)
    names(page)


def test_a_number_is_registered_again_with_its_pin(page, shop):
    shop.control(number_status={NUMBER: "DISCONNECTED"})
    looks(page)
    names(page, "number_registered")
    page.locator("#repair-number_registered").click()
    page.get_by_label("PIN").fill("000000")
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".field__error")).to_contain_text("The PIN is wrong")
    page.get_by_label("PIN").fill("123456")
    page.get_by_role("button", name="Register").click()
    names(page)


@pytest.mark.case("F91")
def test_a_refused_token_warns_on_every_settings_page_until_it_is_resumed(page, shop):
    shop.control(setup={"token": "expired"})
    looks(page)
    names(page, "token")
    expect(page.locator("#repair-token")).to_have_attribute("href", re.compile("/token/"))
    doctors = page.url
    page.goto(f"{shop.url}/settings/you/")
    page.get_by_role("link", name="See what is wrong").click()
    assert page.url == doctors
    shop.control(setup=FINE)
    looks(page)
    names(page, "token")
    presses(page, "token")


@pytest.mark.case("F91")
def test_another_secret_names_itself_and_what_came_is_taken_when_it_is_right(page, shop):
    shop.control(setup={"other_secret": True})
    shop.customer("dora", text="signed by somebody else")
    page.wait_for_timeout(6_000)  # the receiving side counts every five seconds
    looks(page)
    names(page, "signature")
    expect(page.locator("#repair-signature")).to_have_attribute("href", re.compile("/app-secret/"))
    shop.control(setup=FINE)
    shop.customer("dora", text="signed by us")
    page.wait_for_timeout(500)
    looks(page)
    names(page)


def test_without_script_the_page_is_read_by_reloading_it(open_page, address, shop):
    page = open_page(address, who="ada", script=False)
    page.get_by_role("button", name="Check now").click()
    for _ in range(20):
        if page.get_by_role("link", name="Look again").count() == 0:
            break
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(300)
    expect(page.locator(".check")).to_have_count(12)
    names(page)
