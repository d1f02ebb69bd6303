"""In the browser: a passkey opens the account, and every page of the way in suits everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import findings
from tests.e2e.conftest import log_in
from tests.e2e.front.test_looks import WIDER
from tests.e2e.shop import PASSWORD, Shop

PEOPLE = "/settings/people/"
FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class NamedShop(Shop):
    """Browsers make passkeys for names, never for numbers such as 127.0.0.1."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]
) -> Iterator[Shop]:
    shop = NamedShop(tmp_path_factory.mktemp("shop"), new_database())
    shop.environment["EMAIL_URL"] = "consolemail://"  # no mail server: links are shown
    shop.start()
    yield shop
    shop.stop()


@pytest.mark.case("S106")
@pytest.mark.timeout(120)
def test_a_passkey_is_added_and_opens_the_account_alone(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = open_page("/accounts/2fa/webauthn/add/", who="amina")
    finger = page.context.new_cdp_session(page)
    finger.send("WebAuthn.enable")
    finger.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    page.fill("[name=password]", PASSWORD)
    page.click("text=Go on")
    page.click("text=Add the passkey")
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto(f"{shop.url}/inbox/")
    page.goto(f"{shop.url}/accounts/logout/")
    page.click("main button:has-text('Log out')")
    page.wait_for_url("**/accounts/login/**")
    page.go_back()
    page.go_back()
    expect(page.locator("#id_login")).to_be_visible()  # of the inbox nothing is left
    page.click("text=Log in with a passkey")
    page.wait_for_url("**/inbox/")
    expect(page.locator("#rows")).to_be_visible()
    page.close()  # with its finger


@pytest.mark.timeout(180)
def test_axe_finds_nothing_and_nothing_is_wider_than_its_window(
    browser: Browser, shop: Shop
) -> None:
    context = browser.new_context(bypass_csp=True)  # axe writes styles of its own
    page = context.new_page()
    log_in(page, shop, "ada")
    page.goto(f"{shop.url}/settings/teams/new/")
    page.fill("[name=name]", "Sales")
    page.click("main button[type=submit]")
    suits_everybody(page, f"{shop.url}{PEOPLE}invite/")
    page.fill("[name=email]", "noor@kettle.example")
    page.click("main button[type=submit]")
    link = page.inner_text("#link")
    for path in (PEOPLE, "/settings/organization/", "/settings/you/", "/accounts/2fa/"):
        suits_everybody(page, shop.url + path)
    page.goto(shop.url + PEOPLE)
    page.click("tr:has-text('Ben') >> text=Change")
    suits_everybody(page, "")
    page.goto(link)  # which says: you are somebody else here
    page.click("main button:has-text('Log out')")
    page.wait_for_url("**/accounts/login/**")
    suits_everybody(page, link)
    context.close()


def suits_everybody(page: Page, address: str) -> None:
    """By axe, and by width; "" is the page that is open. Colours have a test of their own."""
    if address:
        page.goto(address)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert (page.url, findings(page)) == (page.url, [])
    for width in (1280, 768, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert (page.url, width, page.evaluate(WIDER)) == (page.url, width, [])
